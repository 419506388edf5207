import type { MessageEntry, ThreadEntry, ThreadPage } from '#contracts'
import type { Actor } from '../accounts/index.ts'
import type { Message, Note, StoredSignal } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import type { Place } from './cursor.ts'
import type { Filter } from './filters.ts'
import { trusted } from 'mongoose'
import { overlap } from './changes.ts'
import { decodeCursor, encodeCursor, newestFirst } from './cursor.ts'
import { allOf, olderThan } from './filters.ts'
import { mergeNewest } from './merge.ts'
import { visibleConversation } from './sight.ts'
import { inThread, noteEntries, signalEntry } from './views/entries.ts'
import { messageEntries } from './views/message.ts'

/** A document of one of the three collections that a thread is made of. */
export type ThreadItem = { type: 'message', doc: Message } | { type: 'signal', doc: StoredSignal } | { type: 'note', doc: Note }

/** Orders what has the same time and id, which only chance can bring about, so that the order stays total. */
const ranks = { message: 2, signal: 1, note: 0 } as const

/** The most entries that one answer to "what changed after" holds. */
const mostChanges = 500

type PageQuery = { limit: number, cursor?: string | undefined }

/**
 * A page of a thread: messages, behaviour and notes in one order, oldest first within the page; `nextCursor` leads to older ones. With `since`, instead,
 * what was added or changed after that revision, and somewhat before it (see {@link overlap}); when that is more than one answer holds, the oldest of it,
 * `revision` says how far it goes, and `nextCursor` goes on.
 * @throws LoupeError `not_found`; `invalid` for a cursor that is none
 */
export async function threadPage(ctx: Context, actor: Actor, conversationId: string, query: PageQuery & { since?: number | undefined }): Promise<ThreadPage> {
  const latest = await ctx.revisions.latest()
  const { _id, customerId } = await visibleConversation(ctx, actor, conversationId)
  const resumed = query.cursor === undefined ? undefined : sinceOf(query.cursor)
  if (resumed !== undefined) return changedEntries(ctx, _id, resumed, latest)
  if (query.since !== undefined) {
    const page = await changedEntries(ctx, _id, query.since - overlap, latest)
    // A revision that is still to come is from another time than this store, as after a backup was put back.
    return query.since > latest || await wasTakenApart(ctx, customerId, query.since) ? { ...page, reset: true } : page
  }
  const place = decodeCursor('t', query.cursor)
  const { items, last } = await olderItems(ctx, _id, customerId, place, query.limit)
  return { items: (await entriesOf(ctx, items)).reverse(), nextCursor: last && encodeCursor('t', last), revision: latest }
}

/** Whether entries left the thread of a customer after `since`, because a merge was taken apart. */
async function wasTakenApart(ctx: Context, customerId: string, since: number): Promise<boolean> {
  return await ctx.models.merges.exists({ winnerId: customerId, state: 'undone', undoneRevision: trusted({ $gt: since - overlap }) }) !== null
}

/** A page of the messages alone, oldest first within the page; `nextCursor` leads to older ones. */
export async function messagePage(ctx: Context, actor: Actor, conversationId: string, query: PageQuery): Promise<{ items: MessageEntry[], nextCursor: string | null }> {
  const { _id } = await visibleConversation(ctx, actor, conversationId)
  const messages = await readMessages(ctx, _id, decodeCursor('m', query.cursor), query.limit)
  const page = mergeNewest([messages], doc => ({ at: doc.at.getTime(), id: doc._id, rank: ranks.message }), query.limit)
  return { items: (await messageEntries(ctx, page.items)).reverse(), nextCursor: page.last && encodeCursor('m', page.last) }
}

/**
 * The newest `limit` items older than `place`. Messages come first, because most of a thread is messages: the oldest of a full page bounds how far back signals
 * are of use, so that those which messages already show are never read by the thousand.
 */
