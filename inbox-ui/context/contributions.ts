import type { ReadinessExplanation } from '#contracts'

type Horizon = ReadinessExplanation['horizons'][number]

/** What one thing does to the chance. `points`: hundredths of the chance that it adds or takes away, whole, and such that start + Σ points is the chance as it is shown. */
export type Step = { key: string, names: string[], signal: string | null, logit: number, points: number }
export type Breakdown = { p: number, start: number, steps: Step[] }

const sigmoid = (z: number) => 1 / (1 + Math.exp(-z))

/**
 * A chance as a sum: where everybody begins, then one step for each thing, the largest first. What a signal is, how much of it lately
 * and how long ago are one thing: apart they take away what the other gives.
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
  let logit = bias
  let shown = Math.round(sigmoid(bias) * 100)
  const start = shown
  for (const step of steps) {
    logit += step.logit
    // Each step goes to where the sum then stands, rounded: so the roundings never add up.
    const then = Math.round(sigmoid(logit) * 100)
    step.points = then - shown
    shown = then
  }
  return { p: shown, start, steps }
}

/** The largest steps, and how many others there are with what they come to. */
export function mainSteps({ steps }: Breakdown, most: number): { main: Step[], others: { count: number, points: number, logit: number } | null } {
  if (steps.length <= most + 1) return { main: steps, others: null }
  const rest = steps.slice(most)
  const sum = (of: 'points' | 'logit') => rest.reduce((total, step) => total + step[of], 0)
  return { main: steps.slice(0, most), others: { count: rest.length, points: sum('points'), logit: sum('logit') } }
}
