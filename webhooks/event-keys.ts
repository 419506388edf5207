import type { InboundEvent, MessageKind } from '#contracts'
import { createHash } from 'node:crypto'
import { messageKinds } from '#contracts'

const customerMessages: ReadonlySet<string> = new Set<MessageKind>(messageKinds)
const oursToCustomer: ReadonlySet<string> = new Set(['status', 'echo'])

/** Kinds of which several events share an id. */
const severalToAnId: ReadonlySet<string> = new Set(['status', 'call'])

/** Longest provider id that stands in a key as it is; a longer one stands there as its hash, so that a key always fits an index. */
const longestPlainId = 200

/**
 * A key under which an event is processed once: parsing the same delivery again gives the same key, two different events never share one.
 * A status carries the id of the message it speaks of, a call one id from ringing to its end, so their keys have the status as well.
 */
export function eventKey(event: InboundEvent): string {
  const kind = severalToAnId.has(event.kind) ? `${event.kind}.${event.status ?? ''}` : event.kind
  const id = event.id.length > longestPlainId ? `sha256.${createHash('sha256').update(event.id).digest('hex')}` : event.id
  return `${event.channel}:${event.provider}:${kind}:${id}`
}

/** The customer's address as on the wire: who wrote, or for a status or an echo who was written to; null for an event about our own account. */
export function customerAddress(event: InboundEvent): string | null {
  const outwards = oursToCustomer.has(event.kind) || event.direction === 'out' || (event.from !== null && event.from === event.accountId)
  return outwards ? event.to : event.from
}

/**
 * Opaque keys of the people an event is about, for keeping one sender's events in order: two events that share a key must not be worked on side by side.
 * Empty for an event about our own account.
 */
export function senderKeys(event: InboundEvent): string[] {
  const keys = new Set<string>()
  const address = customerAddress(event)
  if (address !== null) keys.add(`${event.channel}:${event.provider}:${address}`)
  for (const id of [event.identity?.phone, event.identity?.userId]) {
    if (id !== undefined) keys.add(`${event.channel}:${event.provider}:${id}`)
  }
  return [...keys]
}

/** Whether this is something the customer sent us that stands in the thread as a message. */
export function isCustomerMessage(event: InboundEvent): boolean {
  return customerMessages.has(event.kind)
}

/**
 * Whether the event opens the provider's window for free answers: the customer wrote to us, or called. Echoes, old messages handed over at onboarding, receipts and
 * account news do not.
 */
export function opensWindow(event: InboundEvent): boolean {
  return isCustomerMessage(event) || event.kind === 'call_permission_reply' || (event.kind === 'call' && event.direction !== 'out')
}

/** What `at` says where the provider named no time; the time of receipt stands in for it then. */
export const noProviderTime = new Date(0).toISOString()
