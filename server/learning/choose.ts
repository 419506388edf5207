import type { UseModelBody } from '#contracts'
import type { AdvisorActor } from '../accounts/index.ts'
import type { ReadinessModel } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import type { UseOfModel } from '../readiness/index.ts'
import { priorModel } from '#scoring'
import { audit, auditOnce } from '../accounts/index.ts'
import { LoupeError } from '../platform/errors.ts'
import { modelInUse, pinModel, putInUse } from '../readiness/index.ts'

/**
 * A person puts a version in use, usually one from before. Doing it twice is doing it once; the audit says who, when and why.
 * @throws LoupeError `not_found` for a version that is not kept, `conflict` for one of another engine, `stale` when another one than `replacing` is in use
 */
export async function chooseModel(ctx: Context, actor: Pick<AdvisorActor, 'id'>, version: string, { replacing, reason, pinned }: UseModelBody): Promise<void> {
  const inUse = await modelInUse(ctx)
  if (inUse.version === version) {
    if (inUse.pinned !== pinned) {
      await pinModel(ctx, inUse, pinned)
      await audit(ctx, actor, pinned ? 'model.pinned' : 'model.unpinned', { kind: 'model', id: version }, { reason })
    }
    // An earlier try may have ended before it was audited.
    const [use] = inUse.uses
    if (use) await auditUse(ctx, use, pinned)
    return
  }
  if (inUse.version !== replacing) throw new LoupeError('stale', 'Another model was put in use meanwhile. Look at it first.', { inUse: inUse.version })
  const prior = priorModel()
  const kept = version === prior.version ? null : await ctx.models.readinessModels.findById(version, { engine: 1 }).lean<Pick<ReadinessModel, 'engine'>>()
  if (version !== prior.version && !kept) throw new LoupeError('not_found', 'There is no such version; old ones that were never in use are not kept.')
  if (kept && kept.engine !== prior.version) throw new LoupeError('conflict', 'This version was learnt by an earlier engine and cannot be read any more.')
  const was = inUse.uses.some(use => use.version === version) || kept === null
  const use: UseOfModel = { version, since: new Date(ctx.now()).toISOString(), by: actor.id, why: was ? 'rolled_back' : 'chosen', reason }
  if (!await putInUse(ctx, inUse, { pinned, use })) {
    // Somebody was faster: with the same wish, or with another.
    if ((await modelInUse(ctx)).version !== version) throw new LoupeError('stale', 'Another model was put in use meanwhile. Look at it first.')
    return
  }
  await auditUse(ctx, use, pinned)
}

/** Once for each use. What the night did on its own is no one's doing. */
async function auditUse(ctx: Context, { version, since, by, why, reason }: UseOfModel, pinned: boolean): Promise<void> {
  if (by === null) return
  await auditOnce(ctx, `readiness.model|${version}|${since}`, Date.parse(since), { id: by }, 'model.put_in_use', { kind: 'model', id: version }, { why, reason, pinned })
}
