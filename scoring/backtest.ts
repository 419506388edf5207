import type { Quality } from './metrics.ts'
import type { ReplaySignal, SignalMap } from './replay.ts'
import type { SimulatedHouse } from './simulation/jewellery.ts'
import type { Kind } from './simulation/kinds.ts'
import type { History } from './windows.ts'
import { foldInto } from './fold.ts'
import { chance } from './forecast.ts'
import { learn } from './learn.ts'
import { judge } from './metrics.ts'
import { priorModel } from './model.ts'
import { replay } from './replay.ts'
import { signalTable } from './signals.ts'
import { dayMs, emptyState } from './state.ts'

export type Judged = { what: string, horizonDays: number, quality: Quality }

const variants = [['the engine', {}], ['own rhythm taken away', { useRhythm: false }], ['learning taken away', { learn: false }]] as const

/**
 * What the engine would have said at each cut-off, against what then happened: for everybody seen by then whose journey had not ended. `variants` are the
 * ablations. The signals after a cut-off serve as the answer alone.
 */
export function backtestSignals(signals: readonly ReplaySignal[], map: SignalMap, outcome: string, horizonDays: number, cutoffs: readonly number[]): Judged[] {
  return variants.map(([what, options]) => {
    const p: number[] = []
    const y: number[] = []
    for (const cutoffMs of cutoffs) {
      const came = new Set<string>()
      const ended = new Set<string>()
      for (const { at, type, customerId } of signals) {
        if (type === outcome && at > cutoffMs && at <= cutoffMs + horizonDays * dayMs) came.add(customerId)
        if (at <= cutoffMs && map[type]?.terminal) ended.add(customerId)
      }
      for (const row of replay(signals, undefined, { cutoff: new Date(cutoffMs).toISOString(), horizonDays, outcome, map, ...options }).rows) {
        if (ended.has(row.customerId)) continue
        p.push(row.p)
        y.push(came.has(row.customerId) ? 1 : 0)
      }
    }
    return { what, horizonDays, quality: judge(p, y) }
  })
}

/** The kinds of other trades, at four fifths of their time. */
export function backtestKind(kind: Kind): Judged[] {
  return backtestSignals(kind.signals, kind.map, kind.outcome, kind.horizonDays, [kind.startMs + Math.round(kind.days * 0.8) * dayMs])
}

export type HouseReport = { judged: Judged[], segments: { segment: string, people: number, promised: number, true: number, happened: number }[] }

/**
 * A simulated house with the model as the product runs it (7, 30 and 90 days at once), at a day: the engine, without its learning, and the truth
 * that only the simulator knows. Segments compare mean p of 30 days with the true chance and with what happened.
 */
export function backtestHouse(house: SimulatedHouse, day: number): HouseReport {
  const untilMs = house.startMs + day * dayMs
  const bySignals = new Map<string, ReplaySignal[]>()
  for (const signal of house.signals) {
    const list = bySignals.get(signal.customerId)
    if (list) list.push(signal)
    else bySignals.set(signal.customerId, [signal])
  }
  const prior = priorModel()
  const people = house.truths.flatMap((truth) => {
    const all = (bySignals.get(truth.customerId) ?? []).toSorted((a, b) => a.at - b.at)
    const signals = all.filter(signal => signal.at <= untilMs)
    if (signals.length === 0) return []
    const state = emptyState()
    for (const signal of signals) foldInto(prior, state, signal)
    const later = all.filter(signal => signal.at > untilMs && signalTable[signal.type]?.outcome).map(signal => (signal.at - untilMs) / dayMs)
    const history: History = { signals, state }
    return [{ truth, history, next: later[0] ?? Infinity }]
  })
  const learnt = learn(prior, people.map(({ history }) => history), untilMs)
  const judged = learnt.heads.flatMap((head, i): Judged[] => {
    const y = people.map(({ next }) => next <= head.horizonDays ? 1 : 0)
    const of = (what: string, p: number[]): Judged => ({ what, horizonDays: head.horizonDays, quality: judge(p, y) })
    return [
      of('the engine', people.map(({ history }) => chance(learnt, head, history.state, untilMs))),
      of('before it learnt', people.map(({ history }) => chance(prior, prior.heads[i]!, history.state, untilMs))),
      of('the truth', people.map(({ truth }) => house.chanceOf(truth, day - 1, head.horizonDays))),
    ]
  })
  const month = learnt.heads[1]!
  const names = [...new Set(people.map(({ truth }) => truth.segment))].toSorted()
  const segments = names.map((segment) => {
    const members = people.filter(({ truth }) => truth.segment === segment)
    const mean = (of: (member: typeof members[number]) => number) => members.reduce((sum, member) => sum + of(member), 0) / members.length
    return {
      segment,
      people: members.length,
      promised: mean(({ history }) => chance(learnt, month, history.state, untilMs)),
      true: mean(({ truth }) => house.chanceOf(truth, day - 1, 30)),
      happened: mean(({ next }) => next <= 30 ? 1 : 0),
    }
  })
  return { judged, segments }
}
