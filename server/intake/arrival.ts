import type { EventKind, InboundEvent } from '#contracts'
import type { Handle } from '../identity/index.ts'
import type { Channel, Conversation, Customer, Message } from '../models/index.ts'
import type { SignalInput, Step } from '../readiness/index.ts'
import type { Passage } from './lanes.ts'

/** One event with what was found out about it before it is applied. */
export interface Arrival {
  event: InboundEvent
  /** `eventKey` of the event. */
  key: string
  receivedAt: Date
  /** Believable time of the event; `rawAt` is the provider's where it was not believed. */
  at: Date
  rawAt?: string
  /** Our number or account. */
  channel: Channel
  capabilities: Passage['capabilities']
  handles: Handle[]
}

/** A piece of the catalogue, as far as signals name it. */
export interface KnownPiece { id: string, name: string }

/** What stands before an event is applied. */
export interface Before {
  customer: Customer
  conversation: Conversation | null
  message: (providerId: string) => Message | undefined
  piece: (sku: string) => KnownPiece | undefined
}

/** Under which numbers a new message is written. */
export interface Stamp { revision: number, arrival: number }

/** What an event asks for. Everything in it may be done again without harm. */
export interface Effects {
  /** To be written unless it is there. */
  message?: Message
  /** A change of a message that is there, or null for none; kept for later when the message is not there yet. */
  change?: { providerId: string, apply: (message: Message) => Message | null }
  customerSteps?: Step<Customer>[]
  conversationSteps?: Step<Conversation>[]
  /** With ids that follow from the event. */
  signals?: SignalInput[]
}

/** What an event changes on a message that is there: done by the customer, or by one of us as an echo or an old thread tells. Null for what changes none. */
export function changeKind({ kind, contentKind }: Pick<InboundEvent, 'kind' | 'contentKind'>): 'reaction' | 'edit' | 'delete' | null {
  const deed = kind === 'echo' || kind === 'history' ? contentKind : kind
  return deed === 'reaction' || deed === 'edit' || deed === 'delete' ? deed : null
}

/** Kinds that stand in the thread as a message, with their direction where the event itself does not say it. */
export function threadDirection(event: InboundEvent, isCustomerMessage: boolean): 'in' | 'out' | null {
  if (isCustomerMessage) return 'in'
  if (changeKind(event)) return null
  if (event.kind === 'echo') return 'out'
  // A refusal to share old messages names nobody.
  if (event.kind === 'history') return event.from === null && event.to === null ? null : event.direction ?? 'in'
  return null
}

/** Kinds after which somebody unknown is a customer. */
const makesCustomers: ReadonlySet<EventKind> = new Set<EventKind>(['echo', 'history', 'comment', 'mention', 'referral', 'optin', 'call', 'user_preference'])

/** Whether somebody unknown becomes a customer by this event. What only says something of an older message does not. */
export function makesCustomer(event: InboundEvent, isCustomerMessage: boolean): boolean {
  return isCustomerMessage || (makesCustomers.has(event.kind) && changeKind(event) === null)
}
