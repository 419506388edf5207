import type { OutboundMessage, Recipient } from '#webhooks'
import type { Channel, Lane, Message, OutboxItem } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import type { Outcome } from './outcome.ts'
import { channelById, SendError } from '#webhooks'
import { markGood } from '../channels/index.ts'
import { publicMediaUrl, readFile } from '../media/index.ts'
import { channelContext } from '../platform/channels.ts'
import { finishAccepted } from './accepted.ts'
import { drawConsequences, failureAfter } from './consequences.ts'
import { outcomeOf } from './outcome.ts'
import { placeInThread, showOnRow } from './thread.ts'

/** What came of one try, for the sender's pacing. */
export interface Tried { holdChannelMs?: number, retryAt?: Date }

/** A lane's customer as adapters take them: the phone number where the lane has one, else the network's own id. */
export function recipientOf(lane: Pick<Lane, 'addressKey' | 'wire'>): Recipient {
  return lane.addressKey.startsWith('phone:') ? { phone: lane.wire } : { userId: lane.wire }
}

/** The content with its file as the provider takes it: the bytes, or an address to fetch it from, made anew for every try because it is good for a while only. */
async function fileOf(ctx: Context, item: OutboxItem, channel: Channel): Promise<Pick<OutboundMessage, 'content' | 'bytes' | 'size'>> {
  const { content, mediaId } = item
  if (mediaId === null || mediaId === undefined || content.kind !== 'media') return { content }
  const byAddress = channelById(channel.adapter)?.definition.networks[channel.channel]?.mediaBy === 'url'
  if (!byAddress) return { content, bytes: await readFile(ctx, mediaId) }
  const [attachment] = item.message.attachments ?? []
  return { content: { ...content, media: { ...content.media, url: publicMediaUrl(ctx, mediaId) } }, size: attachment?.bytes }
}

async function outboundOf(ctx: Context, item: OutboxItem, channel: Channel): Promise<OutboundMessage> {
  const lane = item.message.laneId
  const conversation = await ctx.models.conversations.findById(item.conversationId, { lanes: 1 }).lean()
  const addressKey = conversation?.lanes.find(candidate => candidate.id === lane)?.addressKey ?? ''
  return {
    channel: channel.channel,
    from: channel.externalId,
    to: recipientOf({ addressKey, wire: item.wire }),
    ...await fileOf(ctx, item, channel),
    replyTo: item.replyToProviderId ?? undefined,
    human: item.message.author.kind === 'advisor',
    reference: item._id,
  }
}

async function updateMessage(ctx: Context, id: string, set: Partial<Message>): Promise<void> {
  const message = await ctx.models.messages.findOneAndUpdate({ _id: id }, { $set: { ...set, revision: await ctx.revisions.reserve(1) } }, { returnDocument: 'after', lean: true })
  if (message) ctx.bus.emit('message.changed', { message })
}

/** The consequences first, so that whoever sees the message as failed finds its cause already there. */
async function fail(ctx: Context, item: OutboxItem, outcome: Extract<Outcome, { next: 'fail' }>, providerCode: string): Promise<void> {
  const at = new Date(ctx.now())
  await drawConsequences(ctx, outcome, { ...item, code: providerCode, at })
  await updateMessage(ctx, item._id, { status: 'failed', failure: failureAfter(outcome, at), undoUntil: null })
  await ctx.models.outbox.updateOne({ _id: item._id, state: 'sending' }, { $set: { state: 'failed', lease: null, lastError: providerCode } })
}

/** The provider took it: its id is recorded first of all, so that nothing later can make it leave twice. */
async function succeed(ctx: Context, item: OutboxItem, channel: Channel, providerId: string): Promise<void> {
  await ctx.models.outbox.updateOne({ _id: item._id }, { $set: { providerId, lastError: null } })
  await markGood(ctx, channel)
  await finishAccepted(ctx, item, providerId)
}

/** Why a send failed before any provider was asked. */
function notConfigured(code: string): SendError {
  return new SendError({ class: 'dead', code, message: 'The channel is not configured.' })
}

/**
 * Hands one leased item to its provider, once, and records what came of it. Never throws for what a provider answers; a store that cannot be written
 * leaves the lease to expire, and the item is then uncertain rather than sent twice.
 */
export async function dispatch(ctx: Context, item: OutboxItem, channel: Channel | null, signal: AbortSignal): Promise<Tried> {
  if (item.message.status === 'scheduled') {
    const message = { ...item.message, status: 'queued' as const, at: new Date(ctx.now()) }
    await updateMessage(ctx, item._id, { status: 'queued', at: message.at })
    await showOnRow(ctx, { ...item, message })
  }
  else if (item.attempts === 1) {
    await placeInThread(ctx, item)
  }
  try {
    const adapter = channel ? channelById(channel.adapter) : undefined
    if (!channel || !adapter) throw notConfigured('not_configured')
    const message = await outboundOf(ctx, item, channel)
    const receipt = await adapter.send(message, { ...channelContext(ctx, channel, signal), publicUrl: ctx.config.publicUrl })
    await succeed(ctx, item, channel, receipt.providerMessageId)
    return {}
  }
  catch (error) {
    if (!(error instanceof SendError)) throw error
    const outcome = outcomeOf(error, item.attempts, ctx.random())
    ctx.log.warn({ outboxId: item._id, adapter: channel?.adapter, class: error.class, code: error.code, attempts: item.attempts, next: outcome.next }, 'send failed')
    return settle(ctx, item, outcome, error.code)
  }
}

async function settle(ctx: Context, item: OutboxItem, outcome: Outcome, code: string): Promise<Tried> {
  if (outcome.next === 'retry') {
    const retryAt = new Date(ctx.now() + outcome.inMs)
    await ctx.models.outbox.updateOne({ _id: item._id, state: 'sending' }, { $set: { state: 'waiting', dueAt: retryAt, lease: null, lastError: code } })
    return { retryAt, ...('holdChannelMs' in outcome ? { holdChannelMs: outcome.holdChannelMs } : {}) }
  }
  if (outcome.next === 'uncertain') await leaveUncertain(ctx, item, code)
  else await fail(ctx, item, outcome, code)
  return {}
}

/** We cannot know whether the provider took it. The thread says so, and a person decides. A status that names it settles it by itself. */
async function leaveUncertain(ctx: Context, item: Pick<OutboxItem, '_id'>, code: string): Promise<void> {
  const guarded = await ctx.models.outbox.updateOne({ _id: item._id, state: 'sending', providerId: null }, { $set: { state: 'uncertain', lease: null, lastError: code } })
  if (guarded.modifiedCount === 0) return
  await updateMessage(ctx, item._id, { status: 'failed', failure: { code: 'uncertain', canRetry: true }, undoUntil: null })
}

/** Settles an item whose sender ended in the middle of it: what the provider is known to have taken is finished, anything else is uncertain. */
export async function settleInterrupted(ctx: Context, item: OutboxItem): Promise<void> {
  if (item.providerId) await finishAccepted(ctx, item, item.providerId)
  else await leaveUncertain(ctx, item, 'interrupted')
}
