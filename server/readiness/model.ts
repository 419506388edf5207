import type { Model } from '#scoring'
import type { Context } from '../platform/context.ts'
import { trusted } from 'mongoose'
import { priorModel } from '#scoring'
import { isDuplicate } from '../platform/duplicates.ts'

/** Setting that holds the model which the house is read with. */
const modelSetting = 'readiness.model'
/** Uses that are remembered. */
const mostUses = 60

/** That a model was put in use. Times in ISO form. */
export interface UseOfModel {
  version: string
  since: string
  /** Who did it; null for the nightly job. */
  by: string | null
  why: 'better' | 'rolled_back' | 'chosen'
  reason: string | null
}

/** What the setting holds: one document, so that what is in use and since when is always of one piece. */
interface KeptModel {
  /** Null: the prior, also of a later engine. */
  model: Model | null
  /** Version of the prior whose features the model weighs. */
  engine: string
  /** A person chose it: the nightly job leaves it. */
  pinned: boolean
  /** Newest first. */
  uses: UseOfModel[]
}

/** The model in use, and how it came to be. */
export interface ModelInUse {
  /** Null: the prior. */
  model: Model | null
  version: string
  pinned: boolean
  /** Newest first; empty while the house has read with nothing but the prior. */
  uses: UseOfModel[]
}

/** The model that the house's readiness is read with: what it has learnt, or the prior before it has outcomes. */
export async function houseModel(ctx: Pick<Context, 'models'>): Promise<Model> {
  const kept = await ctx.models.settings.findById(modelSetting, { 'value.model': 1, 'value.engine': 1 }).lean()
  return readable(kept?.value as KeptModel | undefined) ?? priorModel()
}

/** A model that this engine can read: weights of other features would mean nothing. */
function readable(kept: Pick<KeptModel, 'model' | 'engine'> | undefined): Model | null {
  return kept?.model && kept.engine === priorModel().version ? kept.model : null
}

/** As `houseModel`, with its history. */
export async function modelInUse(ctx: Pick<Context, 'models'>): Promise<ModelInUse> {
  const kept = (await ctx.models.settings.findById(modelSetting).lean())?.value as KeptModel | undefined
  const model = readable(kept)
  return { model, version: model?.version ?? priorModel().version, pinned: kept?.pinned ?? false, uses: kept?.uses ?? [] }
}

/**
 * Puts a model (null: the prior) in use in place of the one that `expected` was read as; false when another one is in use by now. One write of one
 * document: whoever reads has the old one or the new.
 */
export async function putInUse(ctx: Pick<Context, 'models'>, expected: ModelInUse, next: { model: Model | null, pinned: boolean, use: UseOfModel }): Promise<boolean> {
  const value: KeptModel = { model: next.model, engine: priorModel().version, pinned: next.pinned, uses: [next.use, ...expected.uses].slice(0, mostUses) }
  const last = expected.uses[0]
  try {
    const { matchedCount, upsertedCount } = last
      ? await ctx.models.settings.updateOne({ '_id': modelSetting, 'value.uses.0.version': last.version, 'value.uses.0.since': last.since }, { $set: { value } })
      : await ctx.models.settings.updateOne({ '_id': modelSetting, 'value.uses.0': trusted({ $exists: false }) }, { $set: { value } }, { upsert: true })
    return matchedCount + upsertedCount === 1
  }
  catch (error) {
    if (isDuplicate(error)) return false
    throw error
  }
}

/** Lets the nightly job replace the model in use again, or no longer. */
export async function pinModel(ctx: Pick<Context, 'models'>, inUse: ModelInUse, pinned: boolean): Promise<void> {
  const last = inUse.uses[0]
  if (last) await ctx.models.settings.updateOne({ '_id': modelSetting, 'value.uses.0.since': last.since }, { $set: { 'value.pinned': pinned } })
}
