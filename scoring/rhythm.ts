import type { Model } from './model.ts'
import type { State } from './state.ts'
import { dayMs } from './state.ts'

/** How all customers of a house come and go; each person's own rhythm starts here and moves to what they show. */
export type Population = {
  /** Visits per day ~ Gamma(shape, rate in days). */
  shape: number
  rate: number
  /** Chance to leave for good after a visit ~ Beta(dropA, dropB). */
  dropA: number
  dropB: number
  /** Gaps are Erlang-`regularity`: 1 comes at random, 2 and 3 come as if by habit. */
  regularity: 1 | 2 | 3
}

/** What someone's own rhythm says of their silence. */
export type Rhythm = {
  /** Days since the newest active signal. */
  silence: number
  /** Chance of a silence at least this long while nothing is wrong, 0…1. */
  usual: number
  /** Days between two of their visits, as expected from their own and everybody's rhythm. */
  usualDays: number
  /** Chance that they have not left for good, 0…1. */
  alive: number
  /** Posterior of the person's rate: Gamma(shape, rate), and the regularity it was computed with. */
  shape: number
  rate: number
  regularity: number
}

/**
 * Gaps between visits are Erlang with a rate of the person's own, Gamma over all persons; drop-out may follow each visit, the
 * first included (MBG/CNBD-k: Batislam, Denizel and Filiztekin, 2007; Reutterer, Platzer and Schröder, 2021). Someone with no
 * active signal is read as if a first visit had been at the first thing we know.
 */
export function rhythmAt(model: Model, state: State, atMs: number): Rhythm {
  const { shape, rate, dropA, dropB, regularity } = model.population
  const known = state.visits > 0
  const last = known ? state.last : state.since
  const repeats = known ? state.visits - 1 : 0
  const silence = Math.max(0, (atMs - last) / dayMs)
  const span = known ? (state.last - state.first) / dayMs : 0
  const a = shape + regularity * repeats
  const b = rate + span
  const usual = silenceTail(a, b, silence, regularity)
  const alive = 1 / (1 + dropA / ((dropB + repeats) * usual))
  return { silence, usual, usualDays: regularity * b / Math.max(a, 0.5), alive, shape: a, rate: b, regularity }
}

/** Chance of a gap longer than `days` when the rate of its Erlang steps is Gamma(a, b). */
export function silenceTail(a: number, b: number, days: number, regularity: number): number {
  const stay = b / (b + days)
  const whole = stay ** a
  if (regularity === 1) return whole
  const gone = 1 - stay
  const one = a * gone
  return whole * (regularity === 2 ? 1 + one : 1 + one + one * (a + 1) * gone / 2)
}

/** Chance of at least one visit in the `horizonDays` to come, drop-out included. */
export function ownForecast(rhythm: Rhythm, horizonDays: number): number {
  const { shape, rate, silence, regularity } = rhythm
  return rhythm.alive * (1 - silenceTail(shape, rate, silence + horizonDays, regularity) / Math.max(rhythm.usual, 1e-300))
}
