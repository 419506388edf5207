import type { Model } from './model.ts'
import type { State } from './state.ts'
import { dayMs } from './state.ts'

/** What someone's own rhythm says of their silence. */
export type Rhythm = {
  /** Days since the newest active signal. */
  silence: number
  /** Chance of a silence at least this long while nothing is wrong, 0…1. */
  usual: number
  /** Days between two of their visits, as expected from their own and everybody's rhythm. */
  usualDays: number
  /** Chance that they have not left for good, 0…1 (MBG/NBD). */
  alive: number
  shape: number
  rate: number
}

/**
 * Gaps between visits are exponential with a rate of the person's own, which is Gamma over all persons: after n visits over
 * b days it is Gamma(shape + n − 1, rate + b), so that a silence of R days has the tail (b/(b+R))^a. Drop-out may follow each
 * visit, the first included (MBG/NBD: Batislam, Denizel and Filiztekin, 2007).
 */
export function rhythmAt(model: Model, state: State, atMs: number): Rhythm {
  const { shape, rate, dropA, dropB } = model.rhythm
  const silence = Math.max(0, (atMs - state.last) / dayMs)
  const span = (state.last - state.first) / dayMs
  const a = shape + state.visits - 1
  const b = rate + span
  const usual = (b / (b + silence)) ** a
  const left = dropA / (dropB + state.visits - 1) * ((b + silence) / b) ** a
  return { silence, usual, usualDays: b / Math.max(a, 0.5), alive: 1 / (1 + left), shape: a, rate: b + silence }
}

/** Chance of at least one visit within `horizonDays`, drop-out included. */
export function ownForecast(rhythm: Rhythm, horizonDays: number): number {
  return rhythm.alive * (1 - (rhythm.rate / (rhythm.rate + horizonDays)) ** rhythm.shape)
}
