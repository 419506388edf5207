import type { ConversationPage } from '#contracts'
import type { Actor } from '../accounts/index.ts'
import type { Conversation } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import type { ListFilter } from './list-plan.ts'
import { trusted } from 'mongoose'
import { seesWholeAddress } from '../accounts/index.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { allOf, olderThan } from './filters.ts'
import { listPlan } from './list-plan.ts'
import { findPeople } from './search.ts'
import { rowFields, rowView } from './views/row.ts'

export type ListQuery = ListFilter & { q?: string | undefined, limit: number, cursor?: string | undefined }

/**
 * A page of a queue, newest first. Each scope of `actor` is a range of one index; the store merges them, so that a page reads as many documents as it has
 * rows. A row that moves up while somebody pages is not shown twice, and none that stays where it was is left out. With `q`, the best matches of the
 * list in one page.
 * @throws LoupeError `invalid` for a cursor that is none
 */
export async function listConversations(ctx: Context, actor: Actor, query: ListQuery): Promise<ConversationPage> {
  const { limit } = query
  const place = decodeCursor('c', query.cursor)
  const revision = await ctx.revisions.latest()
  const whole = seesWholeAddress(actor)
  const plan = listPlan(actor, query)
  if (plan.boxes.length === 0) return { items: [], nextCursor: null, revision }
  if (query.q !== undefined) {
    const found = await findPeople(ctx, actor, query.q, { limit, within: allOf({ boxes: trusted({ $in: plan.boxes }) }, plan.rest) })
    const items = found.map(({ conversation }) => conversation).sort((a, b) => b.lastAt.getTime() - a.lastAt.getTime())
    return { items: items.map(conversation => rowView(conversation, whole)), nextCursor: null, revision }
  }
  const rows = await ctx.models.conversations
    .find(allOf({ boxes: trusted({ $in: plan.boxes }) }, olderThan('lastAt', place), plan.rest))
    .sort({ lastAt: -1, _id: -1 })
    .limit(limit + 1)
    .select(rowFields)
    .lean<Conversation[]>()
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  const nextCursor = rows.length > limit && last ? encodeCursor('c', { at: last.lastAt.getTime(), id: last._id, rank: 0 }) : null
  return { items: items.map(conversation => rowView(conversation, whole)), nextCursor, revision }
}
