import type { Model as DocumentModel } from 'mongoose'
import type { Model } from '#scoring'
import type { Conversation, Customer, StoredSignal } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import type { WriteOptions } from '../platform/writes.ts'
import { withName } from '../conversations/index.ts'
import { durable } from '../platform/database.ts'
import { takeTurns } from '../platform/turns.ts'
import { changeEach, insertMissing } from '../platform/writes.ts'
import { changedFields } from './changed-fields.ts'
import { assessed, foldsForward, isOutdated, withSignals } from './fold.ts'
import { goldMovesNow } from './gold/prices.ts'
import { goldTies } from './gold/ties.ts'
import { ledgerFolded } from './ledger.ts'

/** What becomes of a document, asked again with a newer one when somebody else was faster. Changes nothing itself, and doing it twice is doing it once. */
export type Step<T> = (value: T) => T

/** What is to become of one customer and their conversation. Both must have been read before `signals` were written. */
export interface PersonChange {
  customer: Customer
  /** The customer is not in the store yet; likewise the conversation, which is null where there is none and none begins. */
  customerIsNew?: boolean
  conversation: Conversation | null
  conversationIsNew?: boolean
  customerSteps?: Step<Customer>[]
  conversationSteps?: Step<Conversation>[]
  /** Signals that were just written to the ledger and that nobody has folded. */
  signals?: StoredSignal[]
  /** Fold the whole ledger anew: it cannot be told what of it was folded. */
  refold?: boolean
}

/** The documents as they are after the write. */
export interface WrittenPerson {
  customer: Customer
  conversation: Conversation | null
}

const rounds = 40

const apply = <T>(value: T, steps: readonly Step<T>[] = []): T => steps.reduce((now, step) => step(now), value)

/** A row bears its customer's name. */
function named(conversation: Conversation, { name }: Customer): Conversation {
  return conversation.name === name ? conversation : { ...conversation, name, searchKeys: withName(conversation.searchKeys, name) }
}

/** Who asked us to stop waits for nothing that they wrote until then. */
function released(conversation: Conversation, { optedOutAt }: Customer): Conversation {
  return conversation.waitingSince && optedOutAt && conversation.waitingSince <= optedOutAt ? { ...conversation, waitingSince: null } : conversation
}

/** A change with its steps and signals taken up, before the engine is asked what it says. */
async function folded(ctx: Context, model: Model, change: PersonChange): Promise<WrittenPerson> {
  const signals = change.signals ?? []
  const refold = change.refold || isOutdated(change.customer) || (signals.length > 0 && !foldsForward(change.customer, signals))
  const profile = apply(change.customer, change.customerSteps)
  const customer = refold ? await ledgerFolded(ctx, model, profile) : withSignals(model, profile, signals, ctx.now())
  return { customer, conversation: change.conversation && released(named(apply(change.conversation, change.conversationSteps), customer), customer) }
}

/** What becomes of the people of a round: each is folded, what gold is to them is read for all at once, then each is assessed. */
async function settled(ctx: Context, model: Model, changes: readonly PersonChange[]): Promise<WrittenPerson[]> {
  const turns = takeTurns()
  const people: WrittenPerson[] = []
  for (const change of changes) {
    people.push(await folded(ctx, model, change))
    await turns()
  }
  const ties = await goldTies(ctx, people.map(({ customer }) => customer), await goldMovesNow(ctx), ctx.now())
  const settledPeople: WrittenPerson[] = []
  for (const { customer, conversation } of people) {
    settledPeople.push(assessed(model, customer, conversation, ctx.now(), ties.get(customer._id)))
    await turns()
  }
  return settledPeople
}

type Pair = { change: PersonChange, next: WrittenPerson }

