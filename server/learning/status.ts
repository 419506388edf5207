import type { LearningStatus } from '#contracts'
import type { Lease, Store } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import { trusted } from 'mongoose'
import { modelInUse } from '../readiness/index.ts'
import { houseTimeZone, nextNight } from './hours.ts'
import { readProgress } from './progress.ts'
import { namesOf } from './versions.ts'

/** Where learning stands. A study whose process died is none: nobody holds its lease. */
export async function statusView(ctx: Context): Promise<LearningStatus> {
  const [{ asked, running, lastRun, reread }, inUse, stores, lease] = await Promise.all([
    readProgress(ctx),
    modelInUse(ctx),
    ctx.models.stores.find({}, { timeZone: 1 }).lean<Pick<Store, 'timeZone'>[]>(),
    ctx.models.leases.findOne({ _id: 'learning', until: trusted({ $gte: new Date(ctx.now()) }) }).lean<Lease>(),
  ])
  const name = await namesOf(ctx, [lastRun?.by ?? null])
  const [use] = inUse.uses
  const begun = use && reread?.version === inUse.version && reread.since === use.since ? reread : null
  const open = use && begun?.after !== null ? { done: begun?.done ?? 0, all: begun?.all ?? await ctx.models.customers.estimatedDocumentCount() } : null
  const timeZone = houseTimeZone(stores)
  return {
    state: running && lease ? 'learning' : asked ? 'asked' : open ? 'rereading' : 'idle',
    inUse: { version: inUse.version, since: use?.since ?? null, pinned: inUse.pinned, isPrior: inUse.model === null },
    reread: open,
    lastRun: lastRun ? { ...lastRun, by: name(lastRun.by) } : null,
    nextAt: new Date(nextNight(ctx.now(), timeZone)).toISOString(),
    timeZone,
  }
}
