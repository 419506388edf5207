import type { Conversation, Customer, Merge, MergeSides, Message } from '../../models/index.ts'
import type { Context } from '../../platform/context.ts'
import { boxesOf } from '../../conversations/index.ts'
import { isDuplicate } from '../../platform/duplicates.ts'
import { LoupeError } from '../../platform/errors.ts'
import { announce, currentCustomer, houseModel, refold, writePeople } from '../../readiness/index.ts'
import { conversationIdOf, idOf } from '../index.ts'
import { goneRow, joinedCustomer, joinedRow } from './join.ts'
import { moveBack, moveEverything } from './move.ts'

/** Why two customers are, or may be, one person. */
export interface MergeCase {
  /** Who stays. */
  winnerId: string
  loserId: string
  evidence: string
  /** What shows it: a message, an event. */
  cause: string
  /** Advisor who decided; null for the system itself. */
  actorId: string | null
}

export const mergeIdOf = (winnerId: string, loserId: string): string => idOf('merge', winnerId, loserId)

async function sideOf(ctx: Context, customerId: string): Promise<MergeSides['winner'] | null> {
  const [customer, conversation] = await Promise.all([
    ctx.models.customers.findById(customerId).lean<Customer>(),
    ctx.models.conversations.findOne({ customerId }).lean<Conversation>(),
  ])
  return customer && { customer, conversation }
}

function journalEntry(ctx: Context, { winnerId, loserId, evidence, cause, actorId }: MergeCase, state: Merge['state']): Merge {
  return { _id: mergeIdOf(winnerId, loserId), winnerId, loserId, state, evidence, cause: cause.slice(0, 600), actorId, createdAt: new Date(ctx.now()), doneAt: null }
}

/** Keeps that two customers may be one person, for somebody to decide. What was decided before is not asked again. */
export async function suggestMerge(ctx: Context, suggestion: MergeCase): Promise<void> {
  const known = await ctx.models.merges.findOne({ _id: { $in: [mergeIdOf(suggestion.winnerId, suggestion.loserId), mergeIdOf(suggestion.loserId, suggestion.winnerId)] } }, { _id: 1 }).lean()
  if (known) return
  try { await ctx.models.merges.create(journalEntry(ctx, suggestion, 'suggested')) }
  catch (error) { if (!isDuplicate(error)) throw error }
}

/** Opens the journal of a merge. Null when there is nothing to do, or when somebody has decided against it. */
async function journal(ctx: Context, wanted: MergeCase): Promise<Merge | null> {
  const { merges } = ctx.models
  const _id = mergeIdOf(wanted.winnerId, wanted.loserId)
  const known = await merges.findById(_id).lean<Merge>()
  if (known?.state === 'running') return known
  if (known && known.state !== 'suggested' && (known.state === 'done' || wanted.actorId === null)) return null
  const [winner, loser] = await Promise.all([sideOf(ctx, wanted.winnerId), sideOf(ctx, wanted.loserId)])
  if (!winner || !loser || winner.customer.mergedInto || loser.customer.mergedInto) return null
  const entry: Merge = { ...journalEntry(ctx, wanted, 'running'), before: { winner, loser } }
  const { _id: id, ...fields } = entry
  await merges.updateOne({ _id: id, ...(known ? { state: known.state } : {}) }, { $set: fields }, { upsert: !known })
  return merges.findOne({ _id: id, state: 'running' }).lean<Merge>()
}

