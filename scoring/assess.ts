import type { Readiness } from '#contracts'
import type { AssessContext } from './action.ts'
import type { Model } from './model.ts'
import type { State } from './state.ts'
import { nextActionAt } from './action.ts'
import { forecasts } from './forecast.ts'
import { momentumAt, momentumSince } from './momentum.ts'
import { reasonsOf } from './reasons.ts'
import { markOf, stageAt } from './stage.ts'
import { dayMs } from './state.ts'

const hourMs = dayMs / 24

/**
 * How ready one person is at `atMs` (milliseconds), from the model and their state. Pure: the same arguments give the same answer.
 * `atMs` before the newest folded signal reads the state as of that signal.
 */
export function assess(model: Model, state: State, atMs: number, context: AssessContext = {}): Readiness {
  const now = state.folded > 0 ? Math.max(atMs, state.ref) : atMs
  const [short, month, long] = forecasts(model, state, now)
  if (!short || !month || !long) throw new Error('A model for assessments has three heads: 7, 30 and 90 days')
  const p30 = month.p
  const { rhythm } = month
  const known = state.visits > 0
  const stage = stageAt(model, state, now, p30, rhythm)
  const momentum = momentumAt(model, state, now)
  const nextAction = nextActionAt(model, state, now, p30, stage, rhythm, context)
  return {
    at: new Date(atMs).toISOString(),
    p7: Math.min(short.p, p30),
    p30,
    p90: Math.max(long.p, p30),
    stage,
    momentum,
    mark: markOf(stage, momentum, nextAction.kind),
    momentumSince: new Date(momentumSince(model, state, now)).toISOString(),
    silence: { days: known ? rhythm.silence : 0, usual: known ? rhythm.usual : 1, withinRhythm: !known || rhythm.usual > 0.3 },
    reasons: reasonsOf(model, state, now, month),
    nextAction,
    modelVersion: model.version,
  }
}

/** The state with p30 kept as a point of the readiness line: call it with what `assess` said after a fold. One point a week at most, 14 in all. */
export function withPoint(state: State, atMs: number, p30: number): State {
  const hour = Math.floor(atMs / hourMs)
  const line = state.line.filter(point => point[0] < hour)
  const newest = line.at(-1)
  const before = line.at(-2)
  // The newest point is free to move until it stands a week after the one before it.
  if (newest && before && newest[0] - before[0] < 7 * 24) line.pop()
  line.push([hour, Math.round(p30 * 1e3) / 1e3])
  return { ...state, line: line.slice(-13) }
}

/** p30 over the last `days`, oldest first: kept points, and since the newest signal what the model says of each week. */
export function readinessLine(model: Model, state: State, atMs: number, days = 90): { at: string, p30: number }[] {
  const start = atMs - days * dayMs
  const points = state.line.map(([hour, p30]) => [hour * hourMs, p30] as const).filter(([at]) => at >= start && at < atMs)
  const from = Math.max(start, points.at(-1)?.[0] ?? -Infinity, state.folded > 0 ? state.ref : atMs)
  for (let at = from + 7 * dayMs; at < atMs; at += 7 * dayMs) points.push([at, assess(model, state, at).p30])
  points.push([atMs, assess(model, state, atMs).p30])
  return points.map(([at, p30]) => ({ at: new Date(at).toISOString(), p30 }))
}
