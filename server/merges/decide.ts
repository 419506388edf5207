import type { z } from 'zod'
import type { MergeBody, MergeResult } from '#contracts'
import type { Actor } from '../accounts/index.ts'
import type { Merge } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import { audit } from '../accounts/index.ts'
import { visibleCustomer } from '../customers/index.ts'
import { conversationIdOf } from '../identity/index.ts'
import { dismissMerge, mergePeople, undoMerge } from '../identity/merging/index.ts'
import { LoupeError } from '../platform/errors.ts'

const unknown = () => new LoupeError('not_found', 'There is no such merge, or one of the two is not yours to see.')

/** A merge both of whose people `actor` may see. Whether there is another one is not theirs to know. @throws LoupeError `not_found` */
async function visibleMerge(ctx: Context, actor: Actor, id: string): Promise<Merge> {
  const merge = await ctx.models.merges.findById(id).lean<Merge>()
  if (!merge) throw unknown()
  try { await Promise.all([visibleCustomer(ctx, actor, merge.winnerId), visibleCustomer(ctx, actor, merge.loserId)]) }
  catch (error) { throw error instanceof LoupeError && error.code === 'not_found' ? unknown() : error }
  return merge
}

const resultOf = ({ _id, winnerId }: Merge): MergeResult => ({ mergeId: _id, customerId: winnerId, conversationId: conversationIdOf(winnerId) })

/** Joins two people because somebody says so. @throws LoupeError `not_found`, `conflict` when they are one already */
export async function mergeByHand(ctx: Context, actor: Actor, { winnerId, loserId }: z.infer<typeof MergeBody>): Promise<MergeResult> {
  const [winner, loser] = await Promise.all([visibleCustomer(ctx, actor, winnerId), visibleCustomer(ctx, actor, loserId)])
  const merge = await mergePeople(ctx, { winnerId: winner.customer._id, loserId: loser.customer._id, evidence: 'by_hand', cause: actor.id, actorId: actor.id })
  if (!merge) throw new LoupeError('conflict', 'These two are one person already.')
  return resultOf(merge)
}

/** Says that two people are one, as was suggested. Saying it twice is saying it once. @throws LoupeError `not_found`, `conflict` when it was decided otherwise */
export async function acceptSuggestion(ctx: Context, actor: Actor, id: string): Promise<MergeResult> {
  const suggestion = await visibleMerge(ctx, actor, id)
  if (suggestion.state === 'done') return resultOf(suggestion)
  if (suggestion.state !== 'suggested' && suggestion.state !== 'running') throw new LoupeError('conflict', 'This was decided already. Join them by hand if they are one person after all.')
  const { winnerId, loserId, evidence, cause } = suggestion
  const merge = await mergePeople(ctx, { winnerId, loserId, evidence, cause, actorId: actor.id })
  if (!merge) {
    const decided = await ctx.models.merges.findById(id).lean<Merge>()
    if (decided?.state === 'done') return resultOf(decided)
    throw new LoupeError('conflict', 'These two are one person already.')
  }
  // One of them was somebody else by now: the journal has an entry of its own for those two.
  if (merge._id !== id) await dismissMerge(ctx, id, actor.id)
  return resultOf(merge)
}

/** Says that two people are two. Nobody is asked again. @throws LoupeError `not_found`, `conflict` when it was decided otherwise */
export async function dismissSuggestion(ctx: Context, actor: Actor, id: string): Promise<void> {
  const { state, winnerId, loserId } = await visibleMerge(ctx, actor, id)
  if (state === 'dismissed') return
  if (!await dismissMerge(ctx, id, actor.id)) throw new LoupeError('conflict', 'This was decided already.')
  await audit(ctx, actor, 'customer.merge_dismissed', { kind: 'customer', id: winnerId }, { loserId })
}

/** Makes two people of one again. @throws LoupeError `not_found`, `conflict` when there is nothing to take apart */
export async function takeApart(ctx: Context, actor: Actor, id: string): Promise<void> {
  const merge = await visibleMerge(ctx, actor, id)
  if (merge.state === 'undone') return
  await undoMerge(ctx, merge._id, actor.id)
}
