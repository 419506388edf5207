import type { Contact, History } from '#scoring'
import type { Conversation, Customer, Models, StoredSignal } from '../models/index.ts'
import { trusted } from 'mongoose'
import { signalTable } from '#scoring'
import { readContacts } from './contacts/read.ts'

/** A person to learn from: what they did, oldest first, where they are a customer. Signals keep what the engine folds and where it was. */
export interface StudiedPerson {
  customerId: string
  storeIds: string[]
  country: string | null
  signals: (History['signals'][number] & { storeId: string | null })[]
}

export interface StudiedHouse {
  /** In an order that says nothing of them, so that any number from the beginning is an even sample. */
  people: StudiedPerson[]
  signals: number
  /** Share of the customers that were read, drawn evenly by their ids. */
  share: number
  /** Contacts that chance had its part in, and what came of them; the newest first. */
  contacts: Contact[]
}

export interface ReadingBounds {
  /** @default 20_000 */
  people?: number
  /** @default 600_000 */
  signals?: number
  /** Newest signals of one person. @default 500 */
  signalsEach?: number
}

const pageSize = 50
/** The longest rest between two pages, milliseconds. */
const longestRest = 100

/** A number in 0…1 of the person's own (FNV-1a of the id), the same every night, so that the sample does not change from night to night. */
function drawOf(id: string): number {
  let hash = 0x811C9DC5
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193)
  hash ^= hash >>> 15
  hash = Math.imul(hash, 0x2C1B3C6D)
  return ((hash ^ (hash >>> 12)) >>> 0) / 4294967296
}

/**
 * Reads the people of a house with their ledgers until `untilMs`, page by page, resting as long as it worked, so that whoever asks the store for something else
 * is served in between. In a large house an even share of the people is read. Holds no more than the bounds say.
 */
export async function readHouse(models: Pick<Models, 'customers' | 'conversations' | 'signals' | 'contactMoments'>, untilMs: number, bounds: ReadingBounds = {}): Promise<StudiedHouse> {
  const { people: mostPeople = 20_000, signals: mostSignals = 600_000, signalsEach = 500 } = bounds
  const types = new Map(Object.keys(signalTable).map(type => [type, type]))
  const sources = new Map<string, string>()
  const all = await models.customers.estimatedDocumentCount()
  let share = Math.min(1, mostPeople / Math.max(1, all))
  let read: (StudiedPerson & { draw: number })[] = []
  let signals = 0
  let after = ''
  for (;;) {
    const begun = performance.now()
    const page = await models.customers.find({ _id: trusted({ $gt: after }) }, { mergedInto: 1, country: 1 }).sort({ _id: 1 }).limit(pageSize * 4).lean<Pick<Customer, '_id' | 'mergedInto' | 'country'>[]>()
    const wanted = page.filter(one => !one.mergedInto && drawOf(one._id) <= share)
    for (let i = 0; i < wanted.length; i += pageSize) {
      for (const person of await readPeople(models, wanted.slice(i, i + pageSize), untilMs, signalsEach, types, sources)) {
        read.push({ ...person, draw: drawOf(person.customerId) })
        signals += person.signals.length
      }
    }
    // More signals, or more people than were counted: go on with half as many people, those of the lower draws.
    while (signals > mostSignals || read.length > mostPeople) {
      share = Math.min(share, Math.max(...read.map(person => person.draw))) / 2
      read = read.filter(person => person.draw <= share)
      signals = read.reduce((sum, person) => sum + person.signals.length, 0)
    }
    after = page.at(-1)?._id ?? ''
    if (page.length < pageSize * 4) return { people: read.sort((a, b) => a.draw - b.draw), signals, share, contacts: await readContacts(models) }
    await new Promise(resolve => setTimeout(resolve, Math.min(longestRest, performance.now() - begun)))
  }
}

async function readPeople(models: Pick<Models, 'conversations' | 'signals'>, customers: readonly Pick<Customer, '_id' | 'country'>[], untilMs: number, signalsEach: number, types: ReadonlyMap<string, string>, sources: Map<string, string>): Promise<StudiedPerson[]> {
  const rows = await models.conversations.find({ customerId: trusted({ $in: customers.map(customer => customer._id) }) }, { customerId: 1, storeIds: 1 }).lean<Pick<Conversation, 'customerId' | 'storeIds'>[]>()
  const storesOf = new Map(rows.map(row => [row.customerId, row.storeIds]))
  const people: StudiedPerson[] = []
  for (const { _id, country } of customers) {
    const newest = await models.signals.find({ customerId: _id, at: trusted({ $lte: new Date(untilMs) }) }, { type: 1, at: 1, meta: 1 }).sort({ customerId: -1, at: -1, _id: -1 }).limit(signalsEach).lean<StoredSignal[]>()
    const signals: StudiedPerson['signals'] = []
    for (const { type, at, meta } of newest.reverse()) {
      const known = types.get(type)
      if (known) signals.push({ type: known, at: at.getTime(), storeId: shared(sources, meta?.storeId), ...metaOf(known, meta, sources) })
    }
    if (signals.length > 0) people.push({ customerId: _id, storeIds: storesOf.get(_id) ?? [], country: country ?? null, signals })
  }
  return people
}

const mostShared = 10_000

/** One copy of a text that many signals repeat. */
function shared(known: Map<string, string>, text: string | undefined): string | null {
  if (text === undefined) return null
  const kept = known.get(text)
  if (kept !== undefined) return kept
  if (known.size < mostShared) known.set(text, text)
  return text
}

/** A reason in a report is no longer than this. */
const longestReason = 80

/** What of a signal's details a forecast or a report looks at. */
function metaOf(type: string, meta: StoredSignal['meta'], sources: Map<string, string>): { meta?: NonNullable<StoredSignal['meta']> } {
  const source = shared(sources, meta?.source)
  const outcome = type === 'lost' ? shared(sources, meta?.outcome?.slice(0, longestReason)) : null
  const kept = { ...(outcome === null ? {} : { outcome }), ...(meta?.amount === undefined ? {} : { amount: meta.amount }), ...(meta?.polite ? { polite: true } : {}), ...(source === null ? {} : { source }) }
  return Object.keys(kept).length > 0 ? { meta: kept } : {}
}
