/** A loudness curve at exactly `count` bars, 0…1; without a curve, a quiet even line. */
export function barsOf(values: readonly number[], count: number): number[] {
  if (values.length === 0) return Array.from<number>({ length: count }).fill(0.12)
  return Array.from({ length: count }, (_, i) => {
    const from = Math.floor(i * values.length / count)
    const to = Math.max(from + 1, Math.floor((i + 1) * values.length / count))
    const part = values.slice(from, to)
    return Math.min(1, Math.max(0, Math.max(...part)))
  })
}
