import type { Quality } from './metrics.ts'
import type { Model } from './model.ts'
import type { History } from './windows.ts'
import { foldInto } from './fold.ts'
import { chance } from './forecast.ts'
import { judge } from './metrics.ts'
import { dayMs, emptyState } from './state.ts'

/** A forecast that was put to the test: who, when, for how long, what it said, and the place in the person's signals of the outcome that came within it. */
export type Trial = { person: number, at: number, horizonDays: number, p: number, came: number | null }

export type TrialOptions = {
  /** Moments at which everybody known by then is forecast, oldest first, milliseconds. */
  moments: readonly number[]
  /** Until when what happened is known. A horizon that ends later is not told. */
  untilMs: number
  /** The model that speaks at a moment; it must not have seen what came after. All read the same signals. */
  modelAt: (at: number) => Model
  /** Which signal types count as the outcome; by default those that the model's table marks. */
  isOutcome?: (type: string) => boolean
}

/**
 * What models say of people at past moments, with what then came. Each person is folded once, forward, and a forecast is made from what had happened by
 * its moment alone. People come in the order of `histories`, their moments oldest first, the horizons shortest first.
 */
export function* trialsOf(histories: Iterable<Pick<History, 'signals'>>, { moments, untilMs, modelAt, isOutcome }: TrialOptions): Generator<Trial> {
  let person = -1
  for (const { signals } of histories) {
    person++
    const state = emptyState()
    let next = 0
    let outcome = 0
    for (const at of moments) {
      const model = modelAt(at)
      const counts = isOutcome ?? ((type: string) => model.signals[type]?.outcome === true)
      while (next < signals.length && signals[next]!.at <= at) foldInto(model, state, signals[next++]!)
      if (state.folded === 0) continue
      outcome = Math.max(outcome, next)
      while (outcome < signals.length && !counts(signals[outcome]!.type)) outcome++
      const cameAt = signals[outcome]?.at ?? Infinity
      for (const head of model.heads) {
        const end = at + head.horizonDays * dayMs
        if (end <= untilMs) yield { person, at, horizonDays: head.horizonDays, p: chance(model, head, state, at), came: cameAt <= end ? outcome : null }
      }
    }
  }
}

export type Comparison = {
  horizons: { horizonDays: number, old: Quality, new: Quality }[]
  /** Forecasts that were followed by an outcome. */
  positives: number
  /** Whether `new` loses less, in log loss over all horizons; as good is not better. */
  better: boolean
}

/** A difference smaller than this share of the loss is none: it would have everybody read anew for nothing. */
const worthwhile = 1e-3

/**
 * Two models on the same people at the same moments, each weighed by its log loss: a sum over horizons, each its mean. It rewards ranking and calibration alike
 * and cannot be won by saying something else than one believes. Neither model may have seen what came after the first moment.
 */
export function compareModels(old: Model, candidate: Model, histories: readonly Pick<History, 'signals'>[], moments: readonly number[], untilMs: number): Comparison {
  const said = new Map<number, { old: number[], new: number[], y: number[] }>()
  const of = (days: number) => {
    const known = said.get(days)
    if (known) return known
    const made = { old: [], new: [], y: [] }
    said.set(days, made)
    return made
  }
  for (const trial of trialsOf(histories, { moments, untilMs, modelAt: () => old })) {
    const rows = of(trial.horizonDays)
    rows.old.push(trial.p)
    rows.y.push(trial.came === null ? 0 : 1)
  }
  for (const trial of trialsOf(histories, { moments, untilMs, modelAt: () => candidate })) of(trial.horizonDays).new.push(trial.p)
  const horizons = [...said].sort((a, b) => a[0] - b[0]).map(([horizonDays, rows]) => ({ horizonDays, old: judge(rows.old, rows.y), new: judge(rows.new, rows.y) }))
  const loss = (which: 'old' | 'new') => horizons.reduce((sum, horizon) => sum + horizon[which].logLoss, 0)
  return {
    horizons,
    positives: horizons.reduce((sum, horizon) => sum + horizon.new.positives, 0),
    better: loss('new') < loss('old') * (1 - worthwhile),
  }
}
