import type { LearnedWeight, LearningRun, ModelComparison } from '#contracts'
import type { GainModel, History, Model } from '#scoring'
import type { ReadinessModel } from '../models/index.ts'
import type { ScopedReport } from './judge.ts'
import type { StudiedHouse, StudiedPerson } from './read-house.ts'
import { compareModels, emptyState, figuresOf, foldInto, learn, learnGain, priorModel, weightsMoved } from '#scoring'
import { judgeHouse } from './judge.ts'

const dayMs = 86_400_000
/** The newest weeks, from which no model that can be put in use has learnt: on them old and new are compared. Five, so that a month fits. */
export const heldOutDays = 35
/** How many days before the held-out weeks the models were learnt that speak for the past in the report. */
const formerDays = [91, 182, 273]
/** Visits and purchases of people who were known before they came: fewer, and the prior knows better. */
export const neededOutcomes = 60
/** Forecasts of the held-out weeks that came true; fewer, and nobody can say which model is better. */
const neededHeldOut = 15

/** What a night begins with. */
export interface StudyAsk {
  /** The end of what is known, milliseconds. */
  untilMs: number
  /** Name of the model that may be learnt. */
  version: string
  /** The model in use; null for the prior. */
  inUse: Model | null
  /** A person chose the model in use: another one is learnt and judged, and not put in use. */
  pinned: boolean
  /** Id and country of each store, for the report. */
  stores: { id: string, country: string }[]
}

/** What it comes to. */
export interface Study {
  outcome: Exclude<LearningRun['outcome'], 'failed'>
  people: number
  signals: number
  outcomes: number
  made: Omit<ReadinessModel, 'madeAt'> | null
  reports: ScopedReport[]
  /** What a contact gains; null as long as too few came of contacts that chance had its part in. */
  gain: GainModel | null
}

/**
 * Learns from a house and judges what was learnt. A candidate is learnt from all but the held-out weeks, from the prior, whatever was in use; it and the model in
 * use then foretell those weeks, which neither has seen. The better is kept, and is exactly the model that was judged. The report speaks with models
 * that were each learnt before what they foretell. Pure: the same house and ask give the same study.
 */
export function studyHouse(house: StudiedHouse, ask: StudyAsk): Study {
  const { untilMs, version, inUse, pinned } = ask
  const prior = priorModel()
  const learnUntil = untilMs - heldOutDays * dayMs
  const outcomes = outcomesUntil(house.people, prior, learnUntil)
  const found = { people: house.people.length, signals: house.signals, outcomes, gain: learnGain(house.contacts) }
  const old = inUse ?? prior
  const candidate = outcomes < neededOutcomes ? null : learnUpTo(house.people, prior, learnUntil, version)
  const comparison = candidate && compareModels(old, candidate, house.people, momentsBetween(learnUntil, untilMs), untilMs)
  if (!candidate || !comparison || comparison.positives < neededHeldOut)
    return { ...found, outcome: 'too_few', made: null, reports: judgeHouse(house, { untilMs, models: speakers(house, old, prior, learnUntil), sureFrom: old.involveAt, stores: ask.stores }) }
  const outcome = !comparison.better ? 'old_kept' : pinned ? 'pinned' : 'new_in_use'
  const told: ModelComparison = {
    against: old.version,
    from: new Date(learnUntil).toISOString(),
    until: new Date(untilMs).toISOString(),
    horizons: comparison.horizons.map(horizon => ({ horizonDays: horizon.horizonDays, old: figuresOf(horizon.old), new: figuresOf(horizon.new) })),
    better: comparison.better,
  }
  const learned: LearnedWeight[] = weightsMoved(old, candidate)
  const { windows, positives } = candidate.learnt
  const speaking = outcome === 'new_in_use' ? candidate : old
  return {
    ...found,
    outcome,
    made: { _id: candidate.version, engine: prior.version, model: candidate, people: house.people.length, windows, positives, comparison: told, learned },
    reports: judgeHouse(house, { untilMs, models: speakers(house, speaking, prior, learnUntil), sureFrom: speaking.involveAt, stores: ask.stores }),
  }
}

/** Moments a week apart, from the first on, the last a week before the end. */
function momentsBetween(fromMs: number, untilMs: number): number[] {
  const moments: number[] = []
  for (let at = fromMs; at < untilMs; at += 7 * dayMs) moments.push(at)
  return moments
}

/** Outcomes by a time, of people who had shown something else before. */
function outcomesUntil(people: readonly StudiedPerson[], { signals: table }: Model, untilMs: number): number {
  let count = 0
  for (const { signals } of people) {
    signals.forEach(({ type, at }, i) => { if (i > 0 && at <= untilMs && table[type]?.outcome) count++ })
  }
  return count
}

/** What can be learnt from what had happened until a time; nothing later is looked at. */
function learnUpTo(people: readonly StudiedPerson[], prior: Model, untilMs: number, version: string): Model {
  const histories: History[] = []
  for (const { signals } of people) {
    if (signals.length === 0 || signals[0]!.at > untilMs) continue
    let end = signals.length
    while (signals[end - 1]!.at > untilMs) end--
    const known = signals.slice(0, end)
    const state = emptyState()
    for (const signal of known) foldInto(prior, state, signal)
    histories.push({ signals: known, state })
  }
  return learn(prior, histories, untilMs, { version })
}

/** The models that speak in the report: the one in use, for the time before it those that could have been learnt then, and before that the prior. */
function speakers({ people }: StudiedHouse, inUse: Model, prior: Model, learnUntil: number): Model[] {
  const former = formerDays.flatMap((days) => {
    const until = learnUntil - days * dayMs
    return until < inUse.learnt.untilMs && outcomesUntil(people, prior, until) >= neededOutcomes ? [learnUpTo(people, prior, until, `former-${days}`)] : []
  })
  return [inUse, ...former, prior]
}
