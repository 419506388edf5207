import type { InboundEvent } from '#contracts'
import type { JsonObject } from '../shared/json.ts'
import type { Change } from './change.ts'
import type { Party } from './identity.ts'
import { clipped, compactOrNone, field, flag, number, objects, text, words } from '../shared/json.ts'
import { eventOf, ourAddress } from './change.ts'
import { contentKindOf, readContent, readErrorCodes } from './content.ts'
import { addressOf, identityOf, readParty } from './identity.ts'

/** Who wrote a message. */
export const sender = (message: JsonObject): Party => readParty(message, 'from', 'from_user_id', 'from_parent_user_id')
/** To whom a message of ours went. */
export const receiver = (message: JsonObject): Party => readParty(message, 'to', 'to_user_id', 'to_parent_user_id')

/** `messages`: what customers wrote. Under `history` they are the files of old messages, and fill the place that the history kept for them. */
export function customerMessages(change: Change): InboundEvent[] {
  const messages = objects(change.value, 'messages')
  const parties = messages.map(sender)
  const alone = new Set(parties.map(party => addressOf(party))).size === 1
  return messages.map((message, index) => {
    const party = parties[index] ?? sender(message)
    const contact = change.contacts.find(party, alone)
    const content = readContent(message)
    const old = change.name === 'history'
    return eventOf(change, {
      ...content,
      ...old ? { kind: 'history' as const, contentKind: contentKindOf(content, message), direction: 'in' as const } : {},
      id: text(message, 'id'),
      from: addressOf(party, contact),
      to: ourAddress(change),
      at: field(message, 'timestamp'),
      identity: identityOf(party, contact),
      standby: change.name === 'standby' ? true : undefined,
    }, message)
  })
}

/** `message_echoes`: what colleagues wrote in the phone app, or another application of ours. */
export function ownMessages(change: Change): InboundEvent[] {
  const echoes = objects(change.value, 'message_echoes')
  const parties = echoes.map(receiver)
  const alone = new Set(parties.map(party => addressOf(party))).size === 1
  const old = change.name === 'history'
  return echoes.map((message, index) => {
    const party = parties[index] ?? receiver(message)
    const contact = change.contacts.find(party, alone)
    const content = readContent(message)
    return eventOf(change, {
      ...content,
      kind: old ? 'history' : 'echo',
      contentKind: contentKindOf(content, message),
      direction: old ? 'out' : undefined,
      id: text(message, 'id'),
      from: text(message, 'from') ?? ourAddress(change),
      to: addressOf(party, contact),
      at: field(message, 'timestamp'),
      identity: identityOf(party, contact),
    }, message)
  })
}

const deliveryStatuses: ReadonlySet<string> = new Set(['accepted', 'sent', 'delivered', 'read', 'played', 'failed', 'deleted'])

/** `statuses`: what became of our messages, and of our calls. */
export function statuses(change: Change): InboundEvent[] {
  const found = objects(change.value, 'statuses')
  const alone = found.length === 1
  return found.map((status) => {
    const named = readParty(status, 'recipient_id', 'recipient_user_id', 'recipient_parent_user_id')
    // The parent's id comes under two names.
    const party = { ...named, parentUserId: named.parentUserId ?? text(status, 'parent_recipient_user_id') }
    const contact = change.contacts.find(party, alone)
    const to = addressOf(party)
    const group = text(status, 'recipient_type') === 'group' ? to ?? undefined : undefined
    const person = group === undefined
      ? party
      : readParty(status, 'recipient_participant_id', 'recipient_participant_user_id', 'recipient_participant_parent_user_id')
    const word = text(status, 'status')
    const known = word !== undefined && deliveryStatuses.has(word)
    const about = text(status, 'type')
    const pricing = field(status, 'pricing')
    // A payment's `failed` says nothing about whether the message arrived.
    const kind = about === 'call' ? 'call' as const : known && (about === undefined || about === 'message') ? 'status' as const : 'unknown' as const
    return eventOf(change, {
      kind,
      id: text(status, 'id'),
      from: ourAddress(change),
      to,
      at: field(status, 'timestamp'),
      status: word,
      errorCodes: readErrorCodes(status),
      pricing: compactOrNone({
        category: text(pricing, 'category'),
        type: text(pricing, 'type'),
        model: text(pricing, 'pricing_model'),
        billable: flag(pricing, 'billable'),
      }),
      reference: text(status, 'biz_opaque_callback_data'),
      identity: identityOf(person, group === undefined ? contact : change.contacts.find(person, alone)),
      groupId: group,
      direction: kind === 'call' ? 'out' : undefined,
      call: kind === 'call' && word !== undefined ? { event: word.toLowerCase() } : undefined,
      raw: kind === 'unknown' ? clipped(status) : undefined,
    }, status)
  })
}

/** `calls`: a call begins or ends, started by either side. */
export function calls(change: Change): InboundEvent[] {
  return objects(change.value, 'calls').map((call) => {
    const outwards = text(call, 'direction') === 'BUSINESS_INITIATED'
    const party = outwards ? receiver(call) : sender(call)
    const contact = change.contacts.find(party, true)
    const event = text(call, 'event')
    const theirs = addressOf(party, contact)
    return eventOf(change, {
      kind: 'call',
      id: text(call, 'id') ?? text(call, 'wacid'),
      from: outwards ? text(call, 'from') ?? ourAddress(change) : theirs,
      to: outwards ? theirs : text(call, 'to') ?? ourAddress(change),
      at: field(call, 'timestamp') ?? field(call, 'start_time'),
      status: text(call, 'status') ?? event,
      direction: outwards ? 'out' : 'in',
      call: event === undefined ? undefined : { event, ...secondsOf(call) },
      errorCodes: readErrorCodes(call),
      reference: text(call, 'biz_opaque_callback_data'),
      identity: identityOf(party, contact),
    }, call)
  })
}

function secondsOf(call: JsonObject): { seconds?: number } {
  const seconds = number(call, 'duration')
  return seconds === undefined ? {} : { seconds }
}

/** `errors` beside the messages: something about our number went wrong, for no one message. */
export function errors(change: Change): InboundEvent[] {
  return objects(change.value, 'errors').map(error => eventOf(change, {
    kind: 'error',
    from: null,
    to: ourAddress(change),
    errorCodes: readErrorCodes({ errors: [error] }),
    text: words(error, 'title') ?? words(error, 'message'),
  }, error))
}
