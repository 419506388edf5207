import type { Model, Space } from './model.ts'
import type { FoldSignal, State } from './state.ts'
import { measure, widthOf } from './features.ts'
import { foldInto } from './fold.ts'
import { dayMs, emptyState } from './state.ts'

/** One customer's signals, oldest first, with times in milliseconds; and the state they fold to. */
export type History = { signals: readonly (FoldSignal & { at: number })[], state: State }

/** Closed windows, measured: a row for each person and moment whose horizon has passed. */
export type WindowRows = {
  width: number
  x: Float64Array
  /** 1 when an outcome came within the horizon. */
  y: Float64Array
  /** How much the row counts before memory fades: windows that overlap share what they know. */
  share: Float64Array
  /** Days from the moment to the end of what is known. */
  ageDays: Float64Array
  /** A number of the person's own by which a sample is drawn. */
  draw: Float64Array
  ended: { windows: number, positives: number }
}

/** Moments, newest first, whose window of `horizonDays` has closed by `untilMs`: a quarter of a horizon apart, farther back a whole one. */
export function windowTimes(firstMs: number, untilMs: number, horizonDays: number): { at: number, share: number }[] {
  const times: { at: number, share: number }[] = []
  for (let i = 0; i < 48; i++) {
    const back = horizonDays * (i < 24 ? 1 + i / 4 : 7 + (i - 24))
    const at = untilMs - Math.round(back * dayMs)
    if (at < firstMs + horizonDays * dayMs / 8) break
    times.push({ at, share: i < 24 ? 0.25 : 1 })
  }
  return times
}

/**
 * Walks through histories and measures every closed window. A window is closed when its horizon has passed by `untilMs`; nothing of
 * an open one is read. Persons are taken whole until about `limit` rows are reached, by their `draw`.
 */
export function closedWindows(model: Model, space: Space, histories: readonly History[], draws: Float64Array, untilMs: number, horizonDays: number, isOutcome: (type: string) => boolean, limit: number): WindowRows {
  let first = Infinity
  for (const { signals } of histories) {
    if (signals[0] && signals[0].at < first) first = signals[0].at
  }
  const times = windowTimes(first, untilMs, horizonDays).reverse()
  let expected = 0
  for (const { signals, state } of histories) {
    for (const { at } of times) {
      if (signals[0] && signals[0].at <= at && (state.ended === 0 || at < state.ended)) expected++
    }
  }
  const keep = Math.min(1, limit / Math.max(1, expected))
  const width = widthOf(space)
  let flat = new Float64Array(width * 1024)
  const row = new Float64Array(width)
  const y: number[] = []
  const share: number[] = []
  const ageDays: number[] = []
  const draw: number[] = []
  const ended = { windows: 0, positives: 0 }
  histories.forEach(({ signals }, person) => {
    if (draws[person]! > keep || signals.length === 0) return
    const outcomes = signals.filter(signal => isOutcome(signal.type)).map(signal => signal.at)
    const state = emptyState()
    let next = 0
    let outcome = 0
    times.forEach((time, k) => {
      while (next < signals.length && signals[next]!.at <= time.at) foldInto(model, state, signals[next++]!)
      if (state.folded === 0) return
      while (outcome < outcomes.length && outcomes[outcome]! <= time.at) outcome++
      const came = outcome < outcomes.length && outcomes[outcome]! <= time.at + horizonDays * dayMs ? 1 : 0
      if (state.ended) { ended.windows++; ended.positives += came; return }
      measure(model, space, horizonDays, state, time.at, row)
      if ((y.length + 1) * width > flat.length) {
        const wider = new Float64Array(flat.length * 2)
        wider.set(flat)
        flat = wider
      }
      flat.set(row, y.length * width)
      y.push(came)
      share.push(time.share)
      ageDays.push((untilMs - time.at) / dayMs)
      draw.push((draws[person]! / keep + k * 0.6180339887498949) % 1)
    })
  })
  return { width, x: flat.subarray(0, y.length * width), y: Float64Array.from(y), share: Float64Array.from(share), ageDays: Float64Array.from(ageDays), draw: Float64Array.from(draw), ended }
}
