import type { Address, Conversation, Customer, Merge, MergeSides } from '../../models/index.ts'
import type { Context } from '../../platform/context.ts'
import { boxesOf, searchKeysOf } from '../../conversations/index.ts'
import { LoupeError } from '../../platform/errors.ts'
import { refold } from '../../readiness/index.ts'
import { conversationIdOf, idOf } from '../index.ts'
import { moveBack, whileNobodyElseMerges } from '../moving/index.ts'
import { lanesOfLoser, separatedCustomer, separatedRow } from './separate.ts'

/** A row as its messages say, after some of them left or came back. */
async function fromLedger(ctx: Context, row: Conversation): Promise<Conversation> {
  const { messages } = ctx.models
  const newest = (direction: object) => messages.findOne({ conversationId: row._id, ...direction }).sort({ conversationId: 1, at: -1, _id: -1 }).lean()
  const [last, inbound, outbound] = await Promise.all([newest({}), newest({ direction: 'in' }), newest({ direction: 'out' })])
  const shown = last && row.preview.messageId !== last._id ? { text: (last.text ?? '').slice(0, 120), kind: last.kind, mine: last.direction === 'out', messageId: last._id } : row.preview
  return { ...row, lastAt: last?.at ?? row.lastAt, preview: shown, lastInboundAt: inbound?.at ?? null, lastOutboundAt: outbound?.at ?? null, waitingSince: inbound && (!outbound || outbound.at < inbound.at) ? row.waitingSince ?? inbound.at : null }
}

/** A row as it is found: by the name, tags and addresses that its customer has now. */
async function found(ctx: Context, row: Conversation, { _id: customerId, name, tags }: Pick<Customer, '_id' | 'name' | 'tags'>): Promise<Conversation> {
  const addresses = await ctx.models.addresses.find({ customerId }, { kind: 1, value: 1 }).limit(100).lean<Address[]>()
  return { ...row, name, tags, searchKeys: searchKeysOf({ name, tags, addresses }) }
}

async function writeRow(ctx: Context, row: Conversation): Promise<void> {
  const { _id, ...fields } = row
  await ctx.models.conversations.updateOne({ _id }, { $set: { ...fields, boxes: boxesOf(row, ctx.now()), revision: await ctx.revisions.reserve(1) } }, { upsert: true })
}

/** Someone who had no conversation before has none again, unless something stands in it. */
async function removeEmpty(ctx: Context, row: Conversation): Promise<boolean> {
  const { messages, notes } = ctx.models
  if (await messages.exists({ conversationId: row._id }) || await notes.exists({ conversationId: row._id })) return false
  await ctx.models.conversations.deleteOne({ _id: row._id })
  ctx.bus.emit('conversation.gone', { conversation: { ...row, mergedInto: null, revision: await ctx.revisions.reserve(1) } })
  return true
}

async function separateRows(ctx: Context, { _id: mergeId, winnerId }: Merge, before: MergeSides, customer: Customer): Promise<void> {
  const row = await ctx.models.conversations.findById(conversationIdOf(winnerId)).lean<Conversation>()
  const lost = before.loser.conversation
  if (lost) {
    const lanes = lost.lanes.map(lane => row?.lanes.find(one => one.id === lane.id) ?? lane)
    await writeRow(ctx, await found(ctx, await fromLedger(ctx, { ...lost, lanes, mergedInto: null }), before.loser.customer))
  }
  if (!row || (!before.winner.conversation && await removeEmpty(ctx, row))) return
  await writeRow(ctx, await found(ctx, await fromLedger(ctx, separatedRow(row, before, mergeId)), customer))
}

/** Does, or does again, every step of taking a merge apart; each finds only what is still to be done. */
export async function finishUndo(ctx: Context, merge: Merge, before: MergeSides): Promise<void> {
  const { models } = ctx
  const { _id: mergeId, winnerId, loserId } = merge
  await moveBack(ctx, mergeId, winnerId, loserId, lanesOfLoser(before))
  const now = await models.customers.findById(winnerId).lean<Customer>()
  if (!now) throw new LoupeError('not_found', 'There is no such customer.')
  const { _id, ...fields } = separatedCustomer(now, before)
  await models.customers.updateOne({ _id }, { $set: { ...fields, revision: await ctx.revisions.reserve(1) } })
  await models.customers.updateOne({ _id: loserId }, { $set: { mergedInto: null, revision: await ctx.revisions.reserve(1) } })
  await separateRows(ctx, merge, before, { ...now, ...fields })
  await refold(ctx, loserId)
  await refold(ctx, winnerId)
  const revision = await ctx.revisions.reserve(1)
  await models.audit.updateOne({ _id: idOf('audit', 'undone', mergeId, String(merge.createdAt.getTime())) }, { $setOnInsert: { at: new Date(ctx.now()), actorId: merge.actorId ?? null, action: 'customer.unmerge', subjectKind: 'customer', subjectId: winnerId, details: { loserId } } }, { upsert: true })
  await models.merges.updateOne({ _id: mergeId }, { $set: { state: 'undone', undoneRevision: revision } })
  ctx.bus.emit('thread.changed', { conversationId: conversationIdOf(winnerId), revision })
}

/**
 * Takes a merge apart: addresses, messages, signals and notes go back, with what has come since through the lanes that were the other's alone. A row of steps
 * that can each be run again; one that was interrupted is completed with the next start.
 * @throws LoupeError `not_found`, `conflict` when it is not a finished merge, or when the two have been joined further since
 */
export function undoMerge(ctx: Context, mergeId: string, actorId: string): Promise<void> {
  return whileNobodyElseMerges(ctx, () => undo(ctx, mergeId, actorId))
}

async function undo(ctx: Context, mergeId: string, actorId: string): Promise<void> {
  const { merges } = ctx.models
  const merge = await merges.findById(mergeId).lean<Merge>()
  if (!merge) throw new LoupeError('not_found', 'There is no such merge.')
  if (!merge.before || (merge.state !== 'done' && merge.state !== 'undoing')) throw new LoupeError('conflict', 'Only a finished merge can be taken apart.')
  if (await merges.exists({ loserId: merge.winnerId, state: { $in: ['running', 'done'] } })) throw new LoupeError('conflict', 'This person was joined with somebody else since. Take that apart first.')
  const begun = await merges.findOneAndUpdate({ _id: mergeId, state: { $in: ['done', 'undoing'] } }, { $set: { state: 'undoing', actorId } }, { returnDocument: 'after' }).lean<Merge>()
  if (begun?.before) await finishUndo(ctx, begun, begun.before)
}
