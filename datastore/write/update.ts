import type { Fields } from '../bson/decode.ts'
import type { StoredDocument } from '../bson/stored-document.ts'
import type { Query } from '../planner/plan.ts'
import type { FilterNode } from '../query/filter.ts'
import type { Collection } from '../storage/collection.ts'
import type { Store } from '../store.ts'
import type { Update } from '../update/apply.ts'
import { ObjectId } from 'bson'
import { setField } from '../bson/decode.ts'
import { encodeDocument } from '../bson/encode.ts'
import { fail } from '../errors.ts'
import { prepareQuery } from '../planner/execute.ts'
import { collationKey } from '../query/collation.ts'
import { parseFilter } from '../query/filter.ts'
import { isDocument, splitPath } from '../query/paths.ts'
import { applyUpdate, parseUpdate, upsertedFields } from '../update/apply.ts'
import { placeExists, writePlace } from '../update/places.ts'
import { collect } from './delete.ts'
import { checkId, insertable, insertDocument } from './insert.ts'

/** One update: what to find and what to make of it. */
export interface UpdateStatement extends Query {
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

/** Updates what a statement finds, or inserts, inside a write transaction. Each document is changed whole or not at all. */
export function updateDocuments(store: Store, target: { database: string, name: string }, statement: UpdateStatement): UpdateResult {
  const stringKey = collationKey(statement.collation)
  const update = parseUpdate(statement.update, {
    ...(statement.arrayFilters ? { arrayFilters: statement.arrayFilters } : {}),
    ...(statement.variables ? { variables: statement.variables } : {}),
    ...(stringKey ? { stringKey } : {}),
  })
  if (statement.multi && update.kind === 'replacement')
    fail('FailedToParse', 'multi update is not supported for replacement-style update')
  const collection = store.catalogue.lookup(target.database, target.name)
  const { update: _update, multi, upsert, arrayFilters: _filters, ...query } = statement
  const found = collection ? collect(store, collection, multi ? query : { ...query, limit: 1 }) : []
  if (found.length === 0)
    return upsert ? insertUpserted(store, collection ?? store.catalogue.obtain(target.database, target.name), query, update) : { matched: 0, modified: 0 }
  return changeAll(store, collection!, found, query, update)
}

function changeAll(store: Store, collection: Collection, found: StoredDocument[], query: Query, update: Update): UpdateResult {
  const result: UpdateResult = { matched: found.length, modified: 0 }
  const prepared = update.kind === 'operators' && update.positional ? prepareQuery(collection, query) : undefined
  for (const before of found) {
    const trail = { index: -1 }
    prepared?.matches(before, trail)
    const after = applyUpdate(before, update, { now: store.now(), matched: trail.index })
    if (after !== before) {
      store.changed(collection, collection.replace(before, after, update.kind === 'operators' ? update.touched : undefined), update)
      result.modified++
    }
    result.before = before
    result.after = after
  }
  return result
}

function insertUpserted(store: Store, collection: Collection, query: Query, update: Update): UpdateResult {
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
  insertDocument(store, collection, document)
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
