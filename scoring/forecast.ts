import type { Head, Model } from './model.ts'
import type { Rhythm } from './rhythm.ts'
import type { State } from './state.ts'
import { featureNames, forecastLogit, measure, widthOf } from './features.ts'

export type Contribution = { name: string, logit: number }

/** p with what it is made of: logit p = bias + Σ contributions. */
export type Forecast = { horizonDays: number, p: number, bias: number, contributions: Contribution[], rhythm: Rhythm }

/** Features count up to this many standard deviations from ordinary. */
export const reach = 4
/** Contributions smaller than this are told as one, the `rest`. */
const negligible = 1e-3
/** No forecast is surer than this logit (p from 0.000006 to 0.999994). */
const surest = 12

const round = (value: number) => Math.round(value * 1e6) / 1e6
const sigmoid = (z: number) => 1 / (1 + Math.exp(-z))
const clip = (value: number, low: number, high: number) => value < low ? low : value > high ? high : value

/**
 * The chance of an outcome within one head's horizon, with the contribution of every feature that has one worth telling, in steps of a millionth.
 * `names` saves naming the features again for every person.
 */
export function forecast(model: Model, head: Head, state: State, atMs: number, names = featureNames(head)): Forecast {
  const x = new Float64Array(widthOf(head))
  const rhythm = measure(model, head, head.learntDays, state, atMs, x)
  const bias = round(head.slope * head.bias + head.offset)
  const contributions: Contribution[] = []
  if (state.ended) {
    contributions.push({ name: 'ended', logit: round(clip(head.endedLogit, -surest, surest) - bias) })
    return done(head, bias, contributions, rhythm)
  }
  let logit = bias
  let rest = 0
  for (let i = 0; i < x.length; i++) {
    const part = round(head.slope * head.weights[i]! * clip((x[i]! - head.centres[i]!) / head.scales[i]!, -reach, reach))
    if (Math.abs(part) >= negligible) contributions.push({ name: names[i]!, logit: part })
    else rest += part
    logit += part
  }
  if (rest !== 0) contributions.push({ name: 'rest', logit: round(rest) })
  const further = round(horizonTerm(model, head, rhythm))
  if (further !== 0) contributions.push({ name: 'horizon', logit: further })
  logit += further
  if (Math.abs(logit) > surest) contributions.push({ name: 'limit', logit: round(clip(logit, -surest, surest) - logit) })
  return done(head, bias, contributions, rhythm)
}

/** As `forecast`, p alone; `x` is scratch space of the head's width. */
export function chance(model: Model, head: Head, state: State, atMs: number, x = new Float64Array(widthOf(head))): number {
  if (state.ended) return sigmoid(clip(head.endedLogit, -surest, surest))
  const rhythm = measure(model, head, head.learntDays, state, atMs, x)
  let logit = head.slope * head.bias + head.offset
  for (let i = 0; i < x.length; i++) logit += head.slope * head.weights[i]! * clip((x[i]! - head.centres[i]!) / head.scales[i]!, -reach, reach)
  return sigmoid(clip(logit + horizonTerm(model, head, rhythm), -surest, surest))
}

function done(head: Head, bias: number, contributions: Contribution[], rhythm: Rhythm): Forecast {
  let logit = bias
  for (const part of contributions) logit += part.logit
  return { horizonDays: head.horizonDays, p: sigmoid(logit), bias, contributions, rhythm }
}

/** From the horizon of the windows that were learnt to a longer one, as far as the own forecast grows: drop-out keeps it from promising too much. */
function horizonTerm(model: Model, head: Head, rhythm: Rhythm): number {
  if (head.learntDays === head.horizonDays) return 0
  if (!model.useRhythm) return 0.8 * Math.log(head.horizonDays / head.learntDays)
  return forecastLogit(rhythm, head.horizonDays) - forecastLogit(rhythm, head.learntDays)
}

/** Forecasts for all horizons of the model, shortest first. */
export function forecasts(model: Model, state: State, atMs: number): Forecast[] {
  return model.heads.map(head => forecast(model, head, state, atMs))
}
