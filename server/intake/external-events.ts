import type { ExternalEvent, SignalMeta } from '#contracts'
import type { Handle } from '../identity/index.ts'
import type { Address, Conversation, Customer, Piece, Store } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import type { PersonChange, SignalInput, Step } from '../readiness/index.ts'
import { describeSignal } from '#scoring'
import { searchKeysOf } from '../conversations/index.ts'
import { betterName, idOf, newCustomer, signalIdOf, whose } from '../identity/index.ts'
import { durable } from '../platform/database.ts'
import { insertMissing } from '../platform/writes.ts'
import { announce, currentCustomer, houseModel, storedSignal, writePeople } from '../readiness/index.ts'
import { cleanValue } from './clean.ts'
import { claimed } from './desk.ts'
import { externalHandles } from './external-handles.ts'

/** What became of one event of another system. */
export interface EventResult {
  id: string
  status: 'stored' | 'duplicate' | 'refused'
  customerId?: string
  /** `in_future`, `too_old`, `no_such_customer`, `bad_address`. */
  error?: string
}

/** How far another system's clock may be ahead. */
const aheadMs = 5 * 60_000
const tries = 5

interface Item { event: ExternalEvent, at: Date, handles: Handle[], result: EventResult }

interface Person { change: PersonChange & { customerSteps: Step<Customer>[], conversationSteps: Step<Conversation>[] }, items: Item[] }

async function prepare(ctx: Context, events: readonly ExternalEvent[]): Promise<{ items: Item[], stores: Map<string, Store> }> {
  const stores = new Map((await ctx.models.stores.find().lean<Store[]>()).map(store => [store._id, store]))
  const [house] = stores.values()
  const items = events.map((event): Item => {
    const at = new Date(event.at)
    const region = (stores.get(event.store ?? '') ?? house)?.country ?? null
    const handles = externalHandles(event.customer, region)
    const ahead = at.getTime() - ctx.now()
    const error = ahead > aheadMs ? 'in_future' : at.getTime() < 0 ? 'too_old' : handles.length === 0 && !event.customer.id ? 'bad_address' : undefined
    return { event, at, handles, result: { id: event.id, status: error ? 'refused' : 'stored', ...(error ? { error } : {}) } }
  })
  return { items, stores }
}

/** Finds or makes the customer of each event, in order. Null when somebody else claimed an address in between: try again. */
async function findPeople(ctx: Context, items: readonly Item[], stores: Map<string, Store>): Promise<Map<string, Person> | null> {
  const { models } = ctx
  const keys = [...new Set(items.flatMap(item => item.handles.map(handle => handle.key)))]
  const known = await models.addresses.find({ _id: { $in: keys } }, { customerId: 1 }).lean<Pick<Address, '_id' | 'customerId'>[]>()
  const holders = new Map(known.map(address => [address._id, address.customerId]))
  const addresses: Address[] = []
  const ids = new Map<Item, string>()
  for (const item of items) {
    const found = whose(item.handles, holders)
    const [surest] = item.handles
    const customerId = item.event.customer.id ?? found.customerId ?? (surest ? idOf('customer', surest.key, `external|${item.event.id}`) : null)
    if (customerId === null) continue
    ids.set(item, customerId)
    for (const handle of found.claims) {
      holders.set(handle.key, customerId)
      addresses.push(claimed(handle, customerId, item.at, 'pos'))
    }
  }
  const people = new Map<string, Person>()
  const knownPeople = await readPeople(ctx, [...new Set(ids.values())])
  for (const [item, id] of ids) {
    const person = people.get(id) ?? personOf(ctx, id, item, stores, knownPeople)
    if (!person) {
      item.result = { id: item.event.id, status: 'refused', error: 'no_such_customer' }
      continue
    }
    people.set(id, person)
    person.items.push(item)
  }
  const own = addresses.filter(address => people.has(address.customerId)).map(address => ({ ...address, customerId: people.get(address.customerId)!.change.customer._id }))
  if (own.length === 0) return people
  const taken = await insertMissing(models.addresses, own, durable)
  return taken.size > 0 ? null : people
}

type Known = Map<string, { customer: Customer, conversation: Conversation | null }>

/** The customers of these ids as they are now, with their conversations. */
async function readPeople(ctx: Context, ids: string[]): Promise<Known> {
  const read = await ctx.models.customers.find({ _id: { $in: ids } }).lean<Customer[]>()
  const current = new Map<string, Customer>()
  for (const customer of read) {
    const now = customer.mergedInto ? await currentCustomer(ctx, customer._id) : customer
    if (now) current.set(customer._id, now)
  }
  const rows = await ctx.models.conversations.find({ customerId: { $in: [...new Set(Array.from(current.values(), customer => customer._id))] } }).lean<Conversation[]>()
  const byCustomer = new Map(rows.map(row => [row.customerId, row]))
  return new Map(Array.from(current, ([id, customer]) => [id, { customer, conversation: byCustomer.get(customer._id) ?? null }]))
}

