import type { z } from 'zod'
import type { NoteBody } from '#contracts'
import type { AdvisorActor } from '../accounts/index.ts'
import type { Note } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import { createHash } from 'node:crypto'
import { followMerges } from '../identity/moving/index.ts'
import { isDuplicate } from '../platform/duplicates.ts'
import { visibleConversation } from './sight.ts'

/**
 * Writes a note for colleagues. Its id comes from the client's own, so that asking twice writes once and gives the first one back. Where its customer is joined
 * with another meanwhile it goes along.
 * @throws LoupeError `not_found`
 */
export async function addNote(ctx: Context, actor: AdvisorActor, conversationId: string, body: z.infer<typeof NoteBody>): Promise<Note> {
  const conversation = await visibleConversation(ctx, actor, conversationId)
  const _id = createHash('sha256').update(`note|${conversation._id}|${actor.id}|${body.clientId}`).digest('hex').slice(0, 24)
  const known = await ctx.models.notes.findById(_id).lean<Note>()
  if (known) return known
  const note: Note = {
    _id,
    conversationId: conversation._id,
    customerId: conversation.customerId,
    authorId: actor.id,
    at: new Date(ctx.now()),
    text: body.text,
    revision: await ctx.revisions.reserve(1),
  }
  try {
    await ctx.models.notes.create([note])
  }
  catch (error) {
    // Two tries at once: the other one wrote it.
    if (!isDuplicate(error)) throw error
    return await ctx.models.notes.findById(_id).lean<Note>() ?? note
  }
  const moved = await followMerges(ctx, conversation) !== conversation._id
  const standing = moved ? await ctx.models.notes.findById(_id).lean<Note>() ?? note : note
  ctx.bus.emit('note.added', { note: standing, authorName: actor.name })
  return standing
}
