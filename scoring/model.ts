import type { Quality } from './metrics.ts'
import type { Population } from './rhythm.ts'
import type { SignalSpec } from './signals.ts'
import { commonFeatures } from './names.ts'
import { signalTable } from './signals.ts'

/** What a head looks at: `commonFeatures`, then three features for each named type, then one for each named source. */
export type Space = { types: readonly string[], sources: readonly string[] }

/**
 * One horizon's logistic model: logit p = slope·(bias + Σ weightᵢ·clip((xᵢ − centreᵢ)/scaleᵢ)) + offset + horizon term.
 * Lists run parallel to the features of its space.
 */
export type Head = Space & {
  horizonDays: number
  /** The horizon of the windows it was learnt from. Where it is shorter than `horizonDays`, the own forecast carries it on. */
  learntDays: number
  bias: number
  weights: readonly number[]
  centres: readonly number[]
  scales: readonly number[]
  /** Recalibration (Platt): 1 and 0 until held-out windows ask for another. */
  slope: number
  offset: number
  /** Logit of p for someone whose journey has ended. */
  endedLogit: number
  windows: number
  positives: number
  /** How it did on the newest windows when they were held out; absent before there were enough. */
  quality?: Quality
}

/** What the engine has learnt: a plain JSON document, kept by version, one for each house. */
export type Model = {
  version: string
  /** The signals it reads and what they weigh. */
  signals: Readonly<Record<string, SignalSpec>>
  /** Half-lives of the decayed counts, days. */
  halfLives: readonly [number, number, number]
  /** How customers come and go before they show their own rhythm. */
  population: Population
  /** Shortest horizon first. */
  heads: readonly Head[]
  /** Closed windows and positives behind it, until when; 0 for the model before a house has outcomes. */
  learnt: { windows: number, positives: number, untilMs: number }
  /** p of the middle horizon from which someone is ready, and from which they are in the top tenth. */
  readyAt: number
  involveAt: number
  /** Whether forecasts may use the own rhythm; false only to measure what it is worth. */
  useRhythm: boolean
}

export type PriorOptions = {
  signals?: Readonly<Record<string, SignalSpec>>
  /** @default [7, 30, 90] */
  horizons?: readonly number[]
  /** @default [7, 30, 120] */
  halfLives?: readonly [number, number, number]
  /** @default true */
  useRhythm?: boolean
}

/** What the cold model believes: weights per unit of a feature, around an ordinary person. */
export type ColdBelief = { bias: number, weights: Readonly<Record<string, number>>, centres: Readonly<Record<string, number>> }

/**
 * The belief before any outcome. Where every customer signal is itself the outcome (repeat buying), the own forecast is the answer.
 * Elsewhere it says who will be heard from, and the evidence of the signals says who will come.
 */
export function coldBelief(signals: Readonly<Record<string, SignalSpec>>, useRhythm: boolean): ColdBelief {
  const active = Object.values(signals).filter(spec => spec.active)
  const repeats = active.length > 0 && active.every(spec => spec.outcome)
  const evidence: Record<string, number> = { unanswered: -0.35, against: 0.9, heat: repeats ? 0 : 1.3 }
  if (!useRhythm) return { bias: -1.5, weights: { ...evidence, silence: -0.5, recent: 0.4 }, centres: { heat: 0.6, silence: -1 } }
  if (repeats) return { bias: 0, weights: { ...evidence, forecast: 1 }, centres: {} }
  return { bias: -3.3, weights: { ...evidence, forecast: 0.5 }, centres: { heat: 0.9, forecast: -1 } }
}

/** The model before a house has outcomes: the trade's order of signals, an ordinary rhythm, cautious odds. It says so in its version. */
export function priorModel(options: PriorOptions = {}): Model {
  const { signals = signalTable, horizons = [7, 30, 90], halfLives = [7, 30, 120], useRhythm = true } = options
  const belief = coldBelief(signals, useRhythm)
  return {
    version: 'prior-2',
    signals,
    halfLives,
    population: { shape: 0.8, rate: halfLives[1], dropA: 0.8, dropB: 2, regularity: 1 },
    heads: horizons.map(days => coldHead(belief, days)),
    learnt: { windows: 0, positives: 0, untilMs: 0 },
    readyAt: 0.35,
    involveAt: 0.15,
    useRhythm,
  }
}

function coldHead(belief: ColdBelief, horizonDays: number): Head {
  return {
    horizonDays,
    learntDays: horizonDays,
    types: [],
    sources: [],
    bias: belief.bias,
    weights: commonFeatures.map(name => 2 * (belief.weights[name] ?? 0)),
    centres: commonFeatures.map(name => belief.centres[name] ?? 0),
    scales: commonFeatures.map(() => 2),
    slope: 1,
    offset: 0,
    endedLogit: -6,
    windows: 0,
    positives: 0,
  }
}
