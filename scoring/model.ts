import type { SignalSpec } from './signals.ts'
import { signalTable } from './signals.ts'

/** One horizon's logistic model: p = sigmoid(bias + Σ weight·(feature − centre)). */
export type Head = {
  horizonDays: number
  bias: number
  /** By feature name; a feature that is not named weighs nothing. */
  weights: Record<string, number>
  /** What an ordinary person shows, by feature name: contributions are measured from here. */
  centres: Record<string, number>
}

/** What the engine has learnt: a plain JSON document, kept by version, one for each house. */
export type Model = {
  version: string
  /** The signals it reads and what they weigh. */
  signals: Readonly<Record<string, SignalSpec>>
  /** Half-lives of the decayed counts, days. */
  halfLives: readonly [number, number, number]
  /** Prior of a person's own rhythm: visits per day ~ Gamma(shape, rate in days), and drop-out after a visit ~ Beta(a, b). */
  rhythm: { shape: number, rate: number, dropA: number, dropB: number }
  heads: readonly Head[]
  /** Closed windows and positives behind it; 0 for the model before a house has outcomes. */
  learnt: { windows: number, positives: number, untilMs: number }
  /** p30 from which someone is ready. */
  readyAt: number
}

/** The model before a house has outcomes: the trade's order of signals, an ordinary rhythm, cautious odds. It says so in its version. */
export function priorModel(signals: Readonly<Record<string, SignalSpec>> = signalTable): Model {
  const weights = { forecast: 0.5, heat: 0.9, unanswered: -0.35, ended: -4 }
  const centres = { forecast: -1.5, heat: 0.6, unanswered: 0, ended: 0 }
  return {
    version: 'prior-1',
    signals,
    halfLives: [7, 30, 120],
    rhythm: { shape: 0.8, rate: 30, dropA: 1, dropB: 2.5 },
    heads: [
      { horizonDays: 7, bias: -3.4, weights, centres },
      { horizonDays: 30, bias: -2.2, weights, centres },
      { horizonDays: 90, bias: -1.5, weights, centres },
    ],
    learnt: { windows: 0, positives: 0, untilMs: 0 },
    readyAt: 0.45,
  }
}