async function joinSides(ctx: Context, merge: Merge, before: MergeSides): Promise<void> {
  const { winnerId, loserId } = merge
  const [winner, model, revision] = await Promise.all([sideOf(ctx, winnerId), houseModel(ctx), ctx.revisions.reserve(1)])
  if (!winner) throw new LoupeError('not_found', 'There is no such customer.')
  const lost = before.loser.conversation
  const own = winner.conversation ?? (lost && { ...lost, _id: conversationIdOf(winnerId), customerId: winnerId, unread: 0, waitingSince: null, absorbed: [], revision: 0 })
  const [written] = await writePeople(ctx, model, [{
    customer: winner.customer,
    conversation: own,
    conversationIsNew: winner.conversation === null && own !== null,
    customerSteps: [customer => joinedCustomer(customer, before.loser.customer)],
    conversationSteps: lost ? [row => joinedRow(row, lost, merge._id)] : [],
    refold: true,
  }], revision)
  await ctx.models.customers.updateOne({ _id: loserId }, { $set: { mergedInto: winnerId, revision } })
  const gone = lost ? await leave(ctx, lost._id, conversationIdOf(winnerId)) : null
  if (written) announce(ctx, written.customer, written.conversation)
  if (gone) ctx.bus.emit('conversation.gone', { conversation: gone })
}

/** Takes a row out of every list, whatever others do with it meanwhile. */
async function leave(ctx: Context, conversationId: string, mergedInto: string): Promise<Conversation | null> {
  const row = await ctx.models.conversations.findById(conversationId).lean<Conversation>()
  if (!row) return null
  const next = { ...goneRow(row, mergedInto), revision: await ctx.revisions.reserve(1) }
  const { _id, ...fields } = next
  await ctx.models.conversations.updateOne({ _id }, { $set: fields })
  return next
}

/**
 * Makes two customers one. A row of steps that can each be run again: an interrupted merge is completed by running it anew. Nothing is lost: the journal
 * keeps both sides as they were, and what moved says so itself.
 * @returns the journal's entry, or null where nothing was to be done or a person has decided against it
 */
export async function mergePeople(ctx: Context, wanted: MergeCase): Promise<Merge | null> {
  const [winner, loser] = await Promise.all([currentCustomer(ctx, wanted.winnerId), currentCustomer(ctx, wanted.loserId)])
  const open = await ctx.models.merges.findOne({ _id: mergeIdOf(wanted.winnerId, wanted.loserId), state: 'running' }).lean<Merge>()
  if (!open && (!winner || !loser || winner._id === loser._id)) return null
  const merge = open ?? await journal(ctx, { ...wanted, winnerId: winner!._id, loserId: loser!._id })
  if (!merge?.before) return null
  return finish(ctx, merge, merge.before)
}

/** Most moved messages that an open thread is told of one by one; an older one is there when the reader scrolls up to it. */
const mostTold = 200

/** Whoever has the staying thread open sees what has come to it. What moved carries a higher number than anything that stood in either row before. */
async function tellMoved(ctx: Context, winnerId: string, before: MergeSides): Promise<void> {
  const conversationId = conversationIdOf(winnerId)
  const since = before.winner.conversation?.revision ?? 0
  const moved = await ctx.models.messages.find({ conversationId, revision: { $gt: since } }).sort({ conversationId: -1, revision: -1 }).limit(mostTold).lean<Message[]>()
  for (const message of moved) ctx.bus.emit('message.changed', { message })
}

async function finish(ctx: Context, merge: Merge, before: MergeSides): Promise<Merge> {
  await moveEverything(ctx, merge._id, merge.loserId, merge.winnerId)
  await joinSides(ctx, merge, before)
  // What others wrote for the old customer while the first pass ran.
  await moveEverything(ctx, merge._id, merge.loserId, merge.winnerId)
  await tellMoved(ctx, merge.winnerId, before)
  const doneAt = new Date(ctx.now())
  await ctx.models.audit.updateOne({ _id: idOf('audit', merge._id, String(merge.createdAt.getTime())) }, { $setOnInsert: { at: doneAt, actorId: merge.actorId ?? null, action: 'customer.merge', subjectKind: 'customer', subjectId: merge.winnerId, details: { loserId: merge.loserId, evidence: merge.evidence } } }, { upsert: true })
  await ctx.models.merges.updateOne({ _id: merge._id }, { $set: { state: 'done', doneAt } })
  return { ...merge, state: 'done', doneAt }
}

/** Completes merges that an end of the process interrupted. */
export async function completeMerges(ctx: Context): Promise<void> {
  const open = await ctx.models.merges.find({ state: 'running' }).sort({ state: 1, createdAt: 1 }).limit(100).lean<Merge[]>()
  for (const merge of open) {
    if (merge.before) await finish(ctx, merge, merge.before)
  }
}

