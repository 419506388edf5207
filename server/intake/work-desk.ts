import type { InboundEvent } from '#contracts'
import type { Handle } from '../identity/index.ts'
import type { Conversation, Message } from '../models/index.ts'
import type { Arrival, Before, Effects, Stamp } from './arrival.ts'
import type { ChannelBook } from './channel-book.ts'
import type { Desk, PersonDraft } from './desk.ts'
import { eventKey, isCustomerMessage } from '#webhooks'
import { searchKeysOf } from '../conversations/index.ts'
import { betterName, handlesOf, idOf, sharedNumbers } from '../identity/index.ts'
import { takeTurns } from '../platform/turns.ts'
import { storedSignal, withPiece } from '../readiness/index.ts'
import { changed, changeTarget, counting, effectsOf, longestProviderId, reactionSignals } from './apply/index.ts'
import { cleanValue } from './clean.ts'
import { slotOf } from './desk.ts'
import { newConversation } from './new-conversation.ts'
import { deedIds, isThread } from './read-desk.ts'

function beforeOf(desk: Desk, draft: PersonDraft, arrival: Arrival): Before {
  return {
    customer: draft.now.customer,
    conversation: draft.now.conversation,
    message: providerId => desk.messages.get(slotOf(arrival.channel._id, providerId.slice(0, longestProviderId)))?.next,
    piece: (sku) => {
      const piece = desk.pieces.get(sku)
      return piece && { id: piece._id, name: piece.name }
    },
  }
}

function addSteps(draft: PersonDraft, { customerSteps = [], conversationSteps = [] }: Effects): void {
  for (const step of customerSteps) {
    draft.customerSteps.push(step)
    draft.now.customer = step(draft.now.customer)
  }
  for (const step of conversationSteps) {
    if (!draft.now.conversation) return
    draft.conversationSteps.push(step)
    draft.now.conversation = step(draft.now.conversation)
  }
}

/** The pieces that the batch has seen so far count for the next event's signals; the ledger's own count is made when they are folded. */
function countPieces(draft: PersonDraft, effects: Effects): void {
  for (const signal of effects.signals ?? []) draft.now.customer = { ...draft.now.customer, pieces: withPiece(draft.now.customer.pieces, signal) }
}

/** A changed message of the store is written with a guard, one of this batch as it then is. */
function setMessage(desk: Desk, slot: string, next: Message): void {
  const known = desk.messages.get(slot)
  if (known) desk.messages.set(slot, { ...known, next: { ...next, revision: desk.revision } })
}

function placeMessage(desk: Desk, arrival: Arrival, draft: PersonDraft, message: Message): void {
  const slot = slotOf(arrival.channel._id, message.providerId ?? '')
  const known = desk.messages.get(slot)
  if (!known) {
    desk.messages.set(slot, { base: null, next: message })
    for (const { event, at } of desk.early.get(slot) ?? []) {
      const change = changed({ ...arrival, event, at, handles: handlesOf(event) })
      const next = change?.apply(desk.messages.get(slot)!.next)
      if (next) desk.messages.set(slot, { base: null, next })
      const theirs = handlesOf(event).some(({ key }) => arrival.handles.some(handle => handle.key === key))
      if (theirs) draft.inputs.push(...reactionSignals({ event, at, key: `${arrival.channel._id}|${eventKey(event)}` }, message._id))
    }
  }
  draft.countable.push(known?.base ?? message)
}

function keepEarly(desk: Desk, arrival: Arrival, providerId: string): void {
  const { channel, event, at, key } = arrival
  const { channel: network, provider, kind, id, from, to, at: given, identity, reaction, targetId, newContent, contentKind, direction } = event
  const kept = cleanValue({ channel: network, provider, kind, id, from, to, at: given, identity, reaction, targetId, newContent, contentKind, direction }) as InboundEvent
  const change = { _id: idOf('early', key), providerId, channelId: channel._id, event: kept, at }
  desk.newEarly.push(change)
  const slot = slotOf(channel._id, providerId)
  desk.early.set(slot, [...desk.early.get(slot) ?? [], change])
}

/** Whether an event was worked on to its end before: the provider sent it again. */
function isDone(desk: Desk, arrival: Arrival, draft: PersonDraft): boolean {
  const { event, channel } = arrival
  if (isThread(arrival)) {
    const known = desk.messages.get(slotOf(channel._id, event.id.slice(0, longestProviderId)))
    if (!known) return false
    // What intake did not write itself is ours, echoed by the provider.
    if (known.base === null || known.base.clientId) return true
    return (known.base.arrival ?? 0) <= (draft.conversation?.counted ?? 0)
  }
  if (!deedIds(arrival).some(id => desk.signalsKnown.has(id))) return false
  if (event.kind !== 'reaction') return !desk.suspect
  // Its message was changed before its signal was written, unless both messages are of one batch: then the first may not be there yet.
  const target = desk.messages.get(slotOf(channel._id, changeTarget(arrival) ?? ''))
  return !target || target.base !== null
}

function heard(draft: PersonDraft, arrival: Arrival): Effects {
  const { profileName } = arrival.event.identity ?? {}
  const fits = profileName !== undefined && betterName(draft.now.customer, profileName, 'profile') !== null
  return fits ? { customerSteps: [customer => ({ ...customer, ...betterName(customer, profileName, 'profile') })] } : {}
}

