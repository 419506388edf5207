import type { Handle, Holders } from '../identity/index.ts'
import type { Address, Conversation, Customer, EarlyChange, Message, Piece } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import type { Arrival } from './arrival.ts'
import type { ChannelBook } from './channel-book.ts'
import type { Desk, PersonDraft } from './desk.ts'
import { isCustomerMessage } from '#webhooks'
import { firstTouchOf, idOf, newCustomer, signalIdOf, whose } from '../identity/index.ts'
import { houseModel } from '../readiness/index.ts'
import { changeTarget, longestProviderId, skusOf } from './apply/index.ts'
import { makesCustomer, threadDirection } from './arrival.ts'
import { claimed, slotOf } from './desk.ts'

/** Signals that an event which is no message may have caused: finding one tells that the event was worked on before. */
const deeds: Partial<Record<Arrival['event']['kind'], string[]>> = {
  reaction: ['reaction'],
  user_preference: ['opt_out', 'opt_in'],
  comment: ['comment'],
  mention: ['mention'],
  optin: ['opt_out', 'opt_in'],
  seen: ['read'],
  referral: ['ad_clicked', 'qr_scanned', 'link_opened'],
  call: ['call'],
  system: ['number_changed'],
  user_id_update: ['number_changed'],
}

export const deedIds = ({ event, key }: Arrival): string[] => (deeds[event.kind] ?? []).map(type => signalIdOf(key, type))

export const isThread = ({ event }: Arrival): boolean => threadDirection(event, isCustomerMessage(event)) !== null

const unique = <T>(values: Iterable<T>): T[] => [...new Set(values)]

function providerIdsOf(arrivals: readonly Arrival[]): string[] {
  return unique(arrivals.flatMap(arrival => [
    ...(isThread(arrival) ? [arrival.event.id.slice(0, longestProviderId)] : []),
    ...(arrival.event.replyTo ? [arrival.event.replyTo.slice(0, longestProviderId)] : []),
    changeTarget(arrival) ?? [],
  ].flat()))
}

/** Customers as they are now: one who was merged is whoever they were merged into. */
async function currentCustomers(ctx: Context, ids: string[]): Promise<Map<string, Customer>> {
  const current = new Map<string, Customer>()
  let wanted = new Map(ids.map(id => [id, [id]]))
  for (let hop = 0; wanted.size > 0 && hop < 10; hop++) {
    const found = await ctx.models.customers.find({ _id: { $in: [...wanted.keys()] } }).lean<Customer[]>()
    const next = new Map<string, string[]>()
    for (const customer of found) {
      const asked = wanted.get(customer._id) ?? []
      if (customer.mergedInto) {
        next.set(customer.mergedInto, [...next.get(customer.mergedInto) ?? [], ...asked])
      }
      else {
        for (const id of asked) current.set(id, customer)
      }
    }
    wanted = next
  }
  return current
}

interface Resolved {
  whose: Map<Arrival, string>
  newAddresses: Address[]
  suspicions: Desk['suspicions']
  /** First arrival of each customer, and all addresses that the batch names of them. */
  firsts: Map<string, Arrival>
  handles: Map<string, Handle[]>
}

/** Whose each event is, in order, so that an address which one event claims is known to the next. */
function resolve(arrivals: readonly Arrival[], known: Holders): Resolved {
  const holders = new Map(known)
  const resolved: Resolved = { whose: new Map(), newAddresses: [], suspicions: [], firsts: new Map(), handles: new Map() }
  for (const arrival of arrivals) {
    const { event, handles, key, at } = arrival
    const found = whose(handles, holders)
    const [surest] = handles
    const customerId = found.customerId ?? (surest && makesCustomer(event, isCustomerMessage(event)) ? idOf('customer', surest.key, key) : null)
    if (customerId === null) continue
    resolved.whose.set(arrival, customerId)
    if (!resolved.firsts.has(customerId)) resolved.firsts.set(customerId, arrival)
    resolved.handles.set(customerId, [...resolved.handles.get(customerId) ?? [], ...found.claims])
    const evidence = event.kind === 'system' || event.kind === 'user_id_update' ? 'number_change' : 'wrote'
    for (const handle of found.claims) {
      holders.set(handle.key, customerId)
      resolved.newAddresses.push(claimed(handle, customerId, at, evidence))
    }
    if (found.conflict) resolved.suspicions.push({ winnerId: customerId, loserId: found.conflict, evidence: evidence === 'wrote' ? 'same_event' : evidence, cause: key })
  }
  return resolved
}

function draftOf(customer: Customer, customerIsNew: boolean, conversation: Conversation | null): PersonDraft {
  return { customer, customerIsNew, conversation, conversationIsNew: false, customerSteps: [], conversationSteps: [], inputs: [], countable: [], now: { customer, conversation } }
}

