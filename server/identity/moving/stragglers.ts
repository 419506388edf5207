import type { Conversation, Merge } from '../../models/index.ts'
import type { Context } from '../../platform/context.ts'
import { conversationIdOf } from '../index.ts'
import { moveEverything } from './move.ts'
import { whileNobodyElseMerges } from './turn.ts'

/** Joinings that are followed; more would be a circle. */
const mostMerges = 8

/**
 * To be called by whoever has written something to a conversation that stood when it was read: where its customer was joined with another meanwhile, what was
 * written goes after them. A joining moves everything once more after its row is gone, so that what is written before that is found by one of the two.
 * @returns the id of the conversation in which it now stands
 */
export async function followMerges(ctx: Context, { _id, customerId }: Pick<Conversation, '_id' | 'customerId'>): Promise<string> {
  let at = { _id, customerId }
  for (let hop = 0; hop < mostMerges; hop++) {
    const row = await ctx.models.conversations.findById(at._id, { mergedInto: 1 }).lean<Pick<Conversation, 'mergedInto'>>()
    if (!row?.mergedInto) return at._id
    const merge = await ctx.models.merges.findOne({ loserId: at.customerId, state: { $in: ['running', 'done'] } }).sort({ createdAt: -1 }).lean<Merge>()
    if (!merge) return at._id
    await whileNobodyElseMerges(ctx, () => moveEverything(ctx, merge._id, merge.loserId, merge.winnerId))
    at = { _id: conversationIdOf(merge.winnerId), customerId: merge.winnerId }
  }
  return at._id
}
