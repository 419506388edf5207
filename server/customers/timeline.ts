import type { Actor } from '../accounts/index.ts'
import type { Place } from '../conversations/index.ts'
import type { Note, StoredSignal } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import { z } from 'zod'
import { NoteEntry, SignalEntry } from '#contracts'
import { allOf, decodeCursor, encodeCursor, mergeNewest, noteEntries, olderThan, signalEntry } from '../conversations/index.ts'
import { visibleCustomer } from './visible.ts'

export const TimelineEntry = z.discriminatedUnion('type', [SignalEntry, NoteEntry])
export type TimelineEntry = z.infer<typeof TimelineEntry>

type TimelineItem = { type: 'signal', doc: StoredSignal } | { type: 'note', doc: Note }

/** What has the same time and id, which only chance can bring about. */
const ranks = { signal: 1, note: 0 } as const

/**
 * A page of everything a person did, whatever it came through, with what colleagues noted: oldest first within the page; `nextCursor` leads to older ones.
 * @throws LoupeError `not_found`; `invalid` for a cursor that is none
 */
export async function timelinePage(ctx: Context, actor: Actor, customerId: string, query: { limit: number, cursor?: string | undefined }): Promise<{ items: TimelineEntry[], nextCursor: string | null }> {
  const place = decodeCursor('l', query.cursor)
  const { customer, conversation } = await visibleCustomer(ctx, actor, customerId)
  const [signals, notes] = await Promise.all([
    ctx.models.signals.find(allOf({ customerId: customer._id }, olderThan('at', place, ranks.signal))).sort({ at: -1, _id: -1 }).limit(query.limit + 1).lean<StoredSignal[]>(),
    conversation
      ? ctx.models.notes.find(allOf({ conversationId: conversation._id }, olderThan('at', place, ranks.note))).sort({ at: -1, _id: -1 }).limit(query.limit + 1).lean<Note[]>()
      : [],
  ])
  const lists: TimelineItem[][] = [signals.map(doc => ({ type: 'signal', doc })), notes.map(doc => ({ type: 'note', doc }))]
  const { items, last } = mergeNewest(lists, placeOf, query.limit)
  const noted = await noteEntries(ctx, items.flatMap(item => item.type === 'note' ? [item.doc] : []))
  const entries = items.flatMap(({ type, doc }): TimelineEntry[] => type === 'signal' ? [signalEntry(doc)] : noted.splice(0, 1))
  return { items: entries.reverse(), nextCursor: last && encodeCursor('l', last) }
}

function placeOf({ type, doc }: TimelineItem): Place {
  return { at: doc.at.getTime(), id: doc._id, rank: ranks[type] }
}
