import type { z } from 'zod'
import type { BulkPatch, ConversationPatch } from '#contracts'
import type { Actor } from '../accounts/index.ts'
import type { Conversation } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import type { Assignee } from './patch-rules.ts'
import { LoupeError } from '../platform/errors.ts'
import { mutateConversation } from './mutate.ts'
import { patched } from './patch-rules.ts'
import { requireSight, visibleConversation } from './sight.ts'
import { addAndRemoveTags } from './tags.ts'

type Bulk = z.infer<typeof BulkPatch>

/** What became of a change to many: those that were changed, and those that were not, with why. */
export type BulkResult = { changed: Conversation[], refused: { id: string, code: string, message: string }[] }

/** How many of a bulk change are worked on side by side. */
const sideBySide = 8

/**
 * Assigns, snoozes, closes or reopens one conversation that `actor` may see.
 * @throws LoupeError `not_found`, `conflict`, `invalid` as in `patched`
 */
export async function patchConversation(ctx: Context, actor: Actor, id: string, patch: ConversationPatch): Promise<Conversation> {
  return applyPatch(ctx, actor, id, patch, await assigneeOf(ctx, patch))
}

function applyPatch(ctx: Context, actor: Actor, id: string, patch: ConversationPatch, assignee: Assignee | null): Promise<Conversation> {
  return mutateConversation(ctx, id, (conversation, now) => {
    requireSight(actor, conversation)
    return patched(conversation, patch, assignee, now)
  }, actor.id)
}

async function assigneeOf(ctx: Context, patch: ConversationPatch): Promise<Assignee | null> {
  return patch.ownerId ? await ctx.models.advisors.findById(patch.ownerId).select('name role storeIds active').lean<Assignee>() : null
}

/** The same for up to 200 conversations, each by itself: what is refused for one hinders no other. */
export async function patchMany(ctx: Context, actor: Actor, body: Bulk): Promise<BulkResult> {
  const { addTags = [], removeTags = [], ...patch } = body.patch
  const assignee = await assigneeOf(ctx, patch)
  const result: BulkResult = { changed: [], refused: [] }
  const waiting = [...new Set(body.ids)]

  async function one(id: string): Promise<Conversation> {
    if (addTags.length + removeTags.length === 0) return applyPatch(ctx, actor, id, patch, assignee)
    const conversation = await visibleConversation(ctx, actor, id)
    // Asked first, so that an assignment that is refused leaves the tags alone.
    patched(conversation, patch, assignee, ctx.now())
    await addAndRemoveTags(ctx, conversation, addTags, removeTags, actor.id)
    return applyPatch(ctx, actor, id, patch, assignee)
  }

  async function work(): Promise<void> {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      try {
        result.changed.push(await one(id))
      }
      catch (error) {
        if (!(error instanceof LoupeError)) throw error
        result.refused.push({ id, code: error.code, message: error.message })
      }
    }
  }

  await Promise.all(Array.from({ length: sideBySide }, work))
  return result
}
