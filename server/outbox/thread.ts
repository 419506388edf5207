import type { Message, OutboxItem } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import { mutateConversation } from '../conversations/index.ts'

/** First characters of a text that a list row has room for. */
const previewLength = 120

/** Our reaction stands on the message it is about, not as a message of its own. */
async function placeReaction(ctx: Context, item: OutboxItem): Promise<void> {
  const targetId = item.message.replyTo?.id
  if (!targetId || item.content.kind !== 'reaction') return
  const revision = await ctx.revisions.reserve(1)
  const by = item.message.author.id ?? 'us'
  await ctx.models.messages.updateOne({ _id: targetId }, { $pull: { reactions: { mine: true } } })
  const { emoji } = item.content
  const message = await ctx.models.messages.findOneAndUpdate(
    { _id: targetId },
    { ...(emoji ? { $push: { reactions: { emoji, mine: true, by, at: item.message.at } } } : {}), $set: { revision } },
    { returnDocument: 'after', lean: true },
  )
  if (message) ctx.bus.emit('message.changed', { message })
}

/**
 * Puts an outbox item's message into its thread and its row, if it is not there yet. The request does so at once; the sender does it again before
 * it sends, for the case that the process ended in between. Gives the message, or null for a reaction.
 */
export async function placeInThread(ctx: Context, item: OutboxItem): Promise<Message | null> {
  if (item.content.kind === 'reaction') {
    await placeReaction(ctx, item)
    return null
  }
  const { _id, ...fields } = item.message
  const found = await ctx.models.messages.findOneAndUpdate({ _id }, { $setOnInsert: fields }, { upsert: true, returnDocument: 'after' }).lean<Message>().orFail()
  ctx.bus.emit('message.changed', { message: found })
  if (found.status !== 'scheduled') await showOnRow(ctx, item)
  return found
}

/** The row's last line becomes ours, and the customer no longer waits. */
export async function showOnRow(ctx: Context, item: OutboxItem): Promise<void> {
  const { message } = item
  await mutateConversation(ctx, item.conversationId, (conversation) => {
    if (conversation.lastAt > message.at) return null
    return {
      lastAt: message.at,
      lastOutboundAt: message.at,
      waitingSince: null,
      preview: { text: (message.text ?? '').slice(0, previewLength), kind: message.kind, mine: true },
      lanes: conversation.lanes.map(lane => lane.id === message.laneId ? { ...lane, lastOutboundAt: message.at } : lane),
    }
  })
}

/** Takes a message back out of the row, when nothing has happened there since. */
export async function hideFromRow(ctx: Context, item: OutboxItem): Promise<void> {
  const { before, message } = item
  if (!before) return
  await mutateConversation(ctx, item.conversationId, conversation =>
    conversation.lastAt.getTime() === message.at.getTime() && conversation.preview.mine ? before : null)
}
