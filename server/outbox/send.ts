import type { GateView, MessageEntry, SendBody } from '#contracts'
import type { Conversation, Lane, Message, OutboxItem } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import type { Authorship, Ingredients } from './compose.ts'
import { channelById } from '#webhooks'
import { messageEntries } from '../conversations/index.ts'
import { gateFor } from '../gate/index.ts'
import { templateThrough } from '../house/index.ts'
import { followMerges } from '../identity/moving/index.ts'
import { isDuplicate } from '../platform/duplicates.ts'
import { LoupeError } from '../platform/errors.ts'
import { fileProblem } from '../platform/public-address.ts'
import { composeItem, ownMessageId } from './compose.ts'
import { hideFromRow, placeInThread, showOnRow } from './thread.ts'

/** How long a message can be taken back, in milliseconds. */
export const undoMs = 5_000

async function ingredientsFor(ctx: Context, body: SendBody, lane: Lane, conversationId: string, author: Authorship): Promise<Ingredients> {
  const { content } = body
  const { models } = ctx
  const targetId = content.kind === 'reaction' ? content.messageId : body.replyTo
  const channel = await models.channels.findById(lane.channelId).lean()
  const capabilities = channel ? channelById(channel.adapter)?.definition.networks[lane.channel] : undefined
  const catalogueItems = capabilities?.catalogueItems ?? 0
  const [media, pieces, template, target, catalogue] = await Promise.all([
    content.kind === 'media' ? models.media.findById(content.mediaId).lean() : null,
    content.kind === 'pieces' ? models.pieces.find({ _id: { $in: content.pieceIds } }).lean() : [],
    content.kind === 'template' && channel ? templateThrough(ctx, channel, content.name, content.language) : null,
    targetId ? models.messages.findById(targetId, { providerId: 1, conversationId: 1 }).lean() : null,
    content.kind === 'pieces' && catalogueItems >= content.pieceIds.length ? models.settings.findById('catalogId').lean() : null,
  ])
  // What somebody has put there and not yet sent is theirs alone.
  const mayUse = media && (media.conversationId === conversationId || (media.conversationId === null && media.uploadedBy === author.id))
  const network = channel && capabilities ? { capabilities, fileProblem: media ? fileProblem(ctx, channel) : null } : null
  return { media: mayUse ? media : null, network, pieces, template, target, catalogId: typeof catalogue?.value === 'string' ? catalogue.value : null }
}

const closedSentence = 'This cannot be sent through this lane now. Choose a template or another lane.'

/** A template may leave when nothing but the window is closed. */
function isClosed(view: GateView, withTemplate: boolean): boolean {
  return view.verdict === 'closed' && !(withTemplate && view.reasons.every(reason => reason.code.startsWith('window_')))
}

async function askGate(ctx: Context, conversation: Conversation, lane: Lane, author: Authorship, body: SendBody): Promise<void> {
  if (body.content.kind === 'reaction') return
  const view = await gateFor(ctx, conversation, lane, author.kind === 'advisor' ? author.id : null)
  const withTemplate = body.content.kind === 'template'
  if (isClosed(view, withTemplate)) throw new LoupeError('gate_closed', closedSentence, view)
  const needsReason = view.verdict === 'ask' && !(body.override && author.kind === 'advisor')
  if (needsReason) throw new LoupeError('gate_asks', 'Think twice before you send this. Give a reason to go on.', view)
}

/**
 * The one way in which anything is sent, by a person or an automation: asks the gate, writes the outbox, shows the message in its thread. Idempotent by
 * conversation and `clientId`. Throws `gate_closed` or `gate_asks` with the gate's view as details.
 */
export async function sendMessage(ctx: Context, conversation: Conversation, author: Authorship, body: SendBody): Promise<MessageEntry | null> {
  const known = await ctx.models.outbox.findById(ownMessageId(conversation._id, body.clientId)).lean()
  if (known) return shown(ctx, known)
  const lane = conversation.lanes.find(candidate => candidate.id === body.laneId)
  if (!lane) throw new LoupeError('not_found', 'That lane does not belong to this conversation. Choose another.')
  await askGate(ctx, conversation, lane, author, body)
  const ingredients = await ingredientsFor(ctx, body, lane, conversation._id, author)
  const item = composeItem({ body, conversation, lane, author, ingredients, now: ctx.now(), undoMs: author.kind === 'advisor' ? undoMs : 0, revision: await ctx.revisions.reserve(1) })
  const { preview, waitingSince, lastAt, lastOutboundAt, unread } = conversation
  try {
    await ctx.models.outbox.create({ ...item, before: { preview, waitingSince, lastAt, lastOutboundAt, unread } })
  }
  catch (error) {
    if (!isDuplicate(error)) throw error
  }
  if (item.mediaId) await ctx.models.media.updateOne({ _id: item.mediaId, conversationId: null }, { $set: { conversationId: conversation._id } })
  const entry = await shown(ctx, item)
  const conversationId = await followMerges(ctx, conversation)
  if (entry && conversationId !== conversation._id) await showOnRow(ctx, { ...item, conversationId })
  return entry
}

