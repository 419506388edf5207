import type { Conversation, Lane, Message } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import { messageKinds } from '#contracts'
import { channelById, SendError } from '#webhooks'
import { channelContext } from '../platform/channels.ts'
import { recipientOf } from './dispatch.ts'

/** Newest messages of a conversation among which the last one of every lane is looked for; what is older was marked long ago. */
const lookBack = 200
/** Conversations that may wait; a mark that is not made is no loss, and reading on makes the next. */
const mostWaiting = 500
const atOnce = 4

const marked: ReadonlySet<string> = new Set(messageKinds)

type Unread = Pick<Message, '_id' | 'laneId' | 'direction' | 'kind' | 'providerId' | 'markedReadAt'>

export interface ReadMarks {
  start: () => void
  /** Takes nothing new, ends what is under way. */
  stop: () => Promise<void>
}

/** The newest message that the customer wrote through each lane; which marks all before it, too. */
export function newestPerLane(newestFirst: readonly Unread[]): Unread[] {
  const found = new Map<string, Unread>()
  for (const message of newestFirst) {
    if (message.direction === 'in' && message.providerId && marked.has(message.kind) && !found.has(message.laneId)) found.set(message.laneId, message)
  }
  return [...found.values()]
}

async function markLane(ctx: Context, lane: Lane, message: Unread, signal: AbortSignal): Promise<void> {
  const channel = await ctx.models.channels.findById(lane.channelId).lean()
  const adapter = channel ? channelById(channel.adapter) : undefined
  if (!channel || channel.state === 'dead' || lane.blocked || !message.providerId) return
  if (!adapter?.markRead || !adapter.definition.networks[lane.channel]?.readReceipts) return
  const { modifiedCount } = await ctx.models.messages.updateOne({ _id: message._id, markedReadAt: null }, { $set: { markedReadAt: new Date(ctx.now()) } })
  if (modifiedCount === 0) return
  await adapter.markRead({ from: channel.externalId, to: recipientOf(lane), messageId: message.providerId }, channelContext(ctx, channel, signal))
}

async function markConversation(ctx: Context, conversationId: string, signal: AbortSignal): Promise<void> {
  const conversation = await ctx.models.conversations.findById(conversationId, { lanes: 1 }).lean<Pick<Conversation, 'lanes'>>()
  if (!conversation) return
  const newest = await ctx.models.messages
    .find({ conversationId }, { laneId: 1, direction: 1, kind: 1, providerId: 1, markedReadAt: 1 })
    .sort({ at: -1, _id: -1 })
    .limit(lookBack)
    .lean<Unread[]>()
  for (const message of newestPerLane(newest)) {
    const lane = conversation.lanes.find(candidate => candidate.id === message.laneId)
    if (!lane || message.markedReadAt || signal.aborted) continue
    await markLane(ctx, lane, message, signal).catch((error: unknown) => {
      if (!signal.aborted) ctx.log.info({ messageId: message._id, channelId: lane.channelId, code: error instanceof SendError ? error.code : 'unexpected' }, 'the customer could not be shown that it was read')
    })
  }
}

/**
 * Shows customers that what they wrote was read, once somebody of the house has read it: the last message of every lane, once, where the network has
 * such a sign. As well as it can: nothing depends on it, and nothing is tried twice.
 */
export function createReadMarks(ctx: Context): ReadMarks {
  const waiting = new Set<string>()
  const underway = new Set<Promise<void>>()
  const abort = new AbortController()
  let stopped = true

  function next(): void {
    for (const id of waiting) {
      if (stopped || underway.size >= atOnce) return
      waiting.delete(id)
      const work = markConversation(ctx, id, abort.signal)
        .catch((error: unknown) => {
          if (!stopped) ctx.log.warn({ conversationId: id, err: error }, 'read marks failed')
        })
        .finally(() => {
          underway.delete(work)
          next()
        })
      underway.add(work)
    }
  }

  const off = ctx.bus.on('conversation.read', ({ conversationId }) => {
    if (stopped || waiting.size >= mostWaiting) return
    waiting.add(conversationId)
    next()
  })
  return {
    start() {
      stopped = false
    },
    async stop() {
      stopped = true
      off()
      waiting.clear()
      abort.abort()
      await Promise.all(underway)
    },
  }
}
