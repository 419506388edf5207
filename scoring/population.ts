import type { Population } from './rhythm.ts'
import type { State } from './state.ts'
import { silenceTail } from './rhythm.ts'
import { dayMs } from './state.ts'

/** What the population fit needs of one customer: repeat visits, days from first to last, days from last to now, sum of log gaps. */
export type Comings = { repeats: number, span: number, silence: number, gapLogs: number }

/** A customer's comings and goings until `atMs`, or undefined when they never came. */
export function comingsOf(state: State, atMs: number): Comings | undefined {
  if (state.visits === 0) return undefined
  return {
    repeats: state.visits - 1,
    span: (state.last - state.first) / dayMs,
    silence: Math.max(0, (atMs - state.last) / dayMs),
    gapLogs: state.gapLogs,
  }
}

/**
 * The population that makes these customers most likely, near `start` when they are few: maximum a posteriori over the logarithms
 * of the four parameters, once for each regularity, the likeliest kept. A few thousand customers are enough; deterministic.
 */
export function fitPopulation(start: Population, customers: readonly Comings[]): Population {
  if (customers.length === 0) return start
  let best = start
  let bestLoss = Infinity
  for (const regularity of [1, 2, 3] as const) {
    const origin = [start.shape, start.rate, start.dropA, start.dropB].map(Math.log)
    const loss = (logs: readonly number[]) => {
      const [shape, rate, dropA, dropB] = logs.map(log => Math.exp(Math.min(12, Math.max(-8, log)))) as [number, number, number, number]
      let sum = 0
      for (const customer of customers) sum -= logLikelihood(shape, rate, dropA, dropB, regularity, customer)
      for (let i = 0; i < logs.length; i++) sum += (logs[i]! - origin[i]!) ** 2 / (2 * 1.5 ** 2)
      return sum
    }
    const found = minimise(loss, origin)
    if (found.value < bestLoss - 1e-9) {
      bestLoss = found.value
      const [shape, rate, dropA, dropB] = found.at.map(log => Math.exp(Math.min(12, Math.max(-8, log)))) as [number, number, number, number]
      best = { shape, rate, dropA, dropB, regularity }
    }
  }
  return best
}

function logLikelihood(shape: number, rate: number, dropA: number, dropB: number, k: number, c: Comings): number {
  const a = shape + k * c.repeats
  const b = rate + c.span
  const came = logGamma(a) - logGamma(shape) + shape * Math.log(rate) - a * Math.log(b)
    + (k - 1) * c.gapLogs - c.repeats * logGamma(k)
  const stayed = logGamma(dropB + c.repeats) - logGamma(dropB) + logGamma(dropA + dropB) - logGamma(dropA + dropB + c.repeats)
  // The newest visit was either the last for good, or not and the silence is a gap still open.
  const total = dropA + dropB + c.repeats
  return came + stayed + Math.log((dropA + (dropB + c.repeats) * silenceTail(a, b, c.silence, k)) / total)
}

const lanczos = [676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7]

/** Natural logarithm of the gamma function for positive arguments (Lanczos, g = 7, nine terms). */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x)
  const y = x - 1
  let sum = 0.99999999999980993
  for (let i = 0; i < lanczos.length; i++) sum += lanczos[i]! / (y + i + 1)
  const t = y + 7.5
  return 0.5 * Math.log(2 * Math.PI) + (y + 0.5) * Math.log(t) - t + Math.log(sum)
}

/** Nelder and Mead's simplex (1965): no derivatives, a fixed number of steps, no randomness. */
export function minimise(loss: (at: readonly number[]) => number, start: readonly number[], steps = 160): { at: number[], value: number } {
  const simplex = [start.slice(), ...start.map((_, i) => start.map((x, j) => i === j ? x + 0.7 : x))]
    .map(at => ({ at, value: loss(at) }))
  const size = start.length
  for (let step = 0; step < steps; step++) {
    simplex.sort((p, q) => p.value - q.value)
    const worst = simplex[size]!
    if (Math.abs(worst.value - simplex[0]!.value) < 1e-7 * (1 + Math.abs(worst.value))) break
    const centre = start.map((_, j) => simplex.slice(0, size).reduce((sum, p) => sum + p.at[j]!, 0) / size)
    const along = (by: number) => {
      const at = centre.map((x, j) => x + by * (worst.at[j]! - x))
      return { at, value: loss(at) }
    }
    const reflected = along(-1)
    if (reflected.value < simplex[0]!.value) {
      const further = along(-2)
      simplex[size] = further.value < reflected.value ? further : reflected
    }
    else if (reflected.value < simplex[size - 1]!.value) {
      simplex[size] = reflected
    }
    else {
      const nearer = along(reflected.value < worst.value ? -0.5 : 0.5)
      if (nearer.value < Math.min(worst.value, reflected.value)) { simplex[size] = nearer }
      else {
        for (let i = 1; i <= size; i++) {
          const at = simplex[i]!.at.map((x, j) => (x + simplex[0]!.at[j]!) / 2)
          simplex[i] = { at, value: loss(at) }
        }
      }
    }
  }
  simplex.sort((p, q) => p.value - q.value)
  return simplex[0]!
}
