import type { Message, StoredSignal } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import type { WrittenPerson } from '../readiness/index.ts'
import type { Desk, PersonDraft } from './desk.ts'
import { derived } from '../platform/database.ts'
import { takeTurns } from '../platform/turns.ts'
import { changeEach, insertMissing } from '../platform/writes.ts'
import { announce, changedFields, writePeople } from '../readiness/index.ts'

/** Somebody else wrote between reading and writing: the batch is to be read and worked on again. */
export class Retake extends Error {
  override readonly name = 'Retake'
}

/** Claims addresses. One that somebody else has claimed in the meantime may make other people of the batch's. */
async function writeAddresses(ctx: Context, desk: Desk): Promise<void> {
  if (desk.newAddresses.length === 0) return
  const taken = await insertMissing(ctx.models.addresses, desk.newAddresses, derived)
  if (taken.size === 0) return
  const lost = desk.newAddresses.filter((_, index) => taken.has(index))
  const holders = await ctx.models.addresses.find({ _id: { $in: lost.map(address => address._id) } }, { customerId: 1 }).lean()
  const byKey = new Map(holders.map(holder => [holder._id, holder.customerId]))
  if (lost.some(address => byKey.get(address._id) !== address.customerId)) throw new Retake('An address was claimed in between')
}

/** New messages in one insert. */
async function insertMessages(ctx: Context, desk: Desk): Promise<Message[]> {
  const fresh = [...desk.messages.values()].flatMap(({ base, next }) => base === null ? [next] : [])
  if (fresh.length === 0) return []
  const taken = await insertMissing(ctx.models.messages, fresh, derived)
  if (taken.size > 0) throw new Retake('A message was written in between')
  return fresh
}

/** Changed messages, each guarded by the revision that it was read with. */
async function changeMessages(ctx: Context, desk: Desk): Promise<Message[]> {
  const changes = [...desk.messages.values()].flatMap(({ base, next }) => base !== null && base !== next ? [{ base, next }] : [])
  if (changes.length === 0) return []
  const found = await changeEach(ctx.models.messages, changes.map(({ base, next }) => ({ filter: { _id: base._id, revision: base.revision }, set: changedFields(base, next) })), derived)
  if (found < changes.length) throw new Retake('A message was changed in between')
  return changes.map(({ next }) => next)
}

/** New signals in one insert. Whose ledger had one of them already is folded anew, for nobody can tell what of it was folded. */
async function writeSignals(ctx: Context, drafts: readonly PersonDraft[]): Promise<StoredSignal[]> {
  const all = drafts.flatMap(draft => (draft.signals ?? []).map(signal => ({ signal, draft })))
  if (all.length === 0) return []
  const taken = await insertMissing(ctx.models.signals, all.map(one => one.signal), derived)
  for (const index of taken) {
    const { draft } = all[index]!
    draft.refold = true
  }
  return all.flatMap(({ signal }, index) => taken.has(index) ? [] : [signal])
}

async function bothOf<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([first, second])
  return [await first, await second]
}

const hasWork = (draft: PersonDraft) => draft.customerIsNew || draft.customerSteps.length > 0 || draft.conversationSteps.length > 0 || (draft.signals ?? []).length > 0

/** What a batch wrote, for telling others. */
export interface Written {
  messages: Message[]
  signals: StoredSignal[]
  people: WrittenPerson[]
}

/**
 * Writes a batch: addresses, changed messages, then new messages and signals, then customers, then conversations, so that whatever is counted or folded is in its ledger before.
 * An end between any two of them leaves what the next run completes without doubling.
 * @throws Retake when the batch has to be read again
 */
export async function writeDesk(ctx: Context, desk: Desk): Promise<Written> {
  await writeAddresses(ctx, desk)
  if (desk.newEarly.length > 0) await insertMissing(ctx.models.earlyChanges, desk.newEarly, derived)
  const drafts = [...desk.people.values()].filter(hasWork)
  // Before the signals: a reaction whose signal is there is not laid on its message again.
  const changed = await changeMessages(ctx, desk)
  // Both are waited for, also when one fails: a batch that is read again must not meet its own writes still on their way.
  const [fresh, signals] = await bothOf(insertMessages(ctx, desk), writeSignals(ctx, drafts))
  const people = await writePeople(ctx, desk.model, drafts, desk.revision, derived)
  return { messages: [...fresh, ...changed], signals, people }
}

/** Tells the bus what a batch wrote: rows before what stands in them. */
export async function tell(ctx: Context, { messages, signals, people }: Written): Promise<void> {
  const turns = takeTurns()
  for (const { customer, conversation } of people) {
    announce(ctx, customer, conversation)
    await turns()
  }
  for (const message of messages) ctx.bus.emit('message.changed', { message })
  for (const signal of signals) ctx.bus.emit('signal.added', { signal })
}
