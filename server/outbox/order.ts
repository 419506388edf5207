import type { OutboxItem } from '../models/index.ts'
import type { Context } from '../platform/context.ts'

/** Longest that a message waits for those before it, counted from its own turn, in milliseconds: what has not left by then no longer holds up the others. */
export const longestWaitMs = 10 * 60_000
/** An earlier message may be settled before it is due again, by a person or by a status; it is looked at this often. */
const lookAgainMs = 30_000
const shortestWaitMs = 50

/**
 * Until when `item` has to wait because an earlier message of the same conversation and lane is still to leave: waiting for another try, or with a provider.
 * Null when it may leave now: those before it were sent, failed or are uncertain, or it has waited long enough. Reactions stand on their own.
 */
export async function heldUntil(ctx: Context, item: OutboxItem): Promise<Date | null> {
  if (item.content.kind === 'reaction') return null
  const now = ctx.now()
  const patienceEnds = item.turnAt.getTime() + longestWaitMs
  if (patienceEnds <= now) return null
  const earlier = await ctx.models.outbox
    .findOne({
      'conversationId': item.conversationId,
      'state': { $in: ['waiting', 'sending'] },
      'laneId': item.laneId,
      '_id': { $ne: item._id },
      'content.kind': { $ne: 'reaction' },
      // Within a millisecond the numbers tell which was written first.
      '$or': [{ turnAt: { $lt: item.turnAt } }, { 'turnAt': item.turnAt, 'message.revision': { $lt: item.message.revision } }],
    }, { state: 1, dueAt: 1, lease: 1 })
    .sort({ turnAt: 1 })
    .lean<Pick<OutboxItem, '_id' | 'state' | 'dueAt' | 'lease'>>()
  if (!earlier) return null
  const next = earlier.state === 'sending' ? earlier.lease?.until ?? earlier.dueAt : earlier.dueAt
  return new Date(Math.max(now + shortestWaitMs, Math.min(next.getTime(), now + lookAgainMs, patienceEnds)))
}