/** Finds messages that an interrupted batch wrote, that nobody has worked on to the end, and that this batch does not bring: a later one will. */
async function leaveRoom(ctx: Context, people: Map<string, PersonDraft>, inBatch: ReadonlySet<string>): Promise<void> {
  const byConversation = new Map([...people.values()].flatMap(draft => draft.conversation ? [[draft.conversation._id, draft] as const] : []))
  if (byConversation.size === 0) return
  const least = Math.min(...Array.from(byConversation.values(), draft => draft.conversation?.counted ?? 0))
  const found = await ctx.models.messages.find({ conversationId: { $in: [...byConversation.keys()] }, revision: { $gte: Math.floor(least) }, arrival: { $gt: least } }, { conversationId: 1, arrival: 1 }).limit(20_000).lean<Pick<Message, '_id' | 'conversationId' | 'arrival'>[]>()
  for (const { _id, conversationId, arrival } of found) {
    const draft = byConversation.get(conversationId)
    if (draft && !inBatch.has(_id) && (arrival ?? 0) > (draft.conversation?.counted ?? 0)) draft.ceiling = Math.min(draft.ceiling ?? Infinity, arrival ?? Infinity)
  }
}

/** Reads everything that a batch needs, in two rounds, and finds whose each event is. */
export async function readDesk(ctx: Context, book: ChannelBook, arrivals: readonly Arrival[], suspect: boolean): Promise<Desk> {
  const { models } = ctx
  const keys = unique(arrivals.flatMap(arrival => arrival.handles.map(handle => handle.key)))
  const providerIds = providerIdsOf(arrivals)
  const signalIds = arrivals.flatMap(deedIds)
  const [addresses, messages, signals, revision, model] = await Promise.all([
    keys.length > 0 ? models.addresses.find({ _id: { $in: keys } }, { customerId: 1 }).lean<Pick<Address, '_id' | 'customerId'>[]>() : [],
    providerIds.length > 0 ? models.messages.find({ providerId: { $in: providerIds } }).lean<Message[]>() : [],
    signalIds.length > 0 ? models.signals.find({ _id: { $in: signalIds } }, { _id: 1 }).lean<{ _id: string }[]>() : [],
    ctx.revisions.reserve(1),
    houseModel(ctx),
  ])
  const resolved = resolve(arrivals, new Map(addresses.map(address => [address._id, address.customerId])))
  const drafts = new Map<string, Desk['messages'] extends Map<string, infer D> ? D : never>(messages.map(message => [slotOf(message.channelId, message.providerId ?? ''), { base: message, next: message }]))
  const ids = unique(resolved.whose.values())
  const newIds = arrivals.filter(isThread).flatMap(({ event, channel }) => drafts.has(slotOf(channel._id, event.id)) ? [] : [event.id.slice(0, longestProviderId)])
  const skus = unique(arrivals.flatMap(arrival => skusOf(arrival.event)))
  const [customers, rows, early, pieces] = await Promise.all([
    currentCustomers(ctx, ids),
    ids.length > 0 ? models.conversations.find({ customerId: { $in: ids } }).lean<Conversation[]>() : [],
    newIds.length > 0 ? models.earlyChanges.find({ providerId: { $in: newIds } }).sort({ at: 1 }).limit(5000).lean<EarlyChange[]>() : [],
    skus.length > 0 ? models.pieces.find({ sku: { $in: skus } }, { sku: 1, name: 1 }).lean<Pick<Piece, '_id' | 'sku' | 'name'>[]>() : [],
  ])
  const merged = unique([...customers].flatMap(([id, customer]) => customer._id === id ? [] : [customer._id]))
  const theirs = merged.length > 0 ? await models.conversations.find({ customerId: { $in: merged } }).lean<Conversation[]>() : []
  const rowOf = new Map([...rows, ...theirs].map(row => [row.customerId, row]))

  const people = new Map<string, PersonDraft>()
  for (const id of ids) {
    const known = customers.get(id)
    const first = resolved.firsts.get(id)
    if (known && people.has(known._id)) continue
    if (known) {
      people.set(known._id, draftOf(known, false, rowOf.get(known._id) ?? null))
    }
    else if (first) {
      const store = book.store(first.channel.storeId)
      const customer = newCustomer({ id, handles: resolved.handles.get(id)?.length ? resolved.handles.get(id)! : first.handles, name: first.event.identity?.profileName, firstTouch: firstTouchOf(first.event, first.at), at: first.at, store })
      people.set(id, draftOf(customer, true, null))
    }
  }
  const currentId = (id: string): string => customers.get(id)?._id ?? id
  const earlyBySlot = new Map<string, EarlyChange[]>()
  for (const change of early) {
    const slot = slotOf(change.channelId, change.providerId)
    earlyBySlot.set(slot, [...earlyBySlot.get(slot) ?? [], change])
  }
  if (suspect) await leaveRoom(ctx, people, new Set(messages.map(message => message._id)))
  return {
    revision,
    now: new Date(ctx.now()),
    model,
    suspect,
    whose: new Map(Array.from(resolved.whose, ([arrival, id]) => [arrival, currentId(id)])),
    people,
    messages: drafts,
    pieces: new Map(pieces.map(piece => [piece.sku, piece])),
    early: earlyBySlot,
    signalsKnown: new Set(signals.map(signal => signal._id)),
    newAddresses: resolved.newAddresses.map(address => ({ ...address, customerId: currentId(address.customerId) })),
    newEarly: [],
    suspicions: resolved.suspicions.map(suspicion => ({ ...suspicion, winnerId: currentId(suspicion.winnerId), loserId: currentId(suspicion.loserId) })).filter(({ winnerId, loserId }) => winnerId !== loserId),
    shared: [],
  }
}
