import type { Model } from '#scoring'
import type { ReadinessModel } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import { trusted } from 'mongoose'
import { priorModel } from '#scoring'
import { isDuplicate } from '../platform/duplicates.ts'

/** Setting that names the model which the house is read with. */
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

/** What the setting holds: one small document, so that what is in use and since when is always of one piece. The model itself is in its collection. */
interface KeptUse {
  /** The prior's, or that of a kept model. */
  version: string
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

/** The learnt model that was read last, by the database that it came from: a memo that no result depends on, because a version never changes. */
const lastRead = new WeakMap<Context['models'], Model>()

/** A model by its version; null for the prior, for one that is not kept, and for one of another engine, whose weights would mean nothing here. */
export async function modelCalled(ctx: Pick<Context, 'models'>, version: string): Promise<Model | null> {
  const prior = priorModel()
  if (version === prior.version) return null
  const known = lastRead.get(ctx.models)
  if (known?.version === version) return known
  const kept = await ctx.models.readinessModels.findById(version, { model: 1, engine: 1 }).lean<Pick<ReadinessModel, 'model' | 'engine'>>()
  if (!kept || kept.engine !== prior.version) return null
  lastRead.set(ctx.models, kept.model)
  return kept.model
}

async function keptUse(ctx: Pick<Context, 'models'>): Promise<KeptUse | undefined> {
  return (await ctx.models.settings.findById(modelSetting).lean())?.value as KeptUse | undefined
}

/** The model that the house's readiness is read with: what it has learnt, or the prior before it has outcomes. */
export async function houseModel(ctx: Pick<Context, 'models'>): Promise<Model> {
  const kept = await keptUse(ctx)
  return (kept && await modelCalled(ctx, kept.version)) ?? priorModel()
}

/** As `houseModel`, with its history. */
export async function modelInUse(ctx: Pick<Context, 'models'>): Promise<ModelInUse> {
  const kept = await keptUse(ctx)
  const model = kept ? await modelCalled(ctx, kept.version) : null
  return { model, version: model?.version ?? priorModel().version, pinned: kept?.pinned ?? false, uses: kept?.uses ?? [] }
}

/**
 * Puts a version (a kept one, or the prior's) in use in place of the one that `expected` was read as; false when another one is in use by now. One write of
 * one document: whoever reads has the old one or the new.
 */
export async function putInUse(ctx: Pick<Context, 'models'>, expected: ModelInUse, next: { pinned: boolean, use: UseOfModel }): Promise<boolean> {
  const value: KeptUse = { version: next.use.version, pinned: next.pinned, uses: [next.use, ...expected.uses].slice(0, mostUses) }
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
