import type { Actor, Visibility } from '../accounts/index.ts'
import type { Conversation } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import { maySee } from '../accounts/index.ts'
import { LoupeError } from '../platform/errors.ts'

function notYours(details?: object): LoupeError {
  return new LoupeError('not_found', 'There is no such conversation, or it is not yours to see.', details)
}

/** Whether `actor` may see it. There is nothing to see of one that was merged into another: what is done to it would be done to nobody. */
export function isInSight(actor: Actor, conversation: Visibility & Pick<Conversation, 'mergedInto'>): boolean {
  return !conversation.mergedInto && maySee(actor, conversation)
}

/** Throws `not_found` when `actor` may not see it: whether it exists is not theirs to know either. */
export function requireSight(actor: Actor, conversation: Parameters<typeof isInSight>[1]): void {
  if (!isInSight(actor, conversation)) throw notYours()
}

/**
 * A conversation that `actor` may see. Throws `not_found` for any other, and for one that was merged into another; its details then name that one, where
 * `actor` may see it.
 */
export async function visibleConversation(ctx: Context, actor: Actor, id: string): Promise<Conversation> {
  const conversation = await ctx.models.conversations.findById(id).lean<Conversation>()
  if (!conversation) throw notYours()
  if (conversation.mergedInto) {
    const now = await whereItStands(ctx, conversation)
    throw notYours(now && maySee(actor, now) ? { mergedInto: now._id } : undefined)
  }
  requireSight(actor, conversation)
  return conversation
}

/** Merges that are followed; a longer chain would be a circle. */
const mostMerges = 8

/** The conversation that a merged one stands in now. */
async function whereItStands(ctx: Context, { mergedInto }: Conversation): Promise<Conversation | null> {
  let id = mergedInto
  for (let hop = 0; id && hop < mostMerges; hop++) {
    const next: Conversation | null = await ctx.models.conversations.findById(id, { storeIds: 1, ownerId: 1, mergedInto: 1 }).lean<Conversation>()
    if (!next?.mergedInto) return next
    id = next.mergedInto
  }
  return null
}
