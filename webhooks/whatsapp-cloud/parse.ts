import type { InboundEvent } from '#contracts'
import type { MetaEntry } from '../meta/body.ts'
import type { JsonObject } from '../shared/json.ts'
import type { Change } from './change.ts'
import { metaEntries } from '../meta/body.ts'
import { asObject, clipped, field, objects, text } from '../shared/json.ts'
import { accountNews } from './account.ts'
import { eventOf, readChange } from './change.ts'
import { history } from './history.ts'
import { calls, customerMessages, errors, ownMessages, statuses } from './messages.ts'
import { automaticEvents, contactSync, preferences, userIdUpdates } from './people.ts'

/** The lists that a change may hold, in the order in which their events come out. */
const lists: readonly (readonly [name: string, read: (change: Change) => InboundEvent[]])[] = [
  ['messages', customerMessages],
  ['statuses', statuses],
  ['message_echoes', ownMessages],
  ['history', history],
  ['calls', calls],
  ['state_sync', contactSync],
  ['user_preferences', preferences],
  ['user_id_update', userIdUpdates],
  ['automatic_events', automaticEvents],
  ['errors', errors],
]

/** What a change holds beside its lists. */
const envelope: ReadonlySet<string> = new Set(['messaging_product', 'metadata', 'contacts', ...lists.map(([name]) => name)])

/**
 * The events of a WhatsApp Cloud API webhook body.
 * @throws NotThisProviderError when the body as a whole is none.
 */
export function parse(rawBody: Buffer): InboundEvent[] {
  const events: InboundEvent[] = []
  for (const entry of metaEntries(rawBody, 'whatsapp_business_account')) {
    for (const change of objects(entry.body, 'changes')) {
      for (const event of changeEvents(entry, change)) events.push(event)
    }
  }
  return events
}

function changeEvents(entry: MetaEntry, source: JsonObject): InboundEvent[] {
  const name = text(source, 'field') ?? ''
  const value = asObject(field(source, 'value'))
  const change = readChange(entry.id, entry.time, name, value ?? {})
  if (value === undefined) return [unread(change, source)]
  const present = lists.filter(([list]) => Array.isArray(field(value, list)))
  if (present.length > 0) return withOwnErrors(present.map(([list, read]) => ({ list, events: read(change) })))
  // A change of a listed kind whose lists are missing says nothing, unless it holds something that is new to us.
  if (lists.some(([list]) => list === name) && Object.keys(value).every(key => envelope.has(key))) return []
  return [accountNews(change)]
}

/**
 * `errors` beside a single call, or beside a single message of which nothing else can be read, are about that one and become its own. Beside
 * anything else they are news of our number.
 */
function withOwnErrors(read: readonly { list: string, events: InboundEvent[] }[]): InboundEvent[] {
  const events = read.flatMap(part => part.events)
  const [subject, ...errors] = events
  const list = read.find(part => part.events.length > 0)?.list
  const isSubject = list === 'calls' || (list === 'messages' && (subject?.kind === 'unknown' || subject?.kind === 'unsupported'))
  if (subject === undefined || !isSubject || errors.length === 0 || errors.some(event => event.kind !== 'error')) return events
  const errorCodes = [...subject.errorCodes ?? [], ...errors.flatMap(event => event.errorCodes ?? [])]
  return [{ ...subject, kind: list === 'calls' ? 'call' : 'unsupported', errorCodes }]
}

function unread(change: Change, source: JsonObject): InboundEvent {
  return eventOf(change, { kind: 'unknown', from: null, to: change.accountId ?? null, raw: clipped(source) }, source)
}
