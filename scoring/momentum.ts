import type { Momentum } from '#contracts'
import type { Model } from './model.ts'
import type { State } from './state.ts'
import { dayMs } from './state.ts'

/** Upper tail P(N ≥ k) of a Poisson count with the given mean, k rounded down. */
export function poissonUpper(mean: number, k: number): number {
  let below = 0
  let term = Math.exp(-mean)
  for (let i = 0; i < Math.floor(k); i++) { below += term; term *= mean / (i + 1) }
  return Math.max(0, 1 - below)
}

/**
 * Warming or cooling against the person's own long-run pace, not against the month before: warming when as many recent visits would
 * be a surprise (upper tail under 0.1), cooling when so few would be (lower tail under 0.35 and fewer than expected).
 */
export function momentumAt(model: Model, state: State, atMs: number): Momentum {
  if (state.visits === 0) return 'steady'
  const windowDays = model.halfLives[1]
  const age = (atMs - state.first) / dayMs
  const recent = state.starts.filter(start => start > atMs - windowDays * dayMs).length
  const { shape, rate } = model.population
  // The long run leaves out the recent window, so that a burst is not compared with itself.
  const pace = (shape + state.visits - recent) / (rate + Math.max(0, age - windowDays))
  const expected = pace * Math.min(windowDays, Math.max(age, 1))
  if (recent > expected && poissonUpper(expected, recent) < 0.1) return 'warming'
  if (recent < expected && 1 - poissonUpper(expected, recent + 1) < 0.35) return 'cooling'
  return 'steady'
}

/** When the momentum at `atMs` began, as far as the state can tell: found by halving the time since the newest signal. */
export function momentumSince(model: Model, state: State, atMs: number): number {
  const now = momentumAt(model, state, atMs)
  let before = state.visits === 0 ? atMs : Math.min(state.last, atMs)
  if (momentumAt(model, state, before) === now) return before
  let after = atMs
  while (after - before > dayMs / 4) {
    const middle = (after + before) / 2
    if (momentumAt(model, state, middle) === now) after = middle
    else before = middle
  }
  return Math.round(after)
}
