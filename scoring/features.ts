import type { Model, Space } from './model.ts'
import type { CommonFeature } from './names.ts'
import type { Rhythm } from './rhythm.ts'
import type { State } from './state.ts'
import { decayedAt, evidenceOf } from './evidence.ts'
import { commonFeatures, typeFeatures } from './names.ts'
import { ownForecast, rhythmAt } from './rhythm.ts'
import { dayMs } from './state.ts'

const clip = (value: number, low: number, high: number) => value < low ? low : value > high ? high : value

const place = Object.fromEntries(commonFeatures.map((name, i) => [name, i])) as Record<CommonFeature, number>

/** Number of features in a space. */
export function widthOf(space: Space): number {
  return commonFeatures.length + typeFeatures.length * space.types.length + space.sources.length
}

/** Names of the features of a space, in order: `visits`, `price_asked:lately`, `source=instagram` … */
export function featureNames(space: Space): string[] {
  return [...commonFeatures, ...space.types.flatMap(type => typeFeatures.map(feature => `${type}:${feature}`)), ...space.sources.map(source => `source=${source}`)]
}

/** Logit of the own forecast, kept away from certainty. */
export function forecastLogit(rhythm: Rhythm, horizonDays: number): number {
  const p = clip(ownForecast(rhythm, horizonDays), 1e-3, 1 - 1e-3)
  return Math.log(p / (1 - p))
}

/**
 * Writes to `out` what one person shows at a time, measured in units of the horizon (days), and returns the rhythm it used.
 * Everything is a logarithm or bounded, so that no input can make a feature absurd.
 */
export function measure(model: Model, space: Space, horizonDays: number, state: State, atMs: number, out: Float64Array): Rhythm {
  const near = horizonDays * 0.02
  const rhythm = rhythmAt(model, state, atMs)
  const n = state.visits
  const span = n > 0 ? (state.last - state.first) / dayMs : 0
  out.fill(0)
  const often = Math.log(Math.max(1, n))
  const silence = Math.log((rhythm.silence + near) / horizonDays)
  const age = Math.log((rhythm.silence + span + near) / horizonDays)
  if (model.useRhythm) {
    const forecast = forecastLogit(rhythm, horizonDays)
    const surprise = Math.max(-8, Math.log(Math.max(rhythm.usual, 1e-300)))
    out[place.forecast] = forecast
    out[place.surprise] = surprise
    out[place.alive] = clip(Math.log(rhythm.alive / Math.max(1 - rhythm.alive, 1e-6)), -6, 6)
    if (n > 1) out[place.beyond_largest] = Math.log((rhythm.silence + near) / (state.gapMax + near))
    if (n > 2) {
      const mean = Math.max(span / (n - 1), 1e-3)
      out[place.variation] = Math.min(4, Math.sqrt(Math.max(0, state.gapSquares / (n - 1) - mean * mean)) / mean)
      out[place.last_gap] = Math.log((state.gapLast + near) / (mean + near))
    }
    out[place.forecast_squared] = forecast * forecast
    out[place.forecast_by_visits] = forecast * often
    out[place.surprise_by_visits] = surprise * often
  }
  out[place.silence] = silence
  out[place.silence_long] = Math.max(0, silence)
  out[place.silence_short] = Math.max(0, -1.4 - silence)
  out[place.silence_squared] = silence * silence
  out[place.silence_by_visits] = silence * often
  out[place.visits] = often
  out[place.visits_squared] = often * often
  out[place.age] = age
  out[place.age_by_visits] = age * often
  const since = Math.max(0, (atMs - state.ref) / dayMs)
  for (let i = 0; i < 3; i++) out[place.recent_short + i] = Math.log1p(state.active[i]! * 2 ** (-since / model.halfLives[i]!))
  let speaksFor = 0
  let speaksAgainst = 0
  for (const type in state.types) {
    const spec = model.signals[type]
    if (!spec || spec.weight === 0) continue
    const evidence = evidenceOf(spec, state.types[type]!, atMs)
    if (evidence > 0) speaksFor += evidence
    else speaksAgainst -= evidence
  }
  out[place.heat] = Math.log1p(speaksFor)
  out[place.against] = -Math.log1p(speaksAgainst)
  out[place.unanswered] = Math.log1p(state.unanswered)
  out[place.touched] = Math.log1p(state.touched[1]! * 2 ** (-since / model.halfLives[1]))
  if (state.touches > 0) out[place.since_touch] = 2 ** (-Math.max(0, atMs - state.lastTouch) / dayMs / horizonDays)
  if (n === 0) out[place.never_active] = 1
  else if (state.touches === 0 || state.lastTouch < state.last) out[place.our_turn] = 1
  if (state.outcomes > 0) {
    out[place.outcomes] = Math.log1p(state.outcomes)
    out[place.since_outcome] = 2 ** (-Math.max(0, atMs - state.lastOutcome) / dayMs / horizonDays)
  }
  if (state.amount > 0) out[place.amount] = Math.log(state.amount)
  let k = commonFeatures.length
  for (const type of space.types) {
    const known = Object.hasOwn(state.types, type) ? state.types[type] : undefined
    const spec = model.signals[type]
    if (known && spec) {
      out[k] = 1
      out[k + 1] = Math.log1p(decayedAt(spec, known, atMs))
      out[k + 2] = Math.log((Math.max(0, (atMs - known[2]) / dayMs) + near) / horizonDays)
    }
    k += typeFeatures.length
  }
  for (const source of space.sources) out[k++] = state.source === source ? 1 : 0
  return rhythm
}