function personOf(ctx: Context, id: string, item: Item, stores: Map<string, Store>, people: Known): Person | null {
  const known = people.get(id)
  if (!known && item.event.customer.id) return null
  const source = item.event.meta?.source ?? (item.event.store ? 'store' : 'import')
  const customer = known?.customer ?? newCustomer({ id, handles: item.handles, name: item.event.customer.name, nameSource: 'pos', firstTouch: { source: source.slice(0, 100), detail: null, at: item.at }, at: new Date(ctx.now()), store: stores.get(item.event.store ?? '') ?? null })
  return { change: { customer, customerIsNew: known === undefined, conversation: known?.conversation ?? null, customerSteps: [], conversationSteps: [] }, items: [] }
}

async function piecesOf(ctx: Context, items: readonly Item[]): Promise<Map<string, Pick<Piece, '_id' | 'name'>>> {
  const named = [...new Set(items.flatMap(item => item.event.meta?.pieceId ?? []))]
  if (named.length === 0) return new Map()
  const found = await ctx.models.pieces.find({ $or: [{ _id: { $in: named } }, { sku: { $in: named } }] }, { sku: 1, name: 1 }).lean<Pick<Piece, '_id' | 'sku' | 'name'>[]>()
  return new Map(found.flatMap(piece => [[piece.sku, piece], [piece._id, piece]]))
}

/** The event as a signal. Looks at a piece are counted from those that are known. */
function signalOf({ event, at }: Item, pieces: Map<string, Pick<Piece, '_id' | 'name'>>, seen: Map<string, number>): SignalInput {
  const given = cleanValue(event.meta ?? {}) as SignalMeta
  const piece = given.pieceId === undefined ? undefined : pieces.get(given.pieceId)
  const pieceId = piece?._id ?? given.pieceId?.slice(0, 64)
  const meta: SignalMeta = { ...given, ...(event.store ? { storeId: event.store } : {}), ...(pieceId ? { pieceId } : {}), ...(piece ? { pieceName: piece.name } : {}) }
  if (pieceId && describeSignal(event.type)?.wants) {
    const times = (seen.get(pieceId) ?? 0) + 1
    seen.set(pieceId, times)
    if (event.type === 'piece_viewed') meta.times ??= times
  }
  return { id: signalIdOf('external', event.id), type: event.type, at, meta }
}

function profileSteps(person: Person): void {
  const { change, items } = person
  const keys = [...new Set(items.flatMap(item => searchKeysOf({ name: '', tags: [], addresses: item.handles })))]
  for (const { event, at } of items) {
    const { name } = event.customer
    if (name) change.customerSteps.push(customer => ({ ...customer, ...betterName(customer, name, 'pos') }))
    if (event.type === 'opt_out') change.customerSteps.push(customer => ({ ...customer, optedOutAt: customer.optedOutAt ?? at }))
    if (event.type === 'opt_in') change.customerSteps.push(customer => ({ ...customer, optedOutAt: null }))
  }
  change.conversationSteps.push(row => keys.every(key => row.searchKeys.includes(key)) ? row : { ...row, searchKeys: [...new Set([...row.searchKeys, ...keys])] })
}

/**
 * Takes events of a till, an ERP or a site: finds or makes their customers, appends to their ledgers, folds. Idempotent by each event's id, also after an end
 * at any point, because what is in the ledger already is folded anew.
 * @returns one result for each event, in their order
 */
export async function takeExternalEvents(ctx: Context, events: readonly ExternalEvent[]): Promise<EventResult[]> {
  const { items, stores } = await prepare(ctx, events)
  const good = items.filter(item => item.result.status !== 'refused')
  let people: Map<string, Person> | null = null
  for (let attempt = 0; people === null && attempt < tries; attempt++) people = await findPeople(ctx, good, stores)
  if (people === null) throw new Error('Others kept claiming the same addresses')
  const [pieces, revision, model] = await Promise.all([piecesOf(ctx, good), ctx.revisions.reserve(1), houseModel(ctx)])
  const signals: { item: Item, person: Person, signal: ReturnType<typeof storedSignal> }[] = []
  for (const person of people.values()) {
    const { customer } = person.change
    const seen = new Map(customer.pieces.map(piece => [piece.pieceId, piece.seen]))
    for (const item of person.items) {
      item.result.customerId = customer._id
      signals.push({ item, person, signal: storedSignal(customer._id, signalOf(item, pieces, seen), revision) })
    }
  }
  const taken = await insertMissing(ctx.models.signals, signals.map(one => one.signal), durable)
  signals.forEach(({ item, person, signal }, index) => {
    if (taken.has(index)) {
      item.result.status = 'duplicate'
      person.change.refold = true
    }
    else { (person.change.signals ??= []).push(signal) }
  })
  for (const person of people.values()) profileSteps(person)
  const written = await writePeople(ctx, model, Array.from(people.values(), person => person.change), revision)
  signals.forEach(({ signal }, index) => { if (!taken.has(index)) ctx.bus.emit('signal.added', { signal }) })
  for (const { customer, conversation } of written) announce(ctx, customer, conversation)
  return items.map(item => item.result)
}
