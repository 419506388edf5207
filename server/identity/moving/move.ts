import type { Context } from '../../platform/context.ts'
import { conversationIdOf } from '../index.ts'

/** Mark of a merge on the addresses that it moved. */
export const addressMark = (mergeId: string): string => `merge:${mergeId}`

/** Moves everything of one customer to another. Each step finds only what has not moved yet, so that it can be run again at any time. */
export async function moveEverything(ctx: Context, mergeId: string, from: string, to: string): Promise<void> {
  const { models } = ctx
  const [fromRow, toRow] = [conversationIdOf(from), conversationIdOf(to)]
  const revision = await ctx.revisions.reserve(1)
  const former = { customerId: from, until: new Date(ctx.now()), why: addressMark(mergeId) }
  await models.addresses.updateMany({ customerId: from }, { $set: { customerId: to }, $push: { former: { $each: [former], $slice: -20 } } })
  await models.messages.updateMany({ conversationId: fromRow }, { $set: { conversationId: toRow, customerId: to, revision }, $push: { movedBy: mergeId } })
  await models.signals.updateMany({ customerId: from }, { $set: { conversationId: toRow, customerId: to, revision }, $push: { movedBy: mergeId } })
  await models.notes.updateMany({ conversationId: fromRow }, { $set: { conversationId: toRow, customerId: to, revision }, $push: { movedBy: mergeId } })
  await models.outbox.updateMany({ conversationId: fromRow }, { $set: { 'conversationId': toRow, 'customerId': to, 'message.conversationId': toRow, 'message.customerId': to } })
  await models.media.updateMany({ conversationId: fromRow }, { $set: { conversationId: toRow } })
  await moveDrafts(ctx, fromRow, toRow)
}

const mostDrafts = 1000

/** What somebody has begun to write to the one is a beginning to the other; behind what they have begun to write there. */
async function moveDrafts(ctx: Context, fromRow: string, toRow: string): Promise<void> {
  const { drafts } = ctx.models
  for (const draft of await drafts.find({ _id: { $gt: `${fromRow}:`, $lt: `${fromRow};` } }).limit(mostDrafts).lean()) {
    const _id = `${toRow}:${draft._id.slice(fromRow.length + 1)}`
    const there = await drafts.findById(_id).lean()
    const text = !there ? draft.text : there.text.includes(draft.text) ? there.text : `${there.text}\n${draft.text}`.slice(0, 4096)
    await drafts.updateOne({ _id }, { $set: { text, laneId: there?.laneId ?? draft.laneId ?? null, updatedAt: draft.updatedAt } }, { upsert: true })
    await drafts.deleteOne({ _id: draft._id })
  }
}

/** Moves back what a merge moved, and what has come since through lanes that were the other's alone. */
export async function moveBack(ctx: Context, mergeId: string, from: string, to: string, laneIds: readonly string[]): Promise<void> {
  const { models } = ctx
  const [fromRow, toRow] = [conversationIdOf(from), conversationIdOf(to)]
  const revision = await ctx.revisions.reserve(1)
  const why = addressMark(mergeId)
  await models.addresses.updateMany({ 'customerId': from, 'former.why': why }, { $set: { customerId: to }, $pull: { former: { why } } })
  await models.messages.updateMany({ conversationId: fromRow, $or: [{ movedBy: mergeId }, { laneId: { $in: [...laneIds] } }] }, { $set: { conversationId: toRow, customerId: to, revision }, $pull: { movedBy: mergeId } })
  await models.signals.updateMany({ customerId: from, movedBy: mergeId }, { $set: { conversationId: toRow, customerId: to, revision }, $pull: { movedBy: mergeId } })
  await models.notes.updateMany({ conversationId: fromRow, movedBy: mergeId }, { $set: { conversationId: toRow, customerId: to, revision }, $pull: { movedBy: mergeId } })
  await models.outbox.updateMany({ conversationId: fromRow, laneId: { $in: [...laneIds] } }, { $set: { 'conversationId': toRow, 'customerId': to, 'message.conversationId': toRow, 'message.customerId': to } })
  await moveMediaBack(ctx, fromRow, toRow)
}

const mostFiles = 5000

async function moveMediaBack(ctx: Context, fromRow: string, toRow: string): Promise<void> {
  const messages = await ctx.models.messages.find({ conversationId: toRow }, { attachments: 1 }).sort({ conversationId: 1, at: -1 }).limit(mostFiles).lean()
  const ids = messages.flatMap(message => message.attachments ?? []).flatMap(attachment => attachment.id ?? [])
  if (ids.length > 0) await ctx.models.media.updateMany({ _id: { $in: ids }, conversationId: fromRow }, { $set: { conversationId: toRow } })
}
