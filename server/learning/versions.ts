import type { LearningModel, LearningModels, ModelUse } from '#contracts'
import type { Advisor, Customer, ReadinessModel } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import type { ModelInUse } from '../readiness/index.ts'
import { trusted } from 'mongoose'
import { priorModel } from '#scoring'
import { modelInUse } from '../readiness/index.ts'

/** Versions that are shown, and kept beside those that were once in use. */
const mostVersions = 29
const mostUses = 20

type Told = Omit<ReadinessModel, 'model'>

export async function keepModel(ctx: Pick<Context, 'models'>, model: ReadinessModel): Promise<void> {
  await ctx.models.readinessModels.create(model)
}

/** Forgets versions that are neither new nor were ever in use as far as that is remembered. */
export async function pruneModels(ctx: Pick<Context, 'models'>): Promise<void> {
  const { uses } = await modelInUse(ctx)
  const [oldest] = await ctx.models.readinessModels.find({}, { madeAt: 1 }).sort({ madeAt: -1 }).skip(mostVersions).limit(1).lean<Pick<ReadinessModel, 'madeAt'>[]>()
  if (oldest) await ctx.models.readinessModels.deleteMany({ madeAt: trusted({ $lte: oldest.madeAt }), _id: trusted({ $nin: uses.map(use => use.version) }) })
}

/** Names of colleagues by id. */
export async function namesOf(ctx: Pick<Context, 'models'>, ids: readonly (string | null)[]): Promise<(id: string | null) => { id: string, name: string } | null> {
  const wanted = [...new Set(ids.filter(id => id !== null))]
  const found = wanted.length > 0 ? await ctx.models.advisors.find({ _id: trusted({ $in: wanted }) }, { name: 1 }).lean<Pick<Advisor, '_id' | 'name'>[]>() : []
  const names = new Map(found.map(({ _id, name }) => [_id, name]))
  return id => id === null ? null : { id, name: names.get(id) ?? id }
}

/** Every version with how good it is and when it was in use, newest first; the prior last. */
export async function modelsView(ctx: Context): Promise<LearningModels> {
  const inUse = await modelInUse(ctx)
  const prior = priorModel()
  const newest = await ctx.models.readinessModels.find({ engine: prior.version }, { model: 0 }).sort({ madeAt: -1 }).limit(mostVersions).lean<Told[]>()
  if (inUse.model && !newest.some(model => model._id === inUse.version)) {
    const older = await ctx.models.readinessModels.findById(inUse.version, { model: 0 }).lean<Told>()
    if (older) newest.splice(mostVersions - 1, newest.length, older)
  }
  const [since, name] = await Promise.all([beginningOf(ctx), namesOf(ctx, inUse.uses.map(use => use.by))])
  const first = inUse.uses.at(-1)
  const beginning: ModelUse[] = since === null ? [] : [{ since, until: first?.since ?? null, by: null, why: 'beginning', reason: null }]
  const learnt = newest.map((model): LearningModel => ({
    version: model._id,
    inUse: model._id === inUse.version,
    isPrior: false,
    madeAt: model.madeAt.toISOString(),
    learntUntil: model.comparison.from,
    people: model.people,
    windows: model.windows,
    positives: model.positives,
    figures: model.comparison.horizons.map(horizon => ({ horizonDays: horizon.horizonDays, figures: horizon.new })),
    comparison: model.comparison,
    learned: model.learned,
    uses: usesOf(model._id, inUse, name),
  }))
  return {
    inUse: inUse.version,
    pinned: inUse.pinned,
    models: [...learnt, { version: prior.version, inUse: inUse.model === null, isPrior: true, madeAt: null, learntUntil: null, people: 0, windows: 0, positives: 0, figures: [], comparison: null, learned: [], uses: [...usesOf(prior.version, inUse, name).slice(0, mostUses - 1), ...beginning] }],
  }
}

/** Since when anybody has been read: with the prior, until a model was first put in use. */
async function beginningOf(ctx: Pick<Context, 'models'>): Promise<string | null> {
  const [first] = await ctx.models.customers.find({}, { createdAt: 1 }).sort({ createdAt: 1, _id: 1 }).limit(1).lean<Pick<Customer, 'createdAt'>[]>()
  return first?.createdAt.toISOString() ?? null
}

function usesOf(version: string, { uses }: ModelInUse, name: (id: string | null) => ModelUse['by']): ModelUse[] {
  return uses
    .map((use, i) => ({ version: use.version, since: use.since, until: uses[i - 1]?.since ?? null, by: name(use.by), why: use.why, reason: use.reason }))
    .filter(use => use.version === version)
    .slice(0, mostUses)
    .map(({ version: _, ...use }) => use)
}
