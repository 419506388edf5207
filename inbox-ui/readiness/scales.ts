import type { CalibrationPoint } from '#contracts'

/** A linear scale from `[0, top]` of rates to `[from, to]` of pixels. */
export type Scale = (rate: number) => number

export function scaleOf(top: number, from: number, to: number): Scale {
  return rate => from + Math.min(1, Math.max(0, rate / top)) * (to - from)
}

const steps = [0.01, 0.02, 0.05, 0.1, 0.2, 0.25]
/** Lines that an axis has at most, its ends included. */
const mostTicks = 6

/** Rates at which an axis from 0 to at least `highest` has its lines; the last one is the axis' end. Never above 1. */
export function ticksTo(highest: number): number[] {
  const wanted = Math.min(1, Math.max(highest, 0.02))
  const step = steps.find(one => Math.ceil(wanted / one - 1e-9) < mostTicks) ?? 0.25
  const count = Math.ceil(wanted / step - 1e-9)
  return Array.from({ length: count + 1 }, (_, i) => Math.min(1, Number((i * step).toFixed(4))))
}

/** How far an axis must reach so that every point is on it, and its interval as far as that does not press the points into a corner. */
export function reachOf(points: readonly CalibrationPoint[]): number {
  const highest = Math.max(0, ...points.flatMap(point => [point.promised, point.happened]))
  return Math.max(highest, Math.min(1.4 * highest, Math.max(0, ...points.map(point => point.high))))
}

/** Whether what was promised lies where the true share does with 95 %. */
export function keptItsWord(point: CalibrationPoint): boolean {
  return point.low <= point.promised && point.promised <= point.high
}

/** Which of the labels at `places` (pixels, in any order) can stand without touching one chosen before: those of the highest places first. */
export function labelsThatFit(places: readonly number[], apart: number): boolean[] {
  const chosen: number[] = []
  const fits = places.map(() => false)
  for (const i of places.map((_, i) => i).sort((a, b) => places[b]! - places[a]!)) {
    if (chosen.some(other => Math.abs(other - places[i]!) < apart)) continue
    chosen.push(places[i]!)
    fits[i] = true
  }
  return fits
}
