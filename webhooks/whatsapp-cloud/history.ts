import type { InboundEvent } from '#contracts'
import type { JsonObject } from '../shared/json.ts'
import type { Change } from './change.ts'
import type { Party } from './identity.ts'
import { asObject, field, objects, text } from '../shared/json.ts'
import { eventOf, ourAddress } from './change.ts'
import { contentKindOf, readContent, readErrorCodes } from './content.ts'
import { addressOf, identityOf, readParty } from './identity.ts'
import { receiver, sender } from './messages.ts'

/** `history`: old conversations of a number that joins with its phone app. A refusal to share them is an event with the code of the refusal and nothing else. */
export function history(change: Change): InboundEvent[] {
  return objects(change.value, 'history').flatMap((chunk) => {
    const errorCodes = readErrorCodes(chunk)
    const refusal = errorCodes === undefined
      ? []
      : [eventOf(change, { kind: 'history', from: null, to: ourAddress(change), errorCodes }, chunk)]
    return [...refusal, ...objects(chunk, 'threads').flatMap(thread => threadMessages(change, thread))]
  })
}

function threadMessages(change: Change, thread: JsonObject): InboundEvent[] {
  const context = asObject(field(thread, 'context')) ?? {}
  const customer = merged(readParty(context, 'wa_id', 'user_id', 'parent_user_id'), readParty(thread, 'id', 'user_id', 'parent_user_id'))
  const username = text(context, 'username')
  return objects(thread, 'messages').map((message) => {
    const from = sender(message)
    const to = receiver(message)
    const outwards = isOurs(from, change) || (addressOf(to) !== null && !isOurs(to, change))
    const party = merged(outwards ? to : from, customer)
    const content = readContent(message)
    const identity = identityOf(party, change.contacts.find(party, false))
    return eventOf(change, {
      ...content,
      kind: 'history',
      contentKind: contentKindOf(content, message),
      direction: outwards ? 'out' : 'in',
      id: text(message, 'id'),
      from: outwards ? from.phone ?? ourAddress(change) : addressOf(party),
      to: outwards ? addressOf(party) : ourAddress(change),
      at: field(message, 'timestamp'),
      status: text(field(message, 'history_context'), 'status'),
      identity: username === undefined ? identity : { ...identity, username },
    }, message)
  })
}

/** What the first says of somebody, and what only the second does. */
function merged(first: Party, second: Party): Party {
  return { phone: first.phone ?? second.phone, userId: first.userId ?? second.userId, parentUserId: first.parentUserId ?? second.parentUserId }
}

/** Whether this is our own number, which `metadata` may spell for people to read. */
function isOurs({ phone }: Party, { displayNumber }: Change): boolean {
  const digits = (number: string): string => number.replace(/\D/g, '')
  return phone !== undefined && displayNumber !== undefined && (phone === displayNumber || (digits(phone) !== '' && digits(phone) === digits(displayNumber)))
}