/** New addresses make their customer be found by them. */
function findable(handles: readonly Handle[]): Effects {
  const keys = searchKeysOf({ name: '', tags: [], addresses: handles })
  return keys.length === 0 ? {} : { conversationSteps: [row => keys.every(key => row.searchKeys.includes(key)) ? row : { ...row, searchKeys: [...new Set([...row.searchKeys, ...keys])] }] }
}

function ensureConversation(draft: PersonDraft, arrival: Arrival): void {
  if (draft.now.conversation || !isThread(arrival)) return
  const row: Conversation = newConversation(draft.now.customer, arrival.handles, arrival.channel.channel, arrival.at)
  draft.conversation = row
  draft.conversationIsNew = true
  draft.now.conversation = row
}

/** Most events of a batch, as a fraction's denominator. */
const places = 2 ** 20

/** A message stands after all that came before it, and before what an interrupted batch left for a later one. */
function stampOf(desk: Desk, draft: PersonDraft, position: number): Stamp {
  const arrival = desk.revision + position / places
  const { revision } = desk
  if (draft.ceiling === undefined || arrival < draft.ceiling) return { revision, arrival }
  const floor = Math.max(draft.conversation?.counted ?? 0, ...draft.countable.map(message => message.arrival ?? 0).filter(other => other < draft.ceiling!))
  return { revision, arrival: (floor + draft.ceiling) / 2 }
}

/** What is left to do of a message that an interrupted batch wrote: where its signals are folded, they and the customer's steps are done. */
function leftOf(desk: Desk, draft: PersonDraft, effects: Effects): Effects {
  if (!effects.message?.arrival) return effects
  const slot = slotOf(effects.message.channelId, effects.message.providerId ?? '')
  const arrival = desk.messages.get(slot)?.base?.arrival ?? effects.message.arrival
  if (arrival <= (draft.customer.counted ?? 0)) return { ...effects, signals: [], customerSteps: [] }
  return { ...effects, customerSteps: [...effects.customerSteps ?? [], customer => ({ ...customer, counted: Math.max(customer.counted ?? 0, arrival) })] }
}

function workOne(desk: Desk, book: ChannelBook, arrival: Arrival, position: number): void {
  const customerId = desk.whose.get(arrival)
  const draft = customerId === undefined ? undefined : desk.people.get(customerId)
  if (!draft) {
    changeOnly(desk, arrival)
    return
  }
  if (isDone(desk, arrival, draft)) {
    if (desk.suspect) noteNumbers(desk, book, draft, arrival)
    return
  }
  ensureConversation(draft, arrival)
  addSteps(draft, heard(draft, arrival))
  const effects = leftOf(desk, draft, effectsOf(arrival, beforeOf(desk, draft, arrival), stampOf(desk, draft, position)))
  if (effects.message) placeMessage(desk, arrival, draft, effects.message)
  if (effects.change) changeMessage(desk, arrival, effects.change)
  addSteps(draft, effects)
  countPieces(draft, effects)
  draft.inputs.push(...effects.signals ?? [])
  noteNumbers(desk, book, draft, arrival)
}

/** Phone numbers that the customer gave. Joining people comes last in a batch, so that an interrupted one has them noted again. */
function noteNumbers(desk: Desk, book: ChannelBook, draft: PersonDraft, arrival: Arrival): void {
  if (!isCustomerMessage(arrival.event)) return
  const { name, country } = draft.now.customer
  const { profileName, username } = arrival.event.identity ?? {}
  const names = [name, profileName, username].filter(one => one !== undefined)
  const region = country ?? book.store(arrival.channel.storeId)?.country ?? null
  for (const number of sharedNumbers(arrival.event, { region, ownNumbers: book.ownNumbers(), names })) desk.shared.push({ ...number, customerId: draft.customer._id, cause: arrival.key, at: arrival.at })
}

function changeMessage(desk: Desk, arrival: Arrival, change: NonNullable<Effects['change']>): void {
  const slot = slotOf(arrival.channel._id, change.providerId)
  const target = desk.messages.get(slot)
  if (!target) {
    keepEarly(desk, arrival, change.providerId)
    return
  }
  const next = change.apply(target.next)
  if (next) setMessage(desk, slot, next)
}

/** An edit or a deletion of which the provider does not say whose it is still finds its message. */
function changeOnly(desk: Desk, arrival: Arrival): void {
  const change = changed(arrival)
  if (change) changeMessage(desk, arrival, change)
}

/** Applies a batch's events in order, in memory, letting requests have their turn in between. */
export async function workDesk(desk: Desk, book: ChannelBook, arrivals: readonly Arrival[]): Promise<void> {
  const turns = takeTurns()
  const claims = new Map<string, Handle[]>()
  for (const { customerId, _id, kind, channel, value } of desk.newAddresses) claims.set(customerId, [...claims.get(customerId) ?? [], { key: _id, kind, channel: channel ?? null, value }])
  for (const [position, arrival] of arrivals.entries()) {
    workOne(desk, book, arrival, position)
    await turns()
  }
  for (const [customerId, draft] of desk.people) {
    addSteps(draft, findable(claims.get(customerId) ?? []))
    const { countable, inputs } = draft
    if (countable.length > 0) addSteps(draft, { conversationSteps: [row => counting(row, countable)] })
    draft.signals = inputs.map(input => storedSignal(draft.customer._id, input, desk.revision))
  }
}
