export type Point = { at: string, p: number }

/** Largest value that the height of the drawing stands for: a calm life must not look like a mountain. */
export function ceilingOf(points: readonly Point[]): number {
  return Math.max(0.3, ...points.map(point => point.p))
}

/**
 * Probabilities over time as an SVG path in a box of `width` × `height`, smooth without overshooting: control points stand level
 * with their ends, so the curve never leaves what was measured.
 */
export function linePath(points: readonly Point[], width: number, height: number): string {
  const first = points[0]
  const last = points.at(-1)
  if (!first || !last || points.length < 2) return ''
  const from = Date.parse(first.at)
  const span = Math.max(1, Date.parse(last.at) - from)
  const top = ceilingOf(points)
  const spots = points.map(point => ({ x: (Date.parse(point.at) - from) / span * width, y: height - Math.min(1, point.p / top) * (height - 2) - 1 }))
  const n = (value: number) => Number(value.toFixed(1))
  return spots.map((spot, i) => {
    const before = spots[i - 1]
    if (!before) return `M${n(spot.x)} ${n(spot.y)}`
    const middle = n((before.x + spot.x) / 2)
    return `C${middle} ${n(before.y)} ${middle} ${n(spot.y)} ${n(spot.x)} ${n(spot.y)}`
  }).join('')
}
