import type { Conversation, Customer, Merge, MergeSides } from '../../models/index.ts'
import type { Context } from '../../platform/context.ts'
import { isDuplicate } from '../../platform/duplicates.ts'
import { LoupeError } from '../../platform/errors.ts'
import { announce, currentCustomer, houseModel, writePeople } from '../../readiness/index.ts'
import { conversationIdOf, idOf } from '../index.ts'
import { moveEverything, whileNobodyElseMerges } from '../moving/index.ts'
import { goneRow, joinedCustomer, joinedRow } from './join.ts'
import { finishUndo } from './undo.ts'

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

const mergeIdOf = (winnerId: string, loserId: string): string => idOf('merge', winnerId, loserId)

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
  catch (error) {
    if (isDuplicate(error)) return
    throw error
  }
  await tellBoth(ctx, suggestion)
}

/** Whoever looks at one of them hears that there is something to decide, or no longer is. */
async function tellBoth(ctx: Context, { winnerId, loserId }: Pick<Merge, 'winnerId' | 'loserId'>): Promise<void> {
  const revision = await ctx.revisions.latest()
  for (const customerId of [winnerId, loserId]) ctx.bus.emit('customer.changed', { customerId, conversationId: conversationIdOf(customerId), revision })
}

/** Somebody says that two people are two. Nobody is asked again. @returns whether there was a suggestion to decide */
export async function dismissMerge(ctx: Context, mergeId: string, actorId: string): Promise<boolean> {
  const dismissed = await ctx.models.merges.findOneAndUpdate({ _id: mergeId, state: 'suggested' }, { $set: { state: 'dismissed', actorId, doneAt: new Date(ctx.now()) } }).lean<Merge>()
  if (dismissed) await tellBoth(ctx, dismissed)
  return dismissed !== null
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
  // The same question asked the other way round is answered with it.
  await merges.updateOne({ _id: mergeIdOf(wanted.loserId, wanted.winnerId), state: 'suggested' }, { $set: { state: 'dismissed', actorId: wanted.actorId } })
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
export function mergePeople(ctx: Context, wanted: MergeCase): Promise<Merge | null> {
  return whileNobodyElseMerges(ctx, () => merge(ctx, wanted))
}

async function merge(ctx: Context, wanted: MergeCase): Promise<Merge | null> {
  const [winner, loser] = await Promise.all([currentCustomer(ctx, wanted.winnerId), currentCustomer(ctx, wanted.loserId)])
  const open = await ctx.models.merges.findOne({ _id: mergeIdOf(wanted.winnerId, wanted.loserId), state: 'running' }).lean<Merge>()
  if (!open && (!winner || !loser || winner._id === loser._id)) return null
  const entry = open ?? await journal(ctx, { ...wanted, winnerId: winner!._id, loserId: loser!._id })
  if (!entry?.before) return null
  return finish(ctx, entry, entry.before)
}

async function finish(ctx: Context, merge: Merge, before: MergeSides): Promise<Merge> {
  await moveEverything(ctx, merge._id, merge.loserId, merge.winnerId)
  await joinSides(ctx, merge, before)
  // What others wrote for the old customer while the first pass ran.
  await moveEverything(ctx, merge._id, merge.loserId, merge.winnerId)
  ctx.bus.emit('thread.changed', { conversationId: conversationIdOf(merge.winnerId), revision: await ctx.revisions.latest() })
  const doneAt = new Date(ctx.now())
  await ctx.models.audit.updateOne({ _id: idOf('audit', merge._id, String(merge.createdAt.getTime())) }, { $setOnInsert: { at: doneAt, actorId: merge.actorId ?? null, action: 'customer.merge', subjectKind: 'customer', subjectId: merge.winnerId, details: { loserId: merge.loserId, evidence: merge.evidence } } }, { upsert: true })
  await ctx.models.merges.updateOne({ _id: merge._id }, { $set: { state: 'done', doneAt } })
  return { ...merge, state: 'done', doneAt }
}

/** Completes merges, and their taking apart, that an end of the process interrupted. */
export async function completeMerges(ctx: Context): Promise<void> {
  const interrupted = () => ctx.models.merges.find({ state: { $in: ['running', 'undoing'] } }).sort({ state: 1, createdAt: 1 }).limit(100).lean<Merge[]>()
  if ((await interrupted()).length === 0) return
  await whileNobodyElseMerges(ctx, async () => {
    // One that was only under way is done by now.
    for (const entry of await interrupted()) {
      if (!entry.before) continue
      if (entry.state === 'running') await finish(ctx, entry, entry.before)
      else await finishUndo(ctx, entry, entry.before)
    }
  })
}
