export type Point = { at: string, p: number }

/** Largest value that the height of the drawing stands for: a calm life must not look like a mountain. */
export function ceilingOf(points: readonly Point[]): number {
  return Math.max(0.3, ...points.map(point => point.p))
}

/** Points up to `now`: how somebody stood when last read holds until then. */
export function pointsUntil(points: readonly Point[], now: number): Point[] {
  const last = points.at(-1)
  return last && Date.parse(last.at) < now ? [...points, { at: new Date(now).toISOString(), p: last.p }] : [...points]
}

/** Where a time lies on the line, 0…1 from its first point to its last. */
export function shareOf(points: readonly Point[], at: number): number {
  const from = Date.parse(points[0]?.at ?? '')
  const span = Date.parse(points.at(-1)?.at ?? '') - from
  return span > 0 ? Math.min(1, Math.max(0, (at - from) / span)) : 1
}

/** The point nearest in time to a place on the line. */
export function pointAt(points: readonly Point[], share: number): Point | null {
  const distance = (point: Point) => Math.abs(shareOf(points, Date.parse(point.at)) - share)
  return points.reduce<Point | null>((nearest, point) => nearest && distance(nearest) <= distance(point) ? nearest : point, null)
}

/** Slope at each spot such that a cubic through them never overshoots what was measured (Fritsch and Carlson, 1980). */
function slopes(spots: readonly { x: number, y: number }[]): number[] {
  const between = spots.slice(1).map((spot, i) => (spot.y - spots[i]!.y) / Math.max(0.01, spot.x - spots[i]!.x))
  return spots.map((_, i) => {
    const before = between[i - 1]
    const after = between[i]
    if (before === undefined || after === undefined) return before ?? after ?? 0
    if (before * after <= 0) return 0
    return 2 * before * after / (before + after)
  })
}

/** Probabilities over time as a smooth SVG path in a box of `width` × `height`. */
export function linePath(points: readonly Point[], width: number, height: number): string {
  const first = points[0]
  const last = points.at(-1)
  if (!first || !last || points.length < 2) return ''
  const from = Date.parse(first.at)
  const span = Math.max(1, Date.parse(last.at) - from)
  const top = ceilingOf(points)
  const spots = points.map(point => ({ x: (Date.parse(point.at) - from) / span * width, y: height - Math.min(1, point.p / top) * (height - 2) - 1 }))
  const slope = slopes(spots)
  const n = (value: number) => Number(value.toFixed(1))
  return spots.map((spot, i) => {
    const before = spots[i - 1]
    if (!before) return `M${n(spot.x)} ${n(spot.y)}`
    const third = (spot.x - before.x) / 3
    return `C${n(before.x + third)} ${n(before.y + slope[i - 1]! * third)} ${n(spot.x - third)} ${n(spot.y - slope[i]! * third)} ${n(spot.x)} ${n(spot.y)}`
  }).join('')
}
