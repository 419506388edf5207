import type { Momentum, NextActionKind, Stage } from '#contracts'
import type { Contribution } from './forecast.ts'
import type { Model } from './model.ts'
import type { SignalSpec } from './signals.ts'
import type { FoldSignal } from './state.ts'
import type { History } from './windows.ts'
import { z } from 'zod'
import { nextActionAt } from './action.ts'
import { featureNames } from './features.ts'
import { foldInto } from './fold.ts'
import { forecast } from './forecast.ts'
import { learn } from './learn.ts'
import { priorModel } from './model.ts'
import { momentumAt } from './momentum.ts'
import { stageAt } from './stage.ts'
import { emptyState } from './state.ts'

/** What a file's signal types mean: `{"TYPE": {"side": "customer", "weight": 1, "outcome": true}}`. */
export const SignalMap = z.record(z.string(), z.object({
  side: z.enum(['customer', 'business']),
  weight: z.number().optional(),
  outcome: z.boolean().optional(),
  terminal: z.boolean().optional(),
}))
export type SignalMap = z.infer<typeof SignalMap>

export type ReplaySignal = FoldSignal & { customerId: string, at: number }

type Kept = Omit<ReplaySignal, 'customerId' | 'id'>

export type ReplayOptions = {
  /** ISO time; repeated in the answers as it is written here. */
  cutoff: string
  /** The same in milliseconds. @default as `Date.parse` reads `cutoff` */
  cutoffMs?: number
  horizonDays: number
  /** The signal type whose coming is forecast. */
  outcome: string
  /** Without a map, the house's own table. */
  map?: SignalMap
  /** @default true */
  learn?: boolean
  /** @default true */
  useRhythm?: boolean
}

/** What the engine says of one customer at the cut-off. */
export type ReplayRow = {
  customerId: string
  cutoff: string
  p: number
  stage: Stage
  momentum: Momentum
  nextAction: NextActionKind
  contributions: Contribution[]
  bias: number
}

/** `unknown` counts the signals left out by type, `outcomes` those of the forecast type that came by the cut-off. */
export type Replay = { model: Model, rows: Generator<ReplayRow>, unknown: Map<string, number>, outcomes: number, customers: number }

/**
 * The engine on a history, as of a moment: signals after the cut-off are dropped before anything looks at them, in whatever order the
 * others come; neither the names of customers nor of types, nor a shift of all times by whole days, change a forecast.
 */
export function replay(signals: Iterable<ReplaySignal>, table: Readonly<Record<string, SignalSpec>> | undefined, options: ReplayOptions): Replay {
  const { horizonDays, outcome, cutoff, cutoffMs = Date.parse(cutoff) } = options
  const people = new Map<string, Kept[]>()
  const seen = new Map<string, { name: string, first: number, count: number }>()
  for (const { customerId, type, at, meta } of signals) {
    if (at > cutoffMs) continue
    let kind = seen.get(type)
    if (!kind) { kind = { name: type, first: at, count: 0 }; seen.set(type, kind) }
    kind.count++
    if (at < kind.first) kind.first = at
    // One copy of each name is enough for a million signals.
    const kept: Kept = meta ? { type: kind.name, at, meta } : { type: kind.name, at }
    const known = people.get(customerId)
    if (known) known.push(kept)
    else people.set(customerId, [kept])
  }
  const specs = table ?? specsOf(options.map ?? {}, outcome, horizonDays)
  const unknown = new Map<string, number>()
  for (const [type, { count }] of seen) {
    if (!Object.hasOwn(specs, type)) unknown.set(type, count)
  }
  const model = priorModel({
    signals: ranked(specs, seen),
    horizons: [horizonDays],
    halfLives: [horizonDays / 4, horizonDays, horizonDays * 4],
    useRhythm: options.useRhythm,
  })
  const rank = new Map(Object.keys(model.signals).map((type, i) => [type, i]))
  const order = (a: Kept, b: Kept) => a.at - b.at || (rank.get(a.type) ?? 1e9) - (rank.get(b.type) ?? 1e9) || compareMeta(a, b)
  const histories: History[] = []
  for (const list of people.values()) {
    list.sort(order)
    const state = emptyState()
    for (const signal of list) foldInto(model, state, signal)
    histories.push({ signals: list, state })
  }
  const settled = options.learn === false ? model : learn(model, histories, cutoffMs, { isOutcome: type => type === outcome })
  return { model: settled, rows: say(settled, [...people.keys()], histories, cutoff, cutoffMs), unknown, outcomes: seen.get(outcome)?.count ?? 0, customers: people.size }
}

