import type { Message, OutboxItem } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import type { Consequences, Outcome } from './outcome.ts'
import { markDead } from '../channels/index.ts'
import { mutateConversation } from '../conversations/index.ts'
import { signalIdOf } from '../identity/index.ts'
import { recordSignals } from '../readiness/index.ts'

/** A message that a provider refused, or took and gave up: with which code, and when. `_id` is the message's. */
type Refusal = Pick<OutboxItem, '_id' | 'conversationId' | 'customerId' | 'channelId' | 'laneId'> & { code: string, at: Date }

/** Why a message failed and whether sending it again can help, after a provider's word of `at`. */
export function failureAfter({ code, canRetry, retryInMs }: Extract<Outcome, { next: 'fail' }>, at: Date): NonNullable<Message['failure']> {
  return { code, canRetry, ...(retryInMs === undefined ? {} : { retryAt: new Date(at.getTime() + retryInMs) }) }
}

/** Who has written through the lane since can be written to. */
async function blockLane(ctx: Context, { conversationId, laneId, at }: Refusal): Promise<void> {
  await mutateConversation(ctx, conversationId, ({ lanes }) => ({
    lanes: lanes.map(lane => lane.id === laneId && !(lane.lastInboundAt && lane.lastInboundAt > at) ? { ...lane, blocked: true, blockedAt: at } : lane),
  }))
}

/** Kept as when the customer says it to us; not where they have asked for more since. */
async function recordOptOut(ctx: Context, { _id, customerId, channelId, at }: Refusal): Promise<void> {
  const [since, channel] = await Promise.all([
    ctx.models.signals.findOne({ customerId, type: 'opt_in', at: { $gt: at } }, { _id: 1 }).lean(),
    ctx.models.channels.findById(channelId, { channel: 1 }).lean(),
  ])
  if (since) return
  const signal = { id: signalIdOf(`${_id}|${at.toISOString()}`, 'opt_out'), type: 'opt_out' as const, at, ...(channel ? { meta: { source: channel.channel } } : {}) }
  await recordSignals(ctx, customerId, [signal], [customer => ({ ...customer, optedOutAt: customer.optedOutAt ?? at })])
}

/** Does what a failure asks for beyond its message, in the same way whether a send was refused or a status told it later. Doing it again changes nothing. */
export async function drawConsequences(ctx: Context, consequences: Consequences, refusal: Refusal): Promise<void> {
  if (consequences.channelDead) await markDead(ctx, refusal)
  if (consequences.blockLane) await blockLane(ctx, refusal)
  if (consequences.optedOut) await recordOptOut(ctx, refusal)
  if (consequences.holdChannelMs) ctx.bus.emit('channel.slowed', { channelId: refusal.channelId, until: new Date(refusal.at.getTime() + consequences.holdChannelMs) })
}
