import type { Quality } from './metrics.ts'
import type { Head, Model, Space } from './model.ts'
import type { History, WindowRows } from './windows.ts'
import { chance, reach } from './forecast.ts'
import { levelNow } from './level.ts'
import { fitLogistic } from './logistic.ts'
import { judge, platt } from './metrics.ts'
import { coldBelief } from './model.ts'
import { commonFeatures } from './names.ts'
import { comingsOf, fitPopulation } from './population.ts'
import { dayMs } from './state.ts'
import { closedWindows } from './windows.ts'

export type LearnOptions = {
  /** Which signal types count as the outcome; by default those that the model's table marks. */
  isOutcome?: (type: string) => boolean
  /** Name of the new model. @default 'learnt-<until, ISO date>' */
  version?: string
}

/** Rows measured for one horizon, and rows that a fit looks at. */
const measuredRows = 60_000
const fittedRows = 16_000
const triedRows = 6_000

const logit = (p: number) => Math.log(p / (1 - p))

/** More evidence for never lowers p, more against never raises it. */
const neverAgainst = [commonFeatures.indexOf('heat'), commonFeatures.indexOf('against')]

/** How the past is learnt from: days after which a window counts half, how freely weights may move, and whether the rate may drift. */
type Habits = { memoryDays: number, spread: number, drifts: boolean }

/** Standard deviation of the drift that is expected, logit a horizon; and the horizons back after which it is taken as steady. */
const driftSpread = 0.25
const driftReach = 12
/** Part of the held-out loss that a drift must save to be believed, and the shortest horizon for which it is tried: the days of a week differ and are no drift. */
const driftGain = 0.005
const driftFromDays = 7
/** Part of the people who may have come before the past is taken to begin: one clock that runs ten years late is no past. */
const earliest = 0.005

/**
 * A new model from an old one and what has happened until `untilMs` (milliseconds): the population's rhythm, one logistic model for each horizon
 * from closed windows alone, and how well each did on the newest windows while they were held out. Starts from the cold belief each
 * time, so learning twice from the same windows changes nothing. Deterministic, whatever the customers' names or their order.
 */
export function learn(model: Model, histories: readonly History[], untilMs: number, options: LearnOptions = {}): Model {
  const isOutcome = options.isOutcome ?? (type => model.signals[type]?.outcome === true)
  const people = histories.filter(history => history.signals.length > 0)
  if (people.length === 0) return model
  const drawn = people.map(history => ({ history, draw: drawOf(model, history, untilMs) }))
  drawn.sort((a, b) => a.draw - b.draw || a.history.signals.length - b.history.signals.length)
  const ordered = drawn.map(d => d.history)
  const draws = Float64Array.from(drawn, d => d.draw)
  const comings = ordered.slice(0, 1200).flatMap(({ state }) => comingsOf(state, untilMs) ?? [])
  const settled: Model = { ...model, population: fitPopulation(model.population, comings) }
  const space = spaceOf(settled, ordered)
  const firsts = ordered.map(({ signals }) => signals[0]!.at).sort((a, b) => a - b)
  const pastDays = (untilMs - firsts[Math.round(firsts.length * earliest)]!) / dayMs
  const heads = model.heads.map((head) => {
    // A horizon longer than half of the past has too few closed windows: learn a shorter one and carry it on.
    let learntDays = head.horizonDays
    for (let i = 0; i < 5 && pastDays < 2 * learntDays; i++) learntDays /= 2
    const rows = closedWindows(settled, space, ordered, draws, untilMs, learntDays, isOutcome, measuredRows)
    return learnHead(settled, head, space, rows, learntDays)
  })
  const learnt = heads[Math.min(1, heads.length - 1)]!
  const next: Model = {
    ...settled,
    version: options.version ?? `learnt-${new Date(untilMs).toISOString().slice(0, 10)}`,
    heads,
    learnt: { windows: learnt.windows, positives: learnt.positives, untilMs },
  }
  return { ...next, ...thresholds(next, learnt, ordered, untilMs) }
}

