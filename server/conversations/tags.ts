import type { Conversation, Customer } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import { trusted } from 'mongoose'
import { LoupeError } from '../platform/errors.ts'
import { mutateConversation } from './mutate.ts'
import { withName, withTags } from './search-keys.ts'

/** As many tags as one person can have. */
export const maxTags = 30

/**
 * Brings name, tags and what follows from them on a conversation to what its customer document says. Reads the customer inside the guarded write, so that of
 * two changes at once the later one stays, whichever arrives last.
 */
export function mirrorCustomer(ctx: Context, conversationId: string, actorId: string | null): Promise<Conversation> {
  return mutateConversation(ctx, conversationId, async (conversation) => {
    const customer = await ctx.models.customers.findById(conversation.customerId).select('name tags').lean<Pick<Customer, 'name' | 'tags'>>()
    if (!customer) return null
    const { name, tags } = customer
    return { name, tags, searchKeys: withTags(withName(conversation.searchKeys, name), tags) }
  }, actorId)
}

/**
 * Adds and removes tags of the customer of a conversation, and shows them on it.
 * @throws LoupeError `conflict` when they would be more than {@link maxTags}
 */
export async function addAndRemoveTags(ctx: Context, conversation: Conversation, add: readonly string[], remove: readonly string[], actorId: string | null): Promise<Conversation> {
  const { customers } = ctx.models
  const { customerId } = conversation
  const clean = (tags: readonly string[]) => [...new Set(tags.map(tag => tag.trim()).filter(tag => tag !== ''))]
  const added = clean(add)
  const removed = clean(remove).filter(tag => !added.includes(tag))
  const kept = conversation.tags.filter(tag => !removed.includes(tag))
  if (new Set([...kept, ...added]).size > maxTags) throw new LoupeError('conflict', `Nobody can have more than ${maxTags} tags. Take one away first.`)
  const revision = await ctx.revisions.reserve(1)
  if (removed.length > 0) await customers.updateOne({ _id: customerId }, { $set: { revision }, $pull: { tags: trusted({ $in: removed }) } })
  if (added.length > 0) await customers.updateOne({ _id: customerId }, { $set: { revision }, $addToSet: { tags: trusted({ $each: added }) } })
  const after = await mirrorCustomer(ctx, conversation._id, actorId)
  ctx.bus.emit('customer.changed', { customerId, conversationId: conversation._id, revision })
  return after
}
