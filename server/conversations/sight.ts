import type { Actor, Visibility } from '../accounts/index.ts'
import type { Conversation } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import { maySee } from '../accounts/index.ts'
import { LoupeError } from '../platform/errors.ts'

/** Throws `not_found` when `actor` may not see it: whether it exists is not theirs to know either. */
export function requireSight(actor: Actor, conversation: Visibility): void {
  if (!maySee(actor, conversation)) throw new LoupeError('not_found', 'There is no such conversation, or it is not yours to see.')
}

/** A conversation that `actor` may see. Throws `not_found` for any other, and for one that was merged into another. */
export async function visibleConversation(ctx: Context, actor: Actor, id: string): Promise<Conversation> {
  const conversation = await ctx.models.conversations.findById(id).lean<Conversation>()
  if (!conversation || conversation.mergedInto) throw new LoupeError('not_found', 'There is no such conversation, or it is not yours to see.')
  requireSight(actor, conversation)
  return conversation
}
