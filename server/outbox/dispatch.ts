import type { OutboundMessage } from '#webhooks'
import type { Channel, Message, OutboxItem } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import type { Outcome } from './outcome.ts'
import { channelById, SendError } from '#webhooks'
import { readFile } from '../media/index.ts'
import { channelContext } from '../platform/channels.ts'
import { recordSignals } from '../readiness/index.ts'
import { outcomeOf } from './outcome.ts'
import { applyEarlyStatuses } from './status.ts'
import { placeInThread, showOnRow } from './thread.ts'

/** What came of one try, for the sender's pacing. */
export interface Tried { holdChannelMs?: number, retryAt?: Date }

async function outboundOf(ctx: Context, item: OutboxItem, channel: Channel): Promise<OutboundMessage> {
  const lane = item.message.laneId
  const conversation = await ctx.models.conversations.findById(item.conversationId, { lanes: 1 }).lean()
  const addressKey = conversation?.lanes.find(candidate => candidate.id === lane)?.addressKey ?? ''
  return {
    channel: channel.channel,
    from: channel.externalId,
    to: addressKey.startsWith('phone:') ? { phone: item.wire } : { userId: item.wire },
    content: item.content,
    replyTo: item.replyToProviderId ?? undefined,
    human: item.message.author.kind === 'advisor',
    bytes: item.mediaId ? await readFile(ctx, item.mediaId) : undefined,
    reference: item._id,
  }
}

const touchOf = { advisor: 'touch_advisor', bot: 'touch_bot', followup: 'touch_followup', campaign: 'touch_campaign' } as const

async function recordTouch(ctx: Context, item: OutboxItem, channel: Channel): Promise<void> {
  if (item.content.kind === 'reaction') return
  const { author } = item.message
  if (author.kind === 'customer' || author.kind === 'phone_app') return
  await recordSignals(ctx, item.customerId, [{
    id: `t${item._id.slice(1)}`,
    type: touchOf[author.kind],
    at: new Date(ctx.now()),
    meta: { ...(author.id ? { source: author.id } : {}), ...(channel.storeId ? { storeId: channel.storeId } : {}) },
  }])
}

async function updateMessage(ctx: Context, id: string, set: Partial<Message>): Promise<void> {
  const message = await ctx.models.messages.findOneAndUpdate({ _id: id }, { $set: { ...set, revision: await ctx.revisions.reserve(1) } }, { returnDocument: 'after', lean: true })
  if (message) ctx.bus.emit('message.changed', { message })
}

async function fail(ctx: Context, item: OutboxItem, outcome: Extract<Outcome, { next: 'fail' }>, providerCode: string): Promise<void> {
  await updateMessage(ctx, item._id, { status: 'failed', failure: { code: outcome.code, canRetry: outcome.canRetry }, undoUntil: null })
  await ctx.models.outbox.updateOne({ _id: item._id, state: 'sending' }, { $set: { state: 'failed', lease: null, lastError: providerCode } })
  if (outcome.channelDead) {
    await ctx.models.channels.updateOne({ _id: item.channelId }, { $set: { state: 'dead', stateReason: providerCode } })
    ctx.bus.emit('channel.changed', { channelId: item.channelId })
  }
  if (outcome.blockLane) {
    await ctx.models.conversations.updateOne({ _id: item.conversationId }, { $set: { 'lanes.$[lane].blocked': true } }, { arrayFilters: [{ 'lane.id': item.laneId }] })
  }
}

/** The provider took it: that is recorded first of all, so that nothing later can make it leave twice. */
async function succeed(ctx: Context, item: OutboxItem, channel: Channel, providerId: string): Promise<void> {
  await ctx.models.outbox.updateOne({ _id: item._id }, { $set: { state: 'sent', providerId, lease: null, lastError: null } })
  if (item.content.kind !== 'reaction') {
    await updateMessage(ctx, item._id, { providerId, status: 'accepted', failure: null, undoUntil: null })
    await applyEarlyStatuses(ctx, channel._id, providerId)
  }
  if (channel.state === 'dead') {
    await ctx.models.channels.updateOne({ _id: channel._id }, { $set: { state: 'live', stateReason: null } })
    ctx.bus.emit('channel.changed', { channelId: channel._id })
  }
  await recordTouch(ctx, item, channel)
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
    const outcome = outcomeOf(error, item.attempts, Math.random())
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
export async function leaveUncertain(ctx: Context, item: Pick<OutboxItem, '_id'>, code: string): Promise<void> {
  const guarded = await ctx.models.outbox.updateOne({ _id: item._id, state: 'sending' }, { $set: { state: 'uncertain', lease: null, lastError: code } })
  if (guarded.modifiedCount === 0) return
  await updateMessage(ctx, item._id, { status: 'failed', failure: { code: 'uncertain', canRetry: true }, undoUntil: null })
}
