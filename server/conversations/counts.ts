import type { QueueCounts, QueueName } from '#contracts'
import type { Actor } from '../accounts/index.ts'
import type { Context } from '../platform/context.ts'
import { trusted } from 'mongoose'
import { queueNames } from '#contracts'
import { listPlan } from './list-plan.ts'

/** Where counting stops. */
const most = 1000

/** How many conversations of each queue `actor` may see, up to 1,000. Read from the index alone, at most that many keys of each scope. */
export async function queueCounts(ctx: Context, actor: Actor): Promise<QueueCounts> {
  const counted = await Promise.all(queueNames.map(async queue => [queue, await count(ctx, listPlan(actor, { queue }).boxes)] as const))
  return Object.fromEntries(counted) as Record<QueueName, number>
}

async function count(ctx: Context, boxes: string[]): Promise<number> {
  return ctx.models.conversations.countDocuments({ boxes: trusted({ $in: boxes }) }, { limit: most })
}