async function olderItems(ctx: Context, conversationId: string, customerId: string, place: Place | null, limit: number): Promise<{ items: ThreadItem[], last: Place | null }> {
  const [messages, notes] = await Promise.all([
    readMessages(ctx, conversationId, place, limit),
    ctx.models.notes.find(allOf({ conversationId }, olderThan('at', place, ranks.note))).sort({ at: -1, _id: -1 }).limit(limit + 1).lean<Note[]>(),
  ])
  const oldest = messages.length > limit ? messages.at(-1)!.at : null
  const signals = await ctx.models.signals
    .find(allOf({ customerId }, olderThan('at', place, ranks.signal), oldest ? { at: trusted({ $gte: oldest }) } : {}, inThread()))
    .sort({ at: -1, _id: -1 })
    .limit(limit + 1)
    .lean<StoredSignal[]>()
  const lists: ThreadItem[][] = [
    messages.map(doc => ({ type: 'message', doc })),
    signals.map(doc => ({ type: 'signal', doc })),
    notes.map(doc => ({ type: 'note', doc })),
  ]
  return mergeNewest(lists, placeOf, limit)
}

/** What was taken back before it left stands nowhere. */
function readMessages(ctx: Context, conversationId: string, place: Place | null, limit: number): Promise<Message[]> {
  return ctx.models.messages
    .find(allOf({ conversationId }, olderThan('at', place, ranks.message), { status: trusted({ $ne: 'cancelled' }) }))
    .sort({ at: -1, _id: -1 })
    .limit(limit + 1)
    .lean<Message[]>()
}

function placeOf({ type, doc }: ThreadItem): Place {
  return { at: doc.at.getTime(), id: doc._id, rank: ranks[type] }
}

async function changedEntries(ctx: Context, conversationId: string, after: number, latest: number): Promise<ThreadPage> {
  const filter: Filter = { conversationId, revision: trusted({ $gt: after }) }
  const [messages, signals, notes] = await Promise.all([
    ctx.models.messages.find(filter).sort({ revision: 1 }).limit(mostChanges + 1).lean<Message[]>(),
    ctx.models.signals.find(allOf(filter, inThread())).sort({ revision: 1 }).limit(mostChanges + 1).lean<StoredSignal[]>(),
    ctx.models.notes.find(filter).sort({ revision: 1 }).limit(mostChanges + 1).lean<Note[]>(),
  ])
  const all: ThreadItem[] = [
    ...messages.map((doc): ThreadItem => ({ type: 'message', doc })),
    ...signals.map((doc): ThreadItem => ({ type: 'signal', doc })),
    ...notes.map((doc): ThreadItem => ({ type: 'note', doc })),
  ]
  all.sort((a, b) => a.doc.revision - b.doc.revision)
  const boundary = all[mostChanges]?.doc.revision
  // Several entries may have been written under one revision; they stay together, so that going on after it leaves none of them out.
  const whole = boundary === undefined ? all : all.filter(item => item.doc.revision < boundary)
  const items = whole.length > 0 ? whole : all
  const revision = boundary === undefined ? latest : items.at(-1)!.doc.revision
  items.sort((a, b) => newestFirst(placeOf(b), placeOf(a)))
  return { items: await entriesOf(ctx, items), nextCursor: boundary === undefined ? null : encodeCursor('s', { at: revision, id: 'since', rank: 0 }), revision }
}

/** The revision that a cursor of {@link changedEntries} goes on from; undefined for any other cursor. */
function sinceOf(cursor: string): number | undefined {
  try { return decodeCursor('s', cursor)?.at }
  catch { return undefined }
}

/** Entries of any items, in their order; what they show beside themselves is loaded once for all. */
export async function entriesOf(ctx: Context, items: readonly ThreadItem[]): Promise<ThreadEntry[]> {
  const [messages, notes] = await Promise.all([
    messageEntries(ctx, items.flatMap(item => item.type === 'message' ? [item.doc] : [])),
    noteEntries(ctx, items.flatMap(item => item.type === 'note' ? [item.doc] : [])),
  ])
  return items.flatMap(({ type, doc }) => (type === 'message' ? messages.shift() : type === 'note' ? notes.shift() : signalEntry(doc)) ?? [])
}
