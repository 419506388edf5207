import type { Actor } from '../accounts/index.ts'
import type { Conversation } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import { mutateConversation } from './mutate.ts'
import { requireSight } from './sight.ts'

/** Shows the customer, where the channel can, that their last message was read. */
export type MarkRead = (conversation: Conversation) => Promise<void>

/**
 * Somebody has read what the customer wrote: nothing is unread any more. The customer's own tick comes after, and when it fails the reading stands.
 * @throws LoupeError `not_found`
 */
export async function readConversation(ctx: Context, actor: Actor, id: string, markRead?: MarkRead): Promise<Conversation> {
  let unread = 0
  const conversation = await mutateConversation(ctx, id, (current) => {
    requireSight(actor, current)
    unread = current.unread
    return { unread: 0 }
  }, actor.id)
  if (unread > 0) void markRead?.(conversation).catch(error => ctx.log.warn({ err: error, conversationId: id }, 'the read mark did not reach the customer'))
  return conversation
}
