import type { InboundEvent } from '#contracts'
import type { JsonObject } from '../shared/json.ts'
import type { ContactBook } from './identity.ts'
import { contentId } from '../shared/ids.ts'
import { compact, field, text } from '../shared/json.ts'
import { isoTime } from '../shared/time.ts'
import { contactBook } from './identity.ts'

/** One change of an entry, with what all its parts share. */
export type Change = {
  /** Account id of the entry. */
  accountId: string | undefined
  entryTime: unknown
  name: string
  value: JsonObject
  /** Our number's id, by which the API knows it. */
  numberId: string | undefined
  /** Our number as people write it. */
  displayNumber: string | undefined
  contacts: ContactBook
}

/** An event without what every event of this channel has. */
export type Draft = Omit<InboundEvent, 'channel' | 'provider' | 'id' | 'at' | 'accountId'> & { id?: string | undefined, at?: unknown }

export function readChange(accountId: string | undefined, entryTime: unknown, name: string, value: JsonObject): Change {
  const metadata = field(value, 'metadata')
  return {
    accountId,
    entryTime,
    name,
    value,
    numberId: text(metadata, 'phone_number_id'),
    displayNumber: text(metadata, 'display_phone_number'),
    contacts: contactBook(value),
  }
}

/** Our end of a conversation: the number's id, or whatever else names our number. */
export function ourAddress(change: Change): string | null {
  return change.numberId ?? change.displayNumber ?? null
}

/** Completes an event. Where the provider gives no id, one is made from `part`, which is all that the body says about it. */
export function eventOf(change: Change, draft: Draft, part: unknown): InboundEvent {
  const event: InboundEvent = {
    channel: 'whatsapp',
    provider: 'meta',
    kind: draft.kind,
    id: draft.id ?? contentId(draft.kind, change.accountId, change.numberId, change.entryTime, part),
    from: draft.from,
    to: draft.to,
    at: isoTime(draft.at, change.entryTime),
  }
  const { id, at, ...rest } = draft
  return Object.assign(event, compact(rest), compact({ accountId: change.numberId ?? change.displayNumber }))
}
