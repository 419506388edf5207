import type { MergeSuggestionView, MergesView } from '#contracts'
import type { Actor } from '../accounts/index.ts'
import type { Known } from '../customers/index.ts'
import type { Merge } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import { seesWholeAddress } from '../accounts/index.ts'
import { shownName } from '../conversations/index.ts'
import { visibleCustomer } from '../customers/index.ts'
import { LoupeError } from '../platform/errors.ts'
import { suggestionView } from './view.ts'

/** People who were joined with one, and suggestions, that are looked at. Somebody with more is a shop's own phone. */
const mostJoined = 50
const mostSuggestions = 20

/** A customer and everybody who was joined with them: suggestions may still name these. */
async function everyone(ctx: Context, customerId: string): Promise<{ ids: string[], joined: Merge[] }> {
  const ids = [customerId]
  const joined: Merge[] = []
  for (let at = 0; at < ids.length && ids.length < mostJoined; at++) {
    const merges = await ctx.models.merges.find({ winnerId: ids[at], state: 'done' }).sort({ createdAt: -1 }).limit(mostJoined).lean<Merge[]>()
    if (at === 0) joined.push(...merges)
    for (const merge of merges) {
      if (!ids.includes(merge.loserId)) ids.push(merge.loserId)
    }
  }
  return { ids, joined }
}

async function otherOf(ctx: Context, actor: Actor, merge: Merge, mine: ReadonlySet<string>): Promise<Known | null> {
  const id = mine.has(merge.winnerId) ? merge.loserId : merge.winnerId
  try { return await visibleCustomer(ctx, actor, id) }
  catch (error) {
    if (error instanceof LoupeError) return null
    throw error
  }
}

/**
 * Who may be the same person as a customer, as far as `actor` may see both, and who was joined with them. Bounded reads by index, whatever the history.
 * @throws LoupeError `not_found`
 */
export async function mergesOf(ctx: Context, actor: Actor, customerId: string): Promise<MergesView> {
  const { customer } = await visibleCustomer(ctx, actor, customerId)
  const { ids, joined } = await everyone(ctx, customer._id)
  const [asWinner, asLoser] = await Promise.all((['winnerId', 'loserId'] as const).map(side =>
    ctx.models.merges.find({ [side]: { $in: ids }, state: 'suggested' }).sort({ createdAt: -1 }).limit(mostSuggestions).lean<Merge[]>()))
  const mine = new Set(ids)
  const suggestions = new Map<string, MergeSuggestionView>()
  const open = [...asWinner!, ...asLoser!].sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime()).slice(0, mostSuggestions)
  for (const merge of open) {
    const other = await otherOf(ctx, actor, merge, mine)
    if (!other || mine.has(other.customer._id) || suggestions.has(other.customer._id)) continue
    suggestions.set(other.customer._id, await suggestionView(ctx, actor, merge, other, mine))
  }
  const whole = seesWholeAddress(actor)
  return {
    suggestions: [...suggestions.values()],
    merged: joined.map(({ _id, loserId, before, evidence, actorId, doneAt, createdAt }) => ({ id: _id, customerId: loserId, name: shownName(before?.loser.customer.name ?? '', whole), evidence, actorId: actorId ?? null, at: (doneAt ?? createdAt).toISOString() })),
  }
}
