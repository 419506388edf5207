import type { Model } from '#scoring'
import type { Handle, SharedNumber } from '../identity/index.ts'
import type { Address, Conversation, Customer, EarlyChange, Message, Piece } from '../models/index.ts'
import type { PersonChange, SignalInput } from '../readiness/index.ts'
import type { Arrival } from './arrival.ts'

/** One customer and their conversation while a batch is worked on: as read, what was decided, and how they stand after it. */
export interface PersonDraft extends PersonChange {
  customerSteps: NonNullable<PersonChange['customerSteps']>
  conversationSteps: NonNullable<PersonChange['conversationSteps']>
  now: { customer: Customer, conversation: Conversation | null }
  inputs: SignalInput[]
  /** Messages that may count as unread, in the order of their coming. */
  countable: Message[]
  /** Least `arrival` of a message that an interrupted batch wrote and that a later batch will work on: what comes now stands before it. */
  ceiling?: number
}

/** A message while a batch is worked on; `base` is null for one that is not in the store. */
export interface MessageDraft { base: Message | null, next: Message }

/** Two people who may be one. */
export interface Suspicion { winnerId: string, loserId: string, evidence: string, cause: string }

/** A phone number that a customer gave in a thread. */
export interface Shared extends SharedNumber { customerId: string, cause: string, at: Date }

/** Everything that a batch was read with and what it is about to write. */
export interface Desk {
  revision: number
  now: Date
  model: Model
  /** After a start, a take-over or a failure: what was written before may be there in part. */
  suspect: boolean
  whose: Map<Arrival, string>
  people: Map<string, PersonDraft>
  messages: Map<string, MessageDraft>
  pieces: Map<string, Pick<Piece, '_id' | 'name'>>
  early: Map<string, EarlyChange[]>
  /** Signals of this batch's events that are in the ledger already. */
  signalsKnown: ReadonlySet<string>
  newAddresses: Address[]
  newEarly: EarlyChange[]
  suspicions: Suspicion[]
  shared: Shared[]
}

export const slotOf = (channelId: string, providerId: string): string => `${channelId}|${providerId}`

/** An address that is claimed for a customer. */
export function claimed(handle: Handle, customerId: string, since: Date, evidence: string): Address {
  return { _id: handle.key, customerId, kind: handle.kind, channel: handle.channel, value: handle.value, since, evidence, former: [] }
}