/** A row as its messages say, after some of them left or came back. */
async function fromLedger(ctx: Context, row: Conversation): Promise<Conversation> {
  const { messages } = ctx.models
  const newest = (direction: object) => messages.findOne({ conversationId: row._id, ...direction }).sort({ conversationId: 1, at: -1, _id: -1 }).lean()
  const [last, inbound, outbound] = await Promise.all([newest({}), newest({ direction: 'in' }), newest({ direction: 'out' })])
  const shown = last && row.preview.messageId !== last._id ? { text: (last.text ?? '').slice(0, 120), kind: last.kind, mine: last.direction === 'out', messageId: last._id } : row.preview
  return { ...row, lastAt: last?.at ?? row.lastAt, preview: shown, lastInboundAt: inbound?.at ?? null, lastOutboundAt: outbound?.at ?? null, waitingSince: inbound && (!outbound || outbound.at < inbound.at) ? row.waitingSince ?? inbound.at : null }
}

/**
 * Takes a merge apart: addresses, messages, signals and notes go back, with what has come since through the lanes that were the other's alone.
 * @throws LoupeError `not_found`, `conflict` when it is not a finished merge
 */
export async function undoMerge(ctx: Context, mergeId: string, actorId: string): Promise<void> {
  const { models } = ctx
  const merge = await models.merges.findById(mergeId).lean<Merge>()
  if (!merge) throw new LoupeError('not_found', 'There is no such merge.')
  if (!merge.before || (merge.state !== 'done' && merge.state !== 'undoing')) throw new LoupeError('conflict', 'Only a finished merge can be taken apart.')
  const { winnerId, loserId, before } = merge
  await models.merges.updateOne({ _id: mergeId }, { $set: { state: 'undoing' } })
  const kept = new Set(before.winner.conversation?.lanes.map(lane => lane.id))
  const laneIds = (before.loser.conversation?.lanes ?? []).map(lane => lane.id).filter(id => !kept.has(id))
  await moveBack(ctx, mergeId, winnerId, loserId, laneIds)
  const winner = await models.conversations.findById(conversationIdOf(winnerId)).lean<Conversation>()
  const lost = before.loser.conversation
  if (lost) {
    const lanes = lost.lanes.map(lane => winner?.lanes.find(one => one.id === lane.id) ?? lane)
    const { _id, ...fields } = await fromLedger(ctx, { ...lost, lanes, mergedInto: null })
    await models.conversations.updateOne({ _id }, { $set: { ...fields, boxes: boxesOf({ ...fields }, ctx.now()), revision: await ctx.revisions.reserve(1) } }, { upsert: true })
  }
  if (winner) {
    const { _id, ...fields } = await fromLedger(ctx, { ...winner, lanes: winner.lanes.filter(lane => !laneIds.includes(lane.id)), unread: Math.max(0, winner.unread - (winner.absorbed.includes(mergeId) ? lost?.unread ?? 0 : 0)), absorbed: winner.absorbed.filter(id => id !== mergeId) })
    await models.conversations.updateOne({ _id }, { $set: { ...fields, revision: await ctx.revisions.reserve(1) } })
  }
  const { name, nameSource, firstTouch, tags, optedOutAt } = before.winner.customer
  await models.customers.updateOne({ _id: winnerId }, { $set: { name, nameSource, firstTouch, tags, optedOutAt, revision: await ctx.revisions.reserve(1) } })
  await models.customers.updateOne({ _id: loserId }, { $set: { mergedInto: null, revision: await ctx.revisions.reserve(1) } })
  await refold(ctx, loserId)
  await refold(ctx, winnerId)
  await models.merges.updateOne({ _id: mergeId }, { $set: { state: 'undone', actorId } })
  await models.audit.create({ _id: ctx.newId(), at: new Date(ctx.now()), actorId, action: 'customer.unmerge', subjectKind: 'customer', subjectId: winnerId, details: { loserId } })
}
