import type { Head, Model } from './model.ts'
import type { Rhythm } from './rhythm.ts'
import type { State } from './state.ts'
import { ownForecast, rhythmAt } from './rhythm.ts'
import { dayMs } from './state.ts'

export type Contribution = { name: string, logit: number }

/** p with what it is made of: bias + Σ contributions = logit p, to the last bit that addition keeps. */
export type Forecast = { horizonDays: number, p: number, logit: number, bias: number, contributions: Contribution[], rhythm: Rhythm }

const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value))

/** Decayed evidence of each signal type at a time: prior weight × decayed count. */
export function evidenceAt(model: Model, state: State, atMs: number): Map<string, number> {
  const days = Math.max(0, (atMs - state.ref) / dayMs)
  const evidence = new Map<string, number>()
  for (const type in state.types) {
    const spec = model.signals[type]
    if (spec && spec.weight !== 0) evidence.set(type, spec.weight * state.types[type]![1] * 2 ** (-days / spec.halfLifeDays))
  }
  return evidence
}

/** The chance of an outcome within one head's horizon. */
export function forecast(model: Model, state: State, atMs: number, head: Head): Forecast {
  const rhythm = rhythmAt(model, state, atMs)
  const own = clamp(ownForecast(rhythm, head.horizonDays), 1e-4, 1 - 1e-4)
  let positive = 0
  let negative = 0
  for (const value of evidenceAt(model, state, atMs).values()) {
    if (value > 0) positive += value
    else negative -= value
  }
  const features: Record<string, number> = {
    forecast: Math.log(own / (1 - own)),
    heat: Math.log1p(positive) - Math.log1p(negative),
    unanswered: Math.log1p(state.unanswered),
    ended: state.ended === 0 ? 0 : 1,
  }
  const contributions: Contribution[] = []
  let logit = head.bias
  for (const name in features) {
    const weight = head.weights[name] ?? 0
    const part = weight * (features[name]! - (head.centres[name] ?? 0))
    contributions.push({ name, logit: part })
    logit += part
  }
  return { horizonDays: head.horizonDays, p: 1 / (1 + Math.exp(-logit)), logit, bias: head.bias, contributions, rhythm }
}

/** Forecasts for all horizons of the model, shortest first; a longer horizon is never less likely. */
export function forecasts(model: Model, state: State, atMs: number): Forecast[] {
  return model.heads.map(head => forecast(model, state, atMs, head))
}