/** A number in 0…1 that depends on what a person did and when, seen from `untilMs`, and on no name. */
function drawOf(model: Model, { signals }: History, untilMs: number): number {
  let a = 0x811C9DC5
  let b = 0x9E3779B9
  for (const { at, type } of signals) {
    const ago = untilMs - at
    const kind = Object.hasOwn(model.signals, type) ? model.signals[type]! : undefined
    const mark = kind ? kind.weight * 64 + (kind.side === 'customer' ? 1 : 2) + (kind.outcome ? 4 : 0) + (kind.terminal ? 8 : 0) : 0
    a = Math.imul(a ^ (ago % 0x7FFFFFFF), 0x01000193) ^ (a >>> 15)
    b = Math.imul(b + Math.floor(ago / 0x7FFFFFFF) + mark, 0x85EBCA6B) ^ (b >>> 13) ^ a
  }
  a = Math.imul(a ^ (a >>> 16), 0x85EBCA6B) ^ b
  a = Math.imul(a ^ (a >>> 13), 0xC2B2AE35)
  return ((a ^ (a >>> 16)) >>> 0) / 4294967296
}

/** The types and sources that enough people show. A type that is everybody's only one says nothing beside the common features. */
function spaceOf(model: Model, people: readonly History[]): Space {
  const enough = Math.max(20, people.length * 0.005)
  const types = new Map<string, number>()
  const sources = new Map<string, { people: number, first: number }>()
  for (const { state } of people) {
    for (const type in state.types) types.set(type, (types.get(type) ?? 0) + 1)
    if (state.source) {
      const known = sources.get(state.source)
      if (known) { known.people++; known.first = Math.min(known.first, state.since) }
      else { sources.set(state.source, { people: 1, first: state.since }) }
    }
  }
  const rank = new Map(Object.keys(model.signals).map((type, i) => [type, i]))
  const common = [...types].filter(([type, count]) => count >= enough && rank.has(type)).sort((a, b) => b[1] - a[1] || rank.get(a[0])! - rank.get(b[0])!)
  return {
    types: common.length < 2 ? [] : common.slice(0, 12).map(([type]) => type),
    sources: [...sources].filter(([, known]) => known.people >= enough).sort((a, b) => b[1].people - a[1].people || a[1].first - b[1].first || (a[0] < b[0] ? -1 : 1)).slice(0, 12).map(([source]) => source),
  }
}

function learnHead(model: Model, old: Head, space: Space, rows: WindowRows, learntDays: number): Head {
  const scales = scalesOf(rows)
  const base: Head = {
    ...old,
    ...space,
    learntDays,
    ...scales,
    weights: scales.scales.map(() => 0),
    slope: 1,
    offset: 0,
    endedLogit: logit((rows.ended.positives + 0.05) / (rows.ended.windows + 10)),
    windows: rows.y.length,
    positives: rows.y.reduce((sum, y) => sum + y, 0),
  }
  const cold = fromBelief(model, base)
  if (rows.y.length === 0) return cold
  const ordinary: Habits = { memoryDays: 12 * learntDays, spread: 0.5, drifts: false }
  const tried = tryOut(cold, rows, ordinary, learntDays)
  const fitted = onLevel(fitHead(cold, rows, sample(rows, fittedRows), tried.habits, learntDays, tried.head), rows)
  return { ...fitted, ...recalibrate(fitted, rows, tried.slope), ...(tried.quality ? { quality: tried.quality } : {}) }
}

/** Centre and scale of each feature. Single types and sources keep 0 as their centre: not having them is ordinary. */
function scalesOf({ width, x, y }: WindowRows): Pick<Head, 'centres' | 'scales'> {
  const n = Math.max(1, y.length)
  const centres = Array.from<number>({ length: width }).fill(0)
  const scales = Array.from<number>({ length: width }).fill(0)
  for (let i = 0; i < y.length; i++) {
    for (let j = 0; j < width; j++) centres[j]! += x[i * width + j]! / n
  }
  for (let i = 0; i < y.length; i++) {
    for (let j = 0; j < width; j++) scales[j]! += (x[i * width + j]! - centres[j]!) ** 2 / n
  }
  return {
    centres: centres.map((centre, j) => j < commonFeatures.length ? centre : 0),
    // Where everybody is alike, a unit is far: one person who differs later must not be a thousand deviations away.
    scales: scales.map(variance => variance < 1e-8 ? 1 : Math.sqrt(variance)),
  }
}