async function shown(ctx: Context, item: OutboxItem): Promise<MessageEntry | null> {
  const message = await placeInThread(ctx, item)
  ctx.bus.emit('outbox.due', { at: item.dueAt })
  if (!message) return null
  return entryOf(ctx, message)
}

/** Takes a message back that has not left. Throws `too_late` once it has. Taking back twice is as taking back once. */
export async function takeBack(ctx: Context, conversationId: string, messageId: string): Promise<void> {
  const item = await ctx.models.outbox.findOneAndUpdate({ _id: messageId, conversationId, state: { $in: ['waiting', 'cancelled'] } }, { $set: { state: 'cancelled' } }, { returnDocument: 'after', lean: true })
  if (!item) {
    const exists = await ctx.models.outbox.exists({ _id: messageId, conversationId })
    throw exists ? new LoupeError('too_late', 'It has already been sent and cannot be taken back.') : new LoupeError('not_found', 'There is no such message.')
  }
  const now = new Date(ctx.now())
  const message = await ctx.models.messages.findOneAndUpdate(
    { _id: messageId },
    { $set: { status: 'cancelled', deletedAt: now, undoUntil: null, revision: await ctx.revisions.reserve(1) } },
    { returnDocument: 'after', lean: true },
  )
  if (message) ctx.bus.emit('message.changed', { message })
  await hideFromRow(ctx, item)
}

/**
 * Sends a failed message again, at an advisor's wish, and gives it as the thread shows it from now on. The gate is asked anew, because time has passed. Asking
 * for one that is on its way changes nothing.
 */
export async function retryMessage(ctx: Context, conversation: Conversation, author: Authorship, messageId: string): Promise<MessageEntry> {
  const [item, message] = await Promise.all([
    ctx.models.outbox.findOne({ _id: messageId, conversationId: conversation._id }).lean(),
    ctx.models.messages.findOne({ _id: messageId, conversationId: conversation._id }).lean<Message>(),
  ])
  if (!item || !message) throw new LoupeError('not_found', 'There is no such message.')
  if (item.state === 'waiting' || item.state === 'sending') return entryOf(ctx, message)
  if (message.status !== 'failed' || !message.failure?.canRetry) throw new LoupeError('conflict', 'Sending this again cannot help. Write a new message instead.')
  if (message.failure.retryAt && message.failure.retryAt.getTime() > ctx.now()) throw new LoupeError('conflict', 'The channel does not take this for them yet. Wait until it does, or write a new message.', { retryAt: message.failure.retryAt.toISOString() })
  const lane = conversation.lanes.find(candidate => candidate.id === item.laneId)
  if (!lane) throw new LoupeError('conflict', 'The lane it was to leave through is gone. Write a new message instead.')
  const view = await gateFor(ctx, conversation, lane, author.id)
  if (isClosed(view, item.content.kind === 'template')) throw new LoupeError('gate_closed', closedSentence, view)
  const dueAt = new Date(ctx.now())
  const guarded = await ctx.models.outbox.updateOne(
    { _id: messageId, state: item.state, providerId: item.providerId ?? null },
    { $set: { state: 'waiting', dueAt, turnAt: dueAt, attempts: 0, lease: null, lastError: null, providerId: null } },
  )
  // Without the name of the first try: what its provider still says of that one is not about this one.
  const again = guarded.modifiedCount === 0
    ? null
    : await ctx.models.messages.findOneAndUpdate(
        { _id: messageId },
        { $set: { status: 'queued', failure: null, undoUntil: null, revision: await ctx.revisions.reserve(1) }, $unset: { providerId: 1 } },
        { returnDocument: 'after' },
      ).lean<Message>()
  if (again) ctx.bus.emit('message.changed', { message: again })
  ctx.bus.emit('outbox.due', { at: dueAt })
  return entryOf(ctx, again ?? await ctx.models.messages.findById(messageId).lean<Message>().orFail())
}

async function entryOf(ctx: Context, message: Message): Promise<MessageEntry> {
  const [entry] = await messageEntries(ctx, [message])
  return entry!
}
