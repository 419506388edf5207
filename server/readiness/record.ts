import type { SignalMeta, SignalType } from '#contracts'
import type { Conversation, Customer, StoredSignal } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import type { Step } from './write-people.ts'
import { conversationIdOf } from '../identity/index.ts'
import { durable } from '../platform/database.ts'
import { LoupeError } from '../platform/errors.ts'
import { insertMissing } from '../platform/writes.ts'
import { houseModel } from './model.ts'
import { writePeople } from './write-people.ts'

/** A signal as whoever saw it gives it. The same `id` is the same signal, whoever tells it how often. */
export interface SignalInput {
  id: string
  type: SignalType
  at: Date
  meta?: SignalMeta
  /** The message that says it, or that it is about. */
  messageId?: string
}

const mostHops = 10

/** Who a customer is now: themselves, or whom they were merged into. Null where nobody is left. */
export async function currentCustomer(ctx: Context, customerId: string): Promise<Customer | null> {
  let id: string | null | undefined = customerId
  for (let hop = 0; id && hop < mostHops; hop++) {
    const customer: Customer | null = await ctx.models.customers.findById(id).lean<Customer>()
    if (!customer?.mergedInto) return customer
    id = customer.mergedInto
  }
  return null
}

/** A signal as it stands in the ledger of a customer. */
export function storedSignal(customerId: string, { id, type, at, meta, messageId }: SignalInput, revision: number): StoredSignal {
  return { _id: id, customerId, conversationId: conversationIdOf(customerId), type, at, ...(meta ? { meta } : {}), ...(messageId === undefined ? {} : { messageId }), revision }
}

/**
 * Appends signals to a customer's ledger, folds them into their readiness, and shows it on their row. Idempotent by signal id, safe against others who do
 * the same at the same time, and against an end at any point: signals that are there already make the whole ledger be folded anew.
 * @param ctx the application
 * @param customerId whose; also one who was merged into another
 * @param inputs the signals
 * @param customerSteps what they change on the customer beside the readiness
 * @returns ids of the signals that were there already
 * @throws LoupeError `not_found` when there is no such customer
 */
export async function recordSignals(ctx: Context, customerId: string, inputs: readonly SignalInput[], customerSteps: Step<Customer>[] = []): Promise<Set<string>> {
  if (inputs.length === 0) return new Set()
  const customer = await currentCustomer(ctx, customerId)
  if (!customer) throw new LoupeError('not_found', 'There is no such customer.')
  const [conversation, revision, model] = await Promise.all([
    ctx.models.conversations.findOne({ customerId: customer._id }).lean<Conversation>(),
    ctx.revisions.reserve(1),
    houseModel(ctx),
  ])
  const signals = inputs.map(input => storedSignal(customer._id, input, revision))
  const known = await insertMissing(ctx.models.signals, signals, durable)
  const fresh = signals.filter((_, index) => !known.has(index))
  const [written] = await writePeople(ctx, model, [{ customer, conversation, customerSteps, signals: fresh, refold: known.size > 0 }], revision)
  for (const signal of fresh) ctx.bus.emit('signal.added', { signal })
  if (written) announce(ctx, written.customer, written.conversation)
  return new Set(Array.from(known, index => signals[index]!._id))
}

/** Tells the bus that a customer and their row changed. */
export function announce(ctx: Context, customer: Customer, conversation: Conversation | null): void {
  if (conversation) ctx.bus.emit('conversation.changed', { conversation })
  ctx.bus.emit('customer.changed', { customerId: customer._id, conversationId: conversation?._id ?? conversationIdOf(customer._id), revision: customer.revision })
}

/** Folds the whole ledger of a customer anew. */
export async function refold(ctx: Context, customerId: string): Promise<void> {
  const customer = await ctx.models.customers.findById(customerId).lean<Customer>()
  if (!customer) throw new LoupeError('not_found', 'There is no such customer.')
  const [conversation, revision, model] = await Promise.all([
    ctx.models.conversations.findOne({ customerId }).lean<Conversation>(),
    ctx.revisions.reserve(1),
    houseModel(ctx),
  ])
  const [written] = await writePeople(ctx, model, [{ customer, conversation, refold: true }], revision)
  if (written) announce(ctx, written.customer, written.conversation)
}
