import type { Fields } from '../bson/decode.ts'
import type { StoredDocument } from '../bson/stored-document.ts'
import type { PreparedQuery, Query } from '../planner/plan.ts'
import type { FilterNode } from '../query/filter.ts'
import type { Collection } from '../storage/collection.ts'
import type { Store } from '../store.ts'
import type { Update } from '../update/apply.ts'
import type { LongWork } from './change-found.ts'
import type { Effort } from './collect.ts'
import type { WriteOptions } from './validation.ts'
import { ObjectId } from 'bson'
import { setField } from '../bson/decode.ts'
import { encodeDocument } from '../bson/encode.ts'
import { fail } from '../errors.ts'
import { checkQuery, prepareQuery } from '../planner/execute.ts'
import { collationKey } from '../query/collation.ts'
import { parseFilter } from '../query/filter.ts'
import { isDocument, splitPath } from '../query/paths.ts'
import { applyUpdate, parseUpdate, upsertedFields } from '../update/apply.ts'
import { placeExists, writePlace } from '../update/places.ts'
import { changeFound } from './change-found.ts'
import { collect } from './collect.ts'
import { checkId, insertable, insertDocument } from './insert.ts'
import { checkValid } from './validation.ts'

/** How often an upsert looks again when others have written meanwhile. */
const ATTEMPTS = 4

/** One update: what to find and what to make of it. */
export interface UpdateStatement extends Query, WriteOptions {
  update: unknown
  multi: boolean
  upsert: boolean
  arrayFilters?: unknown[]
}

/** What an update did. `before` and `after` are those of the last document it touched. */
export interface UpdateResult {
  matched: number
  modified: number
  upserted?: { id: unknown }
  before?: StoredDocument
  after?: StoredDocument
}

/** Updates what a statement finds, or inserts, inside a write transaction. Each document is changed whole or not at all. @throws TooMuch as `collect` does */
export function updateDocuments(store: Store, target: { database: string, name: string }, statement: UpdateStatement, effort?: Effort): UpdateResult {
  const collection = store.catalogue.lookup(target.database, target.name)
  const { query, update, options } = read(statement, collection)
  if (!collection)
    checkQuery(query)
  const found = collection ? collect(store, collection, statement.multi ? query : { ...query, limit: 1 }, effort) : []
  if (found.length === 0)
    return statement.upsert ? insertUpserted(store, collection ?? store.catalogue.obtain(target.database, target.name), query, update, options) : { matched: 0, modified: 0 }
  const result: UpdateResult = { matched: 0, modified: 0 }
  const positions = positionsOf(collection!, query, update)
  for (const before of found)
    change(store, collection!, before, update, positions, result, options)
  return result
}

/**
 * Updates what a statement finds, or inserts, in several transactions; see `changeFound`. Another write may come between looking for documents in vain and the
 * insertion: it is then looked again, a few times.
 */
export async function updateInSteps(store: Store, target: { database: string, name: string }, statement: UpdateStatement, work: LongWork): Promise<UpdateResult> {
  for (let attempt = 1; ; attempt++) {
    const collection = store.catalogue.lookup(target.database, target.name)
    if (!collection)
      return store.write(() => updateDocuments(store, target, statement), work.durability)
    const { query, update, options } = read(statement, collection)
    const result: UpdateResult = { matched: 0, modified: 0 }
    const { changed, isAsRead } = await changeFound(store, collection, query, statement.multi ? Infinity : 1, work, (present, before) => change(store, present, before, update, positionsOf(present, query, update), result, options))
    if (changed > 0 || !statement.upsert)
      return result
    const inserted = await store.write(() => attempt >= ATTEMPTS || isAsRead() ? insertUpserted(store, store.catalogue.obtain(target.database, target.name), query, update, options) : undefined, work.durability)
    if (inserted)
      return inserted
  }
}

function read(statement: UpdateStatement, collection: Collection | undefined): { query: Query, update: Update, options: WriteOptions } {
  const { update: given, multi, sort, arrayFilters, bypassValidation = false, collation, variables } = statement
  if (sort && multi)
    fail('FailedToParse', 'Cannot specify sort with multi=true')
  const stringKey = collationKey(collation ?? collection?.options.collation as Fields | undefined)
  const update = parseUpdate(given, {
    ...(arrayFilters ? { arrayFilters } : {}),
    ...(variables ? { variables } : {}),
    ...(stringKey ? { stringKey } : {}),
  })
  if (multi && update.kind === 'replacement')
    fail('FailedToParse', 'multi update is not supported for replacement-style update')
  return { query: statement, update, options: { bypassValidation } }
}

/** What tells which array element a document was found by, where the update asks for it. */
function positionsOf(collection: Collection, query: Query, update: Update): PreparedQuery | undefined {
  return update.kind === 'operators' && update.positional ? prepareQuery(collection, query) : undefined
}

function change(store: Store, collection: Collection, before: StoredDocument, update: Update, positions: PreparedQuery | undefined, result: UpdateResult, options: WriteOptions): void {
  const trail = { index: -1 }
  positions?.matches(before, trail)
  const after = applyUpdate(before, update, { now: store.now(), matched: trail.index })
  if (after !== before) {
    checkValid(collection, after, options, before)
    store.changed(collection, collection.replace(before, after, update.kind === 'operators' ? update.touched : undefined), update)
    result.modified++
  }
  result.matched++
  result.before = before
  result.after = after
}

function insertUpserted(store: Store, collection: Collection, query: Query, update: Update, options: WriteOptions): UpdateResult {
  const seed: Fields = {}
  plantEqualities(seed, parseFilter(query.filter), update.kind === 'replacement')
  const fields = upsertedFields(seed, update, { now: store.now(), matched: -1 })
  const { _id: given, ...rest } = fields
  const id = given === undefined ? new ObjectId() : given
  checkId(id)
  const whole: Fields = { _id: id }
  for (const [name, value] of Object.entries(rest))
    setField(whole, name, value)
  const document = insertable(encodeDocument(whole))
  insertDocument(store, collection, document, options)
  return { matched: 0, modified: 0, upserted: { id }, after: document }
}

/** Puts what a filter says a document equals into a new document; a replacement takes only `_id` from it. */
function plantEqualities(seed: Fields, node: FilterNode, idOnly: boolean): void {
  if (node.kind === 'and' || (node.kind === 'or' && node.nodes.length === 1)) {
    for (const child of node.nodes)
      plantEqualities(seed, child, idOnly)
    return
  }
  if (node.kind !== 'field' || node.test.negated || (idOnly && node.path !== '_id'))
    return
  const { condition } = node.test
  if (condition.op === 'eq')
    plant(seed, node.path, condition.value)
  else if (condition.op === 'all' && condition.conditions.length === 1 && condition.conditions[0]!.op === 'eq')
    plant(seed, node.path, condition.conditions[0]!.value)
  else if (condition.op === 'in' && condition.values.length === 1 && condition.regexes.length === 0)
    plant(seed, node.path, condition.values[0])
}

function plant(seed: Fields, path: string, value: unknown): void {
  const parts = splitPath(path)
  if (placeExists(seed, parts) && !isDocument(value))
    fail('NotSingleValueField', `cannot infer query fields to set, path '${path}' is matched twice`)
  writePlace(seed, parts, value)
}