/** The cold belief, told in the units of these windows. */
function fromBelief(model: Model, base: Head): Head {
  const belief = coldBelief(model.signals, model.useRhythm)
  let bias = belief.bias
  const weights = base.scales.map((scale, j) => {
    const name = commonFeatures[j]
    const weight = name === undefined ? 0 : belief.weights[name] ?? 0
    bias += weight * (base.centres[j]! - (name === undefined ? 0 : belief.centres[name] ?? 0))
    return weight * scale
  })
  return { ...base, bias, weights }
}

/** Rows by number: those that came first of all, the others by their draw, with what each stands for. */
function sample(rows: WindowRows, limit: number, among: (i: number) => boolean = () => true): { index: number[], stands: number[] } {
  const index: number[] = []
  let positives = 0
  let others = 0
  for (let i = 0; i < rows.y.length; i++) { if (among(i)) { if (rows.y[i] === 1) positives++; else others++ } }
  const keepOnes = Math.min(1, limit / 2 / Math.max(1, positives))
  const keepOthers = Math.min(1, (limit - Math.min(positives, limit / 2)) / Math.max(1, others))
  const stands: number[] = []
  for (let i = 0; i < rows.y.length; i++) {
    if (!among(i)) continue
    const keep = rows.y[i] === 1 ? keepOnes : keepOthers
    if (rows.draw[i]! <= keep) { index.push(i); stands.push(1 / keep) }
  }
  return { index, stands }
}

/** About `limit` rows by number, each as likely as any other. */
function spread(rows: WindowRows, limit: number, among: (i: number) => boolean = () => true): number[] {
  const all = Array.from(rows.y, (_, i) => i).filter(among)
  const keep = limit / Math.max(1, all.length)
  return all.filter(i => rows.draw[i]! <= keep)
}

/**
 * Fits a head to rows of which the newest are `newestDays` old. Where the rate drifts, one more column holds how much older a window is than the
 * newest; it is 0 for the people now, so that the drift is followed to the newest windows and no farther.
 */
function fitHead(cold: Head, rows: WindowRows, { index, stands }: { index: number[], stands: number[] }, habits: Habits, newestDays: number, start?: Head): Head {
  const drift = habits.drifts ? [0] : []
  const width = rows.width + drift.length
  const x = new Float64Array(index.length * width)
  const y = new Float64Array(index.length)
  const weight = new Float64Array(index.length)
  index.forEach((i, k) => {
    const older = rows.ageDays[i]! - newestDays
    for (let j = 0; j < rows.width; j++) x[k * width + j] = Math.min(reach, Math.max(-reach, (rows.x[i * rows.width + j]! - cold.centres[j]!) / cold.scales[j]!))
    if (habits.drifts) x[k * width + rows.width] = Math.min(driftReach, older / cold.learntDays)
    y[k] = rows.y[i]!
    weight[k] = stands[k]! * rows.share[i]! * 2 ** (-older / habits.memoryDays)
  })
  const fit = fitLogistic({ width, x, y, weight }, {
    bias: cold.bias,
    biasPrecision: 0.25,
    weights: Float64Array.from([...cold.weights, ...drift]),
    precision: new Float64Array(width).fill(1 / habits.spread ** 2).fill(1 / driftSpread ** 2, rows.width),
  }, neverAgainst, start && { bias: start.bias, weights: Float64Array.from([...start.weights, ...drift]) })
  return { ...cold, bias: fit.bias, weights: [...fit.weights.subarray(0, rows.width)] }
}

/**
 * Which memory, which freedom and whether a drift foretold the newest closed windows best, when learnt from windows that had closed before those
 * began; and how well. With too little to hold out, the ordinary ones.
 */
