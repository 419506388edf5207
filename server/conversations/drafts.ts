import type { z } from 'zod'
import type { DraftBody, DraftView } from '#contracts'
import type { AdvisorActor } from '../accounts/index.ts'
import type { Draft } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import { followMerges } from '../identity/moving/index.ts'
import { LoupeError } from '../platform/errors.ts'
import { visibleConversation } from './sight.ts'

const none: DraftView = { text: '', laneId: null, updatedAt: null }

/** What this person has begun to write in a conversation; an empty one when nothing. */
export async function draftOf(ctx: Context, actor: AdvisorActor, conversationId: string): Promise<DraftView> {
  const conversation = await visibleConversation(ctx, actor, conversationId)
  return keptDraft(ctx, actor, conversation._id)
}

async function keptDraft(ctx: Context, actor: AdvisorActor, conversationId: string): Promise<DraftView> {
  const draft = await ctx.models.drafts.findById(keyOf(conversationId, actor)).lean<Draft>()
  return draft ? { text: draft.text, laneId: draft.laneId ?? null, updatedAt: draft.updatedAt.toISOString() } : none
}

/**
 * Keeps what this person has begun to write, so that no device loses it; an empty text takes it away. Their other devices are told.
 * Where its customer is joined with another meanwhile it goes along, behind what they have begun to write there.
 * @throws LoupeError `not_found`; `invalid` for a lane that the conversation does not have
 */
export async function saveDraft(ctx: Context, actor: AdvisorActor, conversationId: string, body: z.infer<typeof DraftBody>): Promise<DraftView> {
  const conversation = await visibleConversation(ctx, actor, conversationId)
  const { text, laneId } = body
  if (laneId !== null && !conversation.lanes.some(lane => lane.id === laneId)) throw new LoupeError('invalid', 'This conversation has no such lane.')
  const _id = keyOf(conversation._id, actor)
  let draft = none
  if (text === '') {
    await ctx.models.drafts.deleteOne({ _id })
  }
  else {
    const updatedAt = new Date(ctx.now())
    await ctx.models.drafts.updateOne({ _id }, { $set: { text, laneId, updatedAt } }, { upsert: true })
    draft = { text, laneId, updatedAt: updatedAt.toISOString() }
  }
  const standsIn = await followMerges(ctx, conversation)
  if (standsIn !== conversation._id) draft = await keptDraft(ctx, actor, standsIn)
  ctx.bus.emit('draft.changed', { conversationId: standsIn, advisorId: actor.id, draft })
  return draft
}

function keyOf(conversationId: string, actor: AdvisorActor): string {
  return `${conversationId}:${actor.id}`
}