function* say(model: Model, ids: readonly string[], histories: readonly History[], cutoff: string, cutoffMs: number): Generator<ReplayRow> {
  const head = model.heads[0]!
  const names = featureNames(head)
  for (const [i, customerId] of ids.entries()) {
    const { state } = histories[i]!
    const { p, bias, contributions, rhythm } = forecast(model, head, state, cutoffMs, names)
    const stage = stageAt(model, state, cutoffMs, p, rhythm)
    const nextAction = nextActionAt(model, state, cutoffMs, p, stage, rhythm).kind
    yield { customerId, cutoff, p, stage, momentum: momentumAt(model, state, cutoffMs), nextAction, contributions, bias }
  }
}

/** Types in an order that depends on what they are and when they came, and on their names last of all. */
function ranked(specs: Readonly<Record<string, SignalSpec>>, seen: ReadonlyMap<string, { first: number, count: number }>): Record<string, SignalSpec> {
  const key = (type: string) => {
    const spec = specs[type]!
    const known = seen.get(type)
    return [known ? 0 : 1, spec.side === 'customer' ? 0 : 1, spec.outcome ? 0 : 1, spec.terminal ? 0 : 1, -spec.weight, known?.first ?? 0, -(known?.count ?? 0)]
  }
  const keys = Object.keys(specs).map(type => ({ type, key: key(type) }))
  keys.sort((a, b) => {
    for (let i = 0; i < a.key.length; i++) { if (a.key[i] !== b.key[i]) return a.key[i]! - b.key[i]! }
    return a.type < b.type ? -1 : 1
  })
  return Object.fromEntries(keys.map(({ type }) => [type, specs[type]!]))
}

function compareMeta(a: FoldSignal, b: FoldSignal): number {
  if (!a.meta && !b.meta) return 0
  const [x, y] = [JSON.stringify(a.meta ?? {}), JSON.stringify(b.meta ?? {})]
  return x < y ? -1 : x > y ? 1 : 0
}

/** A table row for each type of a map: what a file does not say is guessed from the weight. */
function specsOf(map: SignalMap, outcome: string, horizonDays: number): Record<string, SignalSpec> {
  const entries: [string, SignalMap[string]][] = Object.entries(map)
  if (!Object.hasOwn(map, outcome)) entries.push([outcome, { side: 'customer' }])
  return Object.fromEntries(entries.map(([type, row]) => {
    const isOutcome = type === outcome
    const given = row.weight ?? (row.side === 'customer' ? 1 : 0)
    const weight = Number.isFinite(given) ? Math.min(100, Math.max(-100, given)) : 0
    const spec: SignalSpec = {
      side: row.side,
      weight,
      halfLifeDays: horizonDays,
      strength: weight >= 2 ? 'strong' : weight >= 1 ? 'medium' : 'weak',
      depth: isOutcome || weight >= 2.5 ? 4 : weight >= 1.25 ? 3 : weight >= 0.75 ? 2 : weight > 0 ? 1 : 0,
      active: row.side === 'customer',
      touch: row.side === 'business' && !row.outcome && !row.terminal,
      outcome: isOutcome,
      wants: row.side === 'customer' && weight > 0 && !isOutcome,
      owns: isOutcome,
      settles: isOutcome || row.terminal === true,
      terminal: row.terminal === true,
      reading: `signal.${type}`,
    }
    return [type, spec]
  }))
}

/** `30d`, `12h` or `6w` as days. Throws on anything else. */
export function parseHorizon(text: string): number {
  const match = /^(\d+(?:\.\d+)?)([dhw])$/.exec(text)
  const days = match ? Number(match[1]) * { d: 1, h: 1 / 24, w: 7 }[match[2] as 'd' | 'h' | 'w'] : Number.NaN
  if (!(days > 0) || days > 36_500) throw new RangeError(`A horizon looks like 30d, 12h or 6w, not ${text}`)
  return days
}
