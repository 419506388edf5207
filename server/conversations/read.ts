import type { Actor } from '../accounts/index.ts'
import type { Conversation } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import { mutateConversation } from './mutate.ts'
import { requireSight } from './sight.ts'

/**
 * Somebody has read what the customer wrote: nothing is unread any more. When something was, the bus is told, so that the customer may be shown it.
 * @throws LoupeError `not_found`
 */
export async function readConversation(ctx: Context, actor: Actor, id: string): Promise<Conversation> {
  let unread = 0
  const conversation = await mutateConversation(ctx, id, (current) => {
    requireSight(actor, current)
    unread = current.unread
    return { unread: 0 }
  }, actor.id)
  if (unread > 0) ctx.bus.emit('conversation.read', { conversationId: conversation._id })
  return conversation
}
