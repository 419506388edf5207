import type { Attachment, MessageEntry } from '#contracts'
import type { Advisor, Message, StoredAttachment } from '../../models/index.ts'
import type { Context } from '../../platform/context.ts'
import type { Pieces } from './piece.ts'
import { trusted } from 'mongoose'
import { orderTotal } from '#contracts'
import { loadPieces, unknownPiece } from './piece.ts'

/** What a message's entry shows that is not in the message: loaded once for many. */
export type MessageSurroundings = {
  pieces: Pieces
  /** Quoted messages, by our id and by `CHANNEL|PROVIDER_ID`. */
  quoted: ReadonlyMap<string, Message>
  /** Names of colleagues, by id. */
  names: ReadonlyMap<string, string>
  /** Milliseconds since the epoch: an undo that has run out is no longer offered. */
  now: number
}

/** First characters of a quoted text that fit above its answer. */
const quoteLength = 160

/** A message as the thread shows it. Of a deleted one only that it was there. */
export function messageEntry(message: Message, around: MessageSurroundings): MessageEntry {
  const deleted = message.deletedAt != null
  const { extra = {} } = message
  const keys = [...new Set([...message.pieceSkus, ...extra.order?.items.map(item => item.id) ?? []])]
  const own = message.direction === 'out'
  const { author } = message
  return {
    type: 'message',
    id: message._id,
    at: message.at.toISOString(),
    revision: message.revision,
    direction: message.direction,
    author: { kind: author.kind, id: author.id ?? null, name: author.name ?? (author.id ? around.names.get(author.id) ?? null : null) },
    laneId: message.laneId,
    kind: message.kind,
    text: deleted ? null : message.text ?? null,
    attachments: deleted ? [] : (message.attachments ?? []).map(attachmentView),
    ...(extra.location && !deleted ? { location: extra.location } : {}),
    ...(extra.contacts && !deleted ? { contacts: extra.contacts } : {}),
    ...(extra.order && !deleted ? { order: { ...extra.order, ...orderTotal(extra.order.items) } } : {}),
    pieces: deleted ? [] : keys.map(key => around.pieces.get(key) ?? unknownPiece(key)),
    ...(extra.referral ? { referral: extra.referral } : {}),
    ...(extra.story && !deleted ? { story: extra.story } : {}),
    replyTo: quoteOf(message, around),
    reactions: message.reactions.map(({ emoji, mine }) => ({ emoji, mine })),
    forwarded: message.forwarded,
    editedAt: message.editedAt?.toISOString() ?? null,
    deletedAt: message.deletedAt?.toISOString() ?? null,
    status: own ? message.status ?? null : null,
    failure: message.failure ? failureView(message.failure) : null,
    undoUntil: message.undoUntil && message.undoUntil.getTime() > around.now ? message.undoUntil.toISOString() : null,
    clientId: message.clientId ?? null,
  }
}

function failureView({ code, canRetry, retryAt }: NonNullable<Message['failure']>): MessageEntry['failure'] {
  return { code, canRetry, ...(retryAt ? { retryAt: retryAt.toISOString() } : {}) }
}

/** Field by field, so that nothing that is kept beside an attachment (how to fetch it) can leave with it. */
function attachmentView(attachment: StoredAttachment): Attachment {
  const { id, kind, mime, filename, bytes, width, height, seconds, waveform, state } = attachment
  const known = { filename, bytes, width, height, seconds, waveform: waveform?.slice(0, 64) }
  return { id: id ?? null, kind, mime, state, ...Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined && value !== null)) }
}

function quoteOf(message: Message, around: MessageSurroundings): MessageEntry['replyTo'] {
  if (!message.replyTo) return null
  const key = quoteKey(message)
  const quoted = key === null ? undefined : around.quoted.get(key)
  // A quote of what was never ours to see: sent before the house joined, or in another thread.
  if (!quoted || quoted.conversationId !== message.conversationId) return { id: null, preview: '', mine: false }
  return { id: quoted._id, preview: quoted.deletedAt ? '' : previewOf(quoted), mine: quoted.direction === 'out' }
}

function previewOf(quoted: Message): string {
  const said = quoted.text ?? quoted.attachments?.[0]?.filename ?? ''
  return said === '' ? quoted.kind : [...said.slice(0, 2 * quoteLength)].slice(0, quoteLength).join('')
}

function quoteKey(message: Message): string | null {
  const { replyTo } = message
  if (replyTo?.id) return replyTo.id
  return replyTo?.providerId ? `${message.channelId}|${replyTo.providerId}` : null
}

/** Loads what the entries of these messages show beside themselves: each collection once, however many messages there are. */
export async function messageSurroundings(ctx: Context, messages: readonly Message[]): Promise<MessageSurroundings> {
  const [pieces, quoted, names] = await Promise.all([
    loadPieces(ctx, messages.flatMap(message => [...message.pieceSkus, ...message.extra?.order?.items.map(item => item.id) ?? []])),
    loadQuoted(ctx, messages),
    loadNames(ctx, messages.flatMap(({ author }) => author.id && !author.name ? [author.id] : [])),
  ])
  return { pieces, quoted, names, now: ctx.now() }
}

async function loadQuoted(ctx: Context, messages: readonly Message[]): Promise<Map<string, Message>> {
  const found = new Map(messages.map(message => [message._id, message]))
  for (const message of messages) {
    if (message.providerId) found.set(`${message.channelId}|${message.providerId}`, message)
  }
  const ids = new Set<string>()
  const providerIds = new Map<string, Set<string>>()
  for (const message of messages) {
    const key = quoteKey(message)
    if (key === null || found.has(key)) continue
    if (message.replyTo?.id) ids.add(message.replyTo.id)
    else providerIds.set(message.channelId, (providerIds.get(message.channelId) ?? new Set()).add(message.replyTo!.providerId!))
  }
  const reads = Array.from(providerIds, ([channelId, wanted]) => ctx.models.messages.find({ providerId: trusted({ $type: 'string', $in: [...wanted] }), channelId }).lean<Message[]>())
  if (ids.size > 0) reads.push(ctx.models.messages.find({ _id: trusted({ $in: [...ids] }) }).lean<Message[]>())
  for (const message of (await Promise.all(reads)).flat()) {
    found.set(message._id, message)
    if (message.providerId) found.set(`${message.channelId}|${message.providerId}`, message)
  }
  return found
}

/** Names of colleagues by their ids. */
export async function loadNames(ctx: Context, ids: Iterable<string>): Promise<Map<string, string>> {
  const wanted = [...new Set(ids)]
  if (wanted.length === 0) return new Map()
  const people = await ctx.models.advisors.find({ _id: trusted({ $in: wanted }) }).select('name').lean<Pick<Advisor, '_id' | 'name'>[]>()
  return new Map(people.map(person => [person._id, person.name]))
}

/** The entries of some messages, in their order. */
export async function messageEntries(ctx: Context, messages: readonly Message[]): Promise<MessageEntry[]> {
  const around = await messageSurroundings(ctx, messages)
  return messages.map(message => messageEntry(message, around))
}
