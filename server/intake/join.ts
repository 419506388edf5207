import type { Customer } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import type { Desk, Shared } from './desk.ts'
import { searchKeysOf } from '../conversations/index.ts'
import { phoneHandle } from '../identity/index.ts'
import { mergePeople, suggestMerge } from '../identity/merging/index.ts'
import { isDuplicate } from '../platform/duplicates.ts'
import { announce, currentCustomer, writePeople } from '../readiness/index.ts'
import { claimed } from './desk.ts'

/** Makes a number that nobody holds an address of the customer who gave it as their own, and lets them be found by it. */
async function claimNumber(ctx: Context, desk: Desk, customer: Customer, { key, at }: Shared): Promise<void> {
  const handle = phoneHandle(key)
  try { await ctx.models.addresses.create(claimed(handle, customer._id, at, 'shared_in_thread')) }
  catch (error) { if (!isDuplicate(error)) throw error }
  const keys = searchKeysOf({ name: '', tags: [], addresses: [handle] })
  const conversation = await ctx.models.conversations.findOne({ customerId: customer._id }).lean()
  const [written] = await writePeople(ctx, desk.model, [{ customer, conversation, conversationSteps: [row => ({ ...row, searchKeys: [...new Set([...row.searchKeys, ...keys])] })] }], await ctx.revisions.reserve(1))
  if (written) announce(ctx, written.customer, written.conversation)
}

/**
 * A number that is surely the sender's own joins them with whoever holds it, unless the sender has a number already: then, and where it is not sure, it is a
 * suggestion for somebody to decide.
 */
async function joinByNumber(ctx: Context, desk: Desk, shared: Shared): Promise<void> {
  const customer = await currentCustomer(ctx, shared.customerId)
  if (!customer) return
  const [holder, ownPhone] = await Promise.all([
    ctx.models.addresses.findById(shared.key, { customerId: 1 }).lean(),
    ctx.models.addresses.findOne({ customerId: customer._id, kind: 'phone' }, { _id: 1 }).lean(),
  ])
  const other = holder && await currentCustomer(ctx, holder.customerId)
  if (other?._id === customer._id) return
  const sure = shared.certainty === 'certain' && ownPhone === null
  if (!other) {
    if (sure) await claimNumber(ctx, desk, customer, shared)
    return
  }
  const found = { winnerId: other._id, loserId: customer._id, evidence: 'shared_in_thread', cause: shared.cause, actorId: null }
  if (sure) await mergePeople(ctx, found)
  else await suggestMerge(ctx, found)
}

/** Joins people, or suggests it, by what a batch told of them. Runs after everything was written; running it again changes nothing. */
export async function joinPeople(ctx: Context, desk: Desk): Promise<void> {
  for (const suspicion of desk.suspicions) await suggestMerge(ctx, { ...suspicion, actorId: null })
  for (const shared of desk.shared) await joinByNumber(ctx, desk, shared)
}
