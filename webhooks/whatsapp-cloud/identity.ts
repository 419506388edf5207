import type { EventIdentity } from '#contracts'
import type { JsonObject } from '../shared/json.ts'
import { compactOrNone, field, objects, text } from '../shared/json.ts'

/** A business-scoped user id: country code, a dot, `ENT.` for one of a parent portfolio, letters and digits. Never a phone number, and never reduced to digits. */
const userIdForm = /^[A-Z]{2}\.(?:ENT\.)?[\w-]{1,128}$/

/** Who a message is from or to, as its own fields say it. */
export type Party = { phone: string | undefined, userId: string | undefined, parentUserId: string | undefined }

/** The people that a body's `contacts` tell about. */
export type ContactBook = {
  /** The contact of this party. `alone` says that nobody else is spoken of, so that the only contact must be theirs. */
  find: (party: Party, alone: boolean) => JsonObject | undefined
}

/** Reads the fields that name a party: `from` and `from_user_id`, `recipient_id` and `recipient_user_id`, and so on. */
export function readParty(source: JsonObject, phoneKey: string, userIdKey: string, parentKey: string): Party {
  const address = text(source, phoneKey)
  const isUserId = address !== undefined && userIdForm.test(address)
  return {
    phone: isUserId ? undefined : address,
    userId: text(source, userIdKey) ?? (isUserId ? address : undefined),
    parentUserId: text(source, parentKey),
  }
}

/** Contacts come in any order and are joined to messages by id, never by position. */
export function contactBook(value: JsonObject): ContactBook {
  const contacts = objects(value, 'contacts')
  const byId = new Map<string, JsonObject>()
  for (const contact of contacts) {
    for (const key of ['wa_id', 'user_id', 'parent_user_id']) {
      const id = text(contact, key)
      if (id !== undefined && !byId.has(id)) byId.set(id, contact)
    }
  }
  return {
    find: (party, alone) => {
      for (const id of [party.userId, party.phone, party.parentUserId]) {
        const found = id === undefined ? undefined : byId.get(id)
        if (found !== undefined) return found
      }
      // A number and its WhatsApp id may be spelt differently (Brazil's ninth digit).
      return alone && contacts.length === 1 ? contacts[0] : undefined
    },
  }
}

/** All that a message and its contact say about who the customer is. */
export function identityOf(party: Party, contact: JsonObject | undefined): EventIdentity | undefined {
  const profile = field(contact, 'profile')
  const waId = text(contact, 'wa_id')
  return compactOrNone({
    phone: party.phone ?? waId,
    waId,
    userId: party.userId ?? text(contact, 'user_id'),
    parentUserId: party.parentUserId ?? text(contact, 'parent_user_id'),
    username: text(profile, 'username') ?? text(contact, 'username'),
    profileName: text(profile, 'name'),
  })
}

/** The address as on the wire: the phone number where there is one, else the user id; null when the body names nobody. */
export function addressOf(party: Party, contact?: JsonObject): string | null {
  return party.phone ?? party.userId ?? text(contact, 'wa_id') ?? text(contact, 'user_id') ?? null
}