function tryOut(cold: Head, rows: WindowRows, ordinary: Habits, horizonDays: number): { habits: Habits, slope: number, head?: Head, quality?: Quality } {
  const newest = (i: number) => rows.ageDays[i]! < 1.99 * horizonDays
  const before = (i: number) => rows.ageDays[i]! > 2.74 * horizonDays
  const held = spread(rows, triedRows * 2, newest)
  const past = sample(rows, triedRows, before)
  const count = (index: number[]) => index.reduce((sum, i) => sum + rows.y[i]!, 0)
  if (count(held) < 30 || count(past.index) < 30 || held.length - count(held) < 30) return { habits: ordinary, slope: 1 }
  const run = (habits: Habits, start?: Head) => {
    const head = fitHead(cold, rows, past, habits, 2.75 * horizonDays, start)
    const p = held.map(i => rowChance(head, rows, i))
    let loss = 0
    held.forEach((i, k) => { loss -= Math.log(Math.max(1e-9, rows.y[i] === 1 ? p[k]! : 1 - p[k]!)) })
    return { habits, head, p, loss }
  }
  let best = run(ordinary)
  const better = (habits: Habits, gain = 0.001) => { const other = run(habits, best.head); if (other.loss < best.loss * (1 - gain)) best = other }
  for (const memoryDays of [3 * horizonDays, 1e6]) better({ ...best.habits, memoryDays })
  for (const spread of [0.15, 1]) better({ ...best.habits, spread })
  if (horizonDays >= driftFromDays) better({ ...best.habits, drifts: true }, driftGain)
  const y = held.map(i => rows.y[i]!)
  return { habits: best.habits, slope: platt(best.p, y, 8).slope, head: best.head, quality: judge(best.p, y) }
}

function rowLogit(head: Head, rows: WindowRows, i: number): number {
  let z = head.bias
  for (let j = 0; j < rows.width; j++) z += head.weights[j]! * Math.min(reach, Math.max(-reach, (rows.x[i * rows.width + j]! - head.centres[j]!) / head.scales[j]!))
  return z
}

function rowChance(head: Head, rows: WindowRows, i: number): number {
  return 1 / (1 + Math.exp(-rowLogit(head, rows, i)))
}

/** The head with the level of the newest windows, where that has moved away from all that was learnt from. */
function onLevel(head: Head, rows: WindowRows): Head {
  const levels = new Map<number, { logits: number[], came: number }>()
  for (let i = 0; i < rows.y.length; i++) {
    const back = rows.ageDays[i]! / head.learntDays
    const whole = Math.round(back)
    // Those between overlap two of them and know nothing more.
    if (Math.abs(back - whole) > 0.01) continue
    const level = levels.get(whole) ?? { logits: [], came: 0 }
    levels.set(whole, level)
    level.logits.push(rowLogit(head, rows, i))
    level.came += rows.y[i]!
  }
  return { ...head, bias: head.bias + levelNow([...levels].sort((a, b) => b[0] - a[0]).map(([, level]) => level)) }
}

/**
 * Half of Platt's slope (its root) when held-out windows showed it outside 0.85…1.15, with the offset that keeps the mean p of the newest windows where it was. Half,
 * because the model that showed it had learnt from fewer and older windows than the one that is mended, and much of what was wrong with it is mended by those.
 */
function recalibrate(head: Head, rows: WindowRows, slope: number): Pick<Head, 'slope' | 'offset'> {
  if (slope > 0.85 && slope < 1.15) return { slope: 1, offset: 0 }
  const bounded = Math.sqrt(Math.min(2, Math.max(0.5, slope)))
  const logits = spread(rows, 4000, i => rows.ageDays[i]! < 2 * head.learntDays).map(i => logit(rowChance(head, rows, i)))
  const mean = (offset: number, by: number) => logits.reduce((sum, z) => sum + 1 / (1 + Math.exp(-by * z - offset)), 0)
  const level = mean(0, 1)
  let [low, high] = [-20, 20]
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2
    if (mean(middle, bounded) < level) low = middle
    else high = middle
  }
  return { slope: bounded, offset: (low + high) / 2 }
}

/** Ready: the likeliest thirtieth, within reason; worth an advisor: the likeliest tenth. */
function thresholds(model: Model, head: Head, people: readonly History[], untilMs: number): Pick<Model, 'readyAt' | 'involveAt'> {
  const p = people.slice(0, 3000).map(({ state }) => chance(model, head, state, untilMs)).sort((a, b) => a - b)
  const quantile = (q: number) => p[Math.min(p.length - 1, Math.floor(q * p.length))]!
  return { readyAt: Math.min(0.6, Math.max(0.2, quantile(0.97))), involveAt: Math.min(0.5, Math.max(0.05, quantile(0.9))) }
}
