import type { MessageStatus } from '#contracts'
import type { Message, OutboxItem } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import { messageIdOf } from '../identity/index.ts'
import { isDuplicate } from '../platform/duplicates.ts'
import { recordSignals } from '../readiness/index.ts'
import { highest, replaceable } from './reports.ts'
import { applyEarlyStatuses } from './ticks.ts'

const touchOf = { advisor: 'touch_advisor', bot: 'touch_bot', followup: 'touch_followup', campaign: 'touch_campaign' } as const

/** Looks at the thread after which a provider id that somebody else keeps taking is left to them. */
const mostTries = 3

/** Changes one message, under a new revision, and tells the bus. Gives it as it then is; null when the filter met none. */
async function change(ctx: Context, filter: { _id: string } & Record<string, unknown>, set: Partial<Message>, unset?: { providerId: 1 }): Promise<Message | null> {
  const revision = await ctx.revisions.reserve(1)
  const message = await ctx.models.messages.findOneAndUpdate(filter, { $set: { ...set, revision }, ...(unset ? { $unset: unset } : {}) }, { returnDocument: 'after', lean: true })
  if (message) ctx.bus.emit('message.changed', { message })
  return message
}

/** Statuses from which a message of ours becomes accepted: what is lower, and the failure of a try of which nobody knew how it ended. */
const beforeAccepted = [...replaceable('accepted'), 'failed', null]

/** What the echo has gathered goes to our message before the echo gives up its name, so that an end in between loses nothing. */
async function absorb(ctx: Context, ours: { _id: string }, echo: Message): Promise<void> {
  const { status } = highest<{ status: MessageStatus }>([{ status: 'accepted' }, { status: echo.status ?? 'accepted' }])!
  const failure = status === 'failed' ? echo.failure : null
  await change(ctx, { ...ours, status: { $in: [...replaceable(status), 'failed', null] } }, { status, failure, undoUntil: null, ...(echo.reactions.length > 0 ? { reactions: echo.reactions } : {}) })
  await change(ctx, { _id: echo._id }, { status: 'cancelled' }, { providerId: 1 })
}

/**
 * Makes our message the one that bears the provider's id. A provider may echo what we send, and its echo may be in the thread before its answer to us is:
 * that copy is taken out of the thread. It keeps its document, without the name, so that readers who have seen it hear that it is gone.
 */
async function takeProviderId(ctx: Context, item: OutboxItem, providerId: string): Promise<void> {
  const ours = { _id: item._id, providerId: { $ne: providerId } }
  const echoId = messageIdOf(item.channelId, providerId)
  for (let attempt = 0; attempt < mostTries; attempt++) {
    const echo = await ctx.models.messages.findById(echoId).lean()
    if (echo && echo.status !== 'cancelled') await absorb(ctx, ours, echo)
    try {
      const accepted = await change(ctx, { ...ours, status: { $in: beforeAccepted } }, { providerId, status: 'accepted', failure: null, undoUntil: null })
      // What came with the echo stands higher than that already.
      if (!accepted) await change(ctx, ours, { providerId })
      return
    }
    catch (error) {
      if (!isDuplicate(error)) throw error
    }
  }
  ctx.log.error({ outboxId: item._id }, 'another message bears the provider id of this one')
  await change(ctx, { ...ours, status: { $in: beforeAccepted } }, { status: 'accepted', failure: null, undoUntil: null })
}

async function recordTouch(ctx: Context, item: OutboxItem): Promise<void> {
  const { author } = item.message
  if (author.kind === 'customer' || author.kind === 'phone_app') return
  const channel = await ctx.models.channels.findById(item.channelId, { storeId: 1 }).lean()
  await recordSignals(ctx, item.customerId, [{
    id: `t${item._id.slice(1)}`,
    type: touchOf[author.kind],
    at: new Date(ctx.now()),
    messageId: item.message._id,
    meta: { ...(author.id ? { source: author.id } : {}), ...(channel?.storeId ? { storeId: channel.storeId } : {}) },
  }])
}

/**
 * Records everything that follows from a provider's having taken an item, whose `providerId` stands in the outbox already. Every step may be done again; the
 * item counts as sent after the last, so that whoever finds one with an id and an expired lease does the rest. Never asks the provider.
 */
export async function finishAccepted(ctx: Context, item: OutboxItem, providerId: string): Promise<void> {
  if (item.content.kind !== 'reaction') {
    await takeProviderId(ctx, item, providerId)
    await applyEarlyStatuses(ctx, item.channelId, providerId)
    await recordTouch(ctx, item)
  }
  await ctx.models.outbox.updateOne({ _id: item._id, state: { $in: ['sending', 'uncertain'] } }, { $set: { state: 'sent', providerId, lease: null, lastError: null } })
}
