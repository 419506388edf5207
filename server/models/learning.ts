import type { InferRawDocTypeFromSchema } from 'mongoose'
import type { LearnedWeight, LearningCredit, LearningEnding, ModelComparison } from '#contracts'
import type { GainModel, HorizonJudgement, Model } from '#scoring'
import type { Shaped } from './shared.ts'
import { Schema } from 'mongoose'
import { base, count, date, id, nullableDate, shaped, text } from './shared.ts'

/** A model as it was learnt; `_id` is its version. Written once, never changed. */
export const readinessModelSchema = new Schema({
  _id: id,
  /** Version of the prior whose features it weighs: another engine cannot read it. */
  engine: text,
  model: shaped,
  madeAt: date,
  people: count,
  /** Of the middle horizon. */
  windows: count,
  positives: count,
  comparison: shaped,
  learned: shaped,
}, { ...base, collection: 'readinessModels' })
readinessModelSchema.index({ madeAt: -1 })
export type ReadinessModel = Shaped<InferRawDocTypeFromSchema<typeof readinessModelSchema>, { model: Model, comparison: ModelComparison, learned: LearnedWeight[] }>

/** A forecast and what came, by ids alone: names are read when it is shown, so that somebody who was erased is in no report. */
export interface ReportCase {
  kind: 'hit' | 'sure_and_nothing' | 'unlikely_and_came'
  customerId: string
  at: Date
  horizonDays: number
  p: number
  happened: { signal: string, at: Date, storeId: string | null } | null
}

/** As it is shown, without names: those are read when it is. */
export type StoredCredit = Omit<LearningCredit, 'byAdvisor' | 'bySignal'> & {
  byAdvisor: Omit<LearningCredit['byAdvisor'][number], 'name'>[]
  bySignal: (Omit<LearningCredit['bySignal'][number], 'signal'> & { signal: string })[]
}
export type StoredEnding = Pick<LearningEnding, 'kind' | 'reason' | 'count'> & { people: { customerId: string, at: Date }[] }

/** How well the engine did for one part of the house; `_id` is `KIND:ID|WEEKS`, made anew every night. */
export const learningReportSchema = new Schema({
  _id: id,
  kind: { type: String, enum: ['house', 'region', 'store'], required: true },
  scopeId: text,
  weeks: { type: Number, required: true },
  people: count,
  share: { type: Number, required: true },
  from: date,
  until: date,
  madeAt: date,
  horizons: shaped,
  cases: shaped,
  credit: shaped,
  endings: shaped,
}, { ...base, collection: 'learningReports' })
learningReportSchema.index({ weeks: 1, kind: 1, scopeId: 1 })
learningReportSchema.index({ madeAt: 1 })
export type StoredReport = Shaped<InferRawDocTypeFromSchema<typeof learningReportSchema>, { horizons: HorizonJudgement[], cases: ReportCase[], credit?: StoredCredit, endings?: StoredEnding[] }>

/** Days that a moment of contact is kept: what moved people longer ago says little of those of today. */
const momentDays = 730

/** A moment at which an automation could have contacted somebody and chance had its part in it. `_id` is made from the automation, the person and the occasion. */
export const contactMomentSchema = new Schema({
  _id: id,
  customerId: id,
  automation: text,
  at: date,
  /** Version of the prior whose features `x` holds: another engine cannot read them. */
  engine: text,
  x: { type: [Number], required: true },
  /** What was advised, by its code, and by which model. */
  advice: text,
  modelVersion: text,
  act: { type: Boolean, required: true },
  /** Chance of what was done, 0…1. */
  chance: { type: Number, required: true },
  explored: { type: Boolean, required: true },
  /** When it can be told whether they came; null once that is told. */
  closesAt: nullableDate,
  came: { type: Boolean, default: null },
}, { ...base, collection: 'contactMoments' })
contactMomentSchema.index({ closesAt: 1, at: -1 })
contactMomentSchema.index({ at: 1 }, { expireAfterSeconds: momentDays * 86_400 })
export type ContactMoment = InferRawDocTypeFromSchema<typeof contactMomentSchema>

/** What a contact gains, as it was learnt in a night; `_id` is its version. Written once, never changed. */
export const contactGainSchema = new Schema({
  _id: id,
  engine: text,
  model: shaped,
  madeAt: date,
}, { ...base, collection: 'contactGains' })
contactGainSchema.index({ engine: 1, madeAt: -1 })
export type ContactGain = Shaped<InferRawDocTypeFromSchema<typeof contactGainSchema>, { model: GainModel }>
