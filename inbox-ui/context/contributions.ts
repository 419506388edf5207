import type { ReadinessExplanation } from '#contracts'

type Horizon = ReadinessExplanation['horizons'][number]

/** What one thing does to the chance. `points`: hundredths of the chance that it adds or takes away, whole, and such that start + Σ points is the chance as it is shown. */
export type Step = { key: string, names: string[], signal: string | null, logit: number, points: number }
export type Breakdown = { p: number, start: number, steps: Step[] }

const sigmoid = (z: number) => 1 / (1 + Math.exp(-z))

/**
 * A chance as a sum: where everybody begins, then one step for each thing, the largest first. What a signal is, how much of it lately
 * and how long ago are one thing: apart they take away what the other gives. The way from the start to the chance is shared out by
 * what each thing weighs, so that no thing says more points than one that weighs more.
 */
export function breakdown({ bias, parts }: Pick<Horizon, 'bias' | 'parts'>): Breakdown {
  const things = new Map<string, Step>()
  for (const { name, logit, signal } of parts) {
    const key = signal === null ? name : `signal:${signal}`
    const known = things.get(key)
    if (known) {
      known.logit += logit
      known.names.push(name)
    }
    else {
      things.set(key, { key, names: [name], signal, logit, points: 0 })
    }
  }
  const steps = [...things.values()].sort((a, b) => Math.abs(b.logit) - Math.abs(a.logit) || (a.key < b.key ? -1 : 1))
  const total = steps.reduce((sum, step) => sum + step.logit, 0)
  const start = Math.round(sigmoid(bias) * 100)
  const p = Math.round(sigmoid(bias + total) * 100)
  shareOut(steps, slope(bias, total) * 100, p - start)
  return { p, start, steps }
}

/** Chance that one unit of weight is worth on average on the way from `bias` to `bias + total`. */
function slope(bias: number, total: number): number {
  const here = sigmoid(bias)
  return Math.abs(total) < 1e-6 ? here * (1 - here) : (sigmoid(bias + total) - here) / total
}

/** Whole points for every step, which sum to `whole`: what rounding leaves over goes to those that lost most by it. */
function shareOut(steps: readonly Step[], perLogit: number, whole: number): void {
  for (const step of steps) step.points = Math.round(step.logit * perLogit)
  let left = whole - steps.reduce((sum, step) => sum + step.points, 0)
  const by = Math.sign(left)
  const lost = (step: Step) => by * (step.logit * perLogit - step.points)
  for (const step of steps.toSorted((a, b) => lost(b) - lost(a))) {
    if (left === 0) return
    step.points += by
    left -= by
  }
}

/** The largest steps, and how many others there are with what they come to. */
export function mainSteps({ steps }: Breakdown, most: number): { main: Step[], others: { count: number, points: number, logit: number } | null } {
  if (steps.length <= most + 1) return { main: steps, others: null }
  const rest = steps.slice(most)
  const sum = (of: 'points' | 'logit') => rest.reduce((total, step) => total + step[of], 0)
  return { main: steps.slice(0, most), others: { count: rest.length, points: sum('points'), logit: sum('logit') } }
}
