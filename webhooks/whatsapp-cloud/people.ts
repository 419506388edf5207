import type { InboundEvent } from '#contracts'
import type { Change } from './change.ts'
import { compact, field, objects, text } from '../shared/json.ts'
import { eventOf, ourAddress } from './change.ts'
import { addressOf, identityOf, readParty } from './identity.ts'

/** Whether a preference takes marketing back: `signup` is agreeing by a link of ours. */
const optOuts: ReadonlyMap<string, boolean> = new Map([['stop', true], ['resume', false], ['signup', false]])

/** `user_preferences`: a customer stops or resumes marketing messages. */
export function preferences(change: Change): InboundEvent[] {
  return objects(change.value, 'user_preferences').map((preference) => {
    const party = readParty(preference, 'wa_id', 'user_id', 'parent_user_id')
    const contact = change.contacts.find(party, true)
    const value = text(preference, 'value')
    return eventOf(change, {
      kind: 'user_preference',
      from: addressOf(party, contact),
      to: ourAddress(change) ?? change.accountId ?? null,
      at: field(preference, 'timestamp'),
      status: value,
      optOut: value === undefined ? undefined : optOuts.get(value),
      text: text(preference, 'detail'),
      identity: identityOf(party, contact),
    }, preference)
  })
}

/** `user_id_update`: a customer's business-scoped id was replaced, because their number changed. */
export function userIdUpdates(change: Change): InboundEvent[] {
  return objects(change.value, 'user_id_update').map((update) => {
    const ids = field(update, 'user_id')
    const parents = field(update, 'parent_user_id')
    const current = text(ids, 'current')
    const parentUserId = text(parents, 'current')
    const party = { phone: text(update, 'wa_id'), userId: current, parentUserId }
    const contact = change.contacts.find(party, true)
    return eventOf(change, {
      kind: 'user_id_update',
      from: addressOf(party, contact),
      to: ourAddress(change) ?? change.accountId ?? null,
      at: field(update, 'timestamp'),
      text: text(update, 'detail'),
      system: compact({ type: 'user_id_update', previous: text(ids, 'previous'), current, phone: party.phone, userId: current, parentUserId }),
      identity: identityOf(party, contact),
    }, update)
  })
}

/** `state_sync`: the address book of a phone app that works beside us. */
export function contactSync(change: Change): InboundEvent[] {
  return objects(change.value, 'state_sync').map((item) => {
    const card = field(item, 'contact')
    const party = readParty(compact({
      phone: text(card, 'phone_number'),
      user: text(card, 'user_id'),
      parent: text(card, 'parent_user_id'),
    }), 'phone', 'user', 'parent')
    return eventOf(change, {
      kind: 'contact_sync',
      from: addressOf(party),
      to: ourAddress(change),
      at: field(field(item, 'metadata'), 'timestamp'),
      status: text(item, 'action'),
      contacts: [compact({
        name: text(card, 'full_name') ?? text(card, 'first_name') ?? '',
        phones: party.phone === undefined ? [] : [party.phone],
        userId: party.userId,
      })],
      identity: identityOf(party, compact({ username: text(card, 'username') })),
    }, item)
  })
}

/** `automatic_events`: a purchase or lead that Meta saw in a conversation that an advertisement began. */
export function automaticEvents(change: Change): InboundEvent[] {
  return objects(change.value, 'automatic_events').map((event) => {
    const ctwaClid = text(event, 'ctwa_clid')
    return eventOf(change, {
      kind: 'automatic_event',
      id: text(event, 'id'),
      from: null,
      to: ourAddress(change),
      at: field(event, 'timestamp'),
      status: text(event, 'event_name'),
      referral: ctwaClid === undefined ? undefined : { ctwaClid },
    }, event)
  })
}
