import type { Conversation, Customer } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import { houseModel } from './model.ts'
import { announce } from './record.ts'
import { writePeople } from './write-people.ts'

/** People that are read anew at once. */
export const rereadBatch = 200

/** Reads anew what the engine says of these customers at this moment, with the model in use, and tells of it. */
export async function rereadPeople(ctx: Context, customers: readonly Customer[]): Promise<void> {
  if (customers.length === 0) return
  const [rows, revision, model] = await Promise.all([
    ctx.models.conversations.find({ customerId: { $in: customers.map(customer => customer._id) } }).lean<Conversation[]>(),
    ctx.revisions.reserve(1),
    houseModel(ctx),
  ])
  const byCustomer = new Map(rows.map(row => [row.customerId, row]))
  const written = await writePeople(ctx, model, customers.map(customer => ({ customer, conversation: byCustomer.get(customer._id) ?? null })), revision)
  for (const { customer, conversation } of written) announce(ctx, customer, conversation)
}

/**
 * Reads anew what silence says of customers whose advice has expired, at most 200 of them, longest expired first.
 * @returns how many were read; 200 means that more are waiting
 */
export async function rereadDue(ctx: Context): Promise<number> {
  const due = await ctx.models.customers.find({ 'readiness.nextAction.expiresAt': { $lte: new Date(ctx.now()).toISOString() }, 'mergedInto': null }).sort({ 'readiness.nextAction.expiresAt': 1 }).limit(rereadBatch).lean<Customer[]>()
  await rereadPeople(ctx, due)
  return due.length
}
