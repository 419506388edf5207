/** Smallest, middle and largest of several runs. */
export interface Spread { min: number, median: number, max: number }

export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  return { min: sorted[0] ?? Number.NaN, median: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN }
}

/** The value below which a share `q` (0…1) of all lies. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN
}

/** One figure of the report beside what it must reach. */
export interface Figure {
  what: string
  value: string
  must: string
  ok: boolean
}

export function atMost(what: string, value: number, limit: number, unit: string, digits = 1): Figure {
  return { what, value: `${value.toFixed(digits)} ${unit}`, must: `≤ ${limit} ${unit}`, ok: value <= limit }
}

export function atLeast(what: string, value: number, limit: number, unit: string, digits = 0): Figure {
  return { what, value: `${value.toFixed(digits)} ${unit}`, must: `≥ ${limit} ${unit}`, ok: value >= limit }
}