/** Writes one collection's share, the new and the changed each in one command; gives the ids whose document somebody else had changed or made in the meantime. */
async function guardedWrite<T extends { _id: string, revision: number }>(
  model: Pick<DocumentModel<never>, 'collection' | 'db'>,
  writes: { base: T, next: T, isNew: boolean }[],
  revision: number,
  options: WriteOptions,
): Promise<Set<string>> {
  if (writes.length === 0) return new Set()
  const fresh = writes.filter(write => write.isNew)
  const known = writes.filter(write => !write.isNew)
  const [taken, matched] = await Promise.all([
    insertMissing(model, fresh.map(({ next }) => ({ ...next, revision })), options),
    changeEach(model, known.map(({ base, next }) => ({ filter: { _id: base._id, revision: base.revision }, set: { ...changedFields(base, next), revision } })), options),
  ])
  if (matched === known.length && taken.size === 0) return new Set()
  const found = await model.collection.find({ _id: { $in: writes.map(write => write.base._id) as never[] } }, { projection: { revision: 1 } }).toArray() as unknown as { _id: string, revision: number }[]
  const written = new Set(found.filter(document => document.revision === revision).map(document => document._id))
  return new Set(writes.map(write => write.base._id).filter(id => !written.has(id)))
}

/** The change again, on documents as they are now. What it folded may have been folded by whoever was faster, so the ledger is folded anew. */
async function reread(ctx: Context, { change, next }: Pair, customerWritten: boolean): Promise<PersonChange> {
  const [customer, conversation] = await Promise.all([
    ctx.models.customers.findById(change.customer._id).lean<Customer>(),
    change.conversation && ctx.models.conversations.findById(change.conversation._id).lean<Conversation>(),
  ])
  const again = { ...change, customerIsNew: customer === null, conversationIsNew: change.conversation !== null && conversation === null }
  if (customerWritten) return { ...again, customer: customer ?? next.customer, conversation: conversation ?? change.conversation, customerSteps: [], signals: [], refold: false }
  return { ...again, customer: customer ?? change.customer, conversation: conversation ?? change.conversation, refold: change.refold || (change.signals ?? []).length > 0 }
}

/**
 * Writes what becomes of several customers and their conversations: profile steps, folded signals, what the engine says of them, boxes. Customers first,
 * then conversations, each guarded by its revision; what somebody else changed in between is read and done again. Nothing is emitted. `write` holds the
 * driver's options for these writes: `derived` where they can be made again.
 * @returns the documents as written, in the order of `changes`
 * @throws Error when others kept changing the same people
 */
export async function writePeople(ctx: Context, model: Model, changes: readonly PersonChange[], revision: number, write: WriteOptions = durable): Promise<WrittenPerson[]> {
  const results: WrittenPerson[] = []
  let open = changes.map((change, index) => ({ change, index }))
  let stamp = revision
  for (let round = 0; open.length > 0; round++) {
    if (round === rounds) throw new Error('Others kept changing the same customers')
    if (round > 0) {
      // Whoever lost waits a little longer each time, so that many who want the same person do not all lose again.
      await new Promise(resolve => setTimeout(resolve, Math.min(round, 20)))
      stamp = await ctx.revisions.reserve(1)
    }
    const people = await settled(ctx, model, open.map(({ change }) => change))
    const pairs: (Pair & { index: number })[] = open.map(({ change, index }, i) => ({ change, index, next: people[i]! }))
    const lostCustomers = await guardedWrite<Customer>(ctx.models.customers, pairs.map(({ change, next }) => ({ base: change.customer, next: next.customer, isNew: change.customerIsNew ?? false })), stamp, write)
    const kept = pairs.filter(({ change }) => !lostCustomers.has(change.customer._id))
    const rows = kept.flatMap(({ change, next }) => change.conversation && next.conversation ? [{ base: change.conversation, next: next.conversation, isNew: change.conversationIsNew ?? false }] : [])
    const lostRows = await guardedWrite<Conversation>(ctx.models.conversations, rows, stamp, write)
    open = []
    for (const pair of pairs) {
      const customerWritten = !lostCustomers.has(pair.change.customer._id)
      const done = customerWritten && !(pair.change.conversation && lostRows.has(pair.change.conversation._id))
      if (done) results[pair.index] = { customer: { ...pair.next.customer, revision: stamp }, conversation: pair.next.conversation && { ...pair.next.conversation, revision: stamp } }
      else open.push({ change: await reread(ctx, pair, customerWritten), index: pair.index })
    }
  }
  return results
}
