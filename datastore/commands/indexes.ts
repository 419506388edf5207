import type { Buffer } from 'node:buffer'
import type { Fields } from '../bson/decode.ts'
import type { Condition, FilterNode } from '../query/filter.ts'
import type { Collection } from '../storage/collection.ts'
import type { IndexDefinition } from '../storage/index-definition.ts'
import type { CommandContext, CommandTable } from './command.ts'
import { sameValue } from '../bson/compare.ts'
import { encodeDocument } from '../bson/encode.ts'
import { fail } from '../errors.ts'
import { beginBuilding } from '../indexing/build.ts'
import { isDocument } from '../query/paths.ts'
import { defineIndex } from '../storage/index-definition.ts'
import { collectionName, int32, optionalCount, optionalDocument } from './command.ts'
import { firstBatch, listBatches } from './cursors.ts'

/** The index every collection has by nature. */
export const ID_INDEX: Fields = { v: 2, key: { _id: 1 }, name: '_id_' }

async function createIndexes(context: CommandContext): Promise<Fields> {
  const { store, database, body } = context
  const name = collectionName(context, 'createIndexes')
  if (!Array.isArray(body.indexes) || body.indexes.length === 0)
    fail('BadValue', 'Must specify at least one index to create')
  const specs = (body.indexes as unknown[]).map(spec => isDocument(spec) ? spec : fail('TypeMismatch', 'The elements of the \'indexes\' array must be objects'))
  const awaited: Promise<void>[] = []
  const reply = await store.write(() => {
    const existing = store.catalogue.lookup(database, name)
    const drafts = specs.map(spec => checkDraft(defineIndex(withCollationOf(existing, spec), 0), spec))
    const existed = existing !== undefined
    const collection = store.catalogue.obtain(database, name)
    const before = collection.indexes.length + 1
    const present = [...collection.indexes, ...collection.building.map(({ index }) => index)]
    const fresh = drafts.filter((draft, i) => !isPresent([...present, ...drafts.slice(0, i)], draft))
    // What somebody else has begun to build is waited for.
    for (const { index, finished } of collection.building) {
      if (finished && drafts.some(draft => draft.name === index.name))
        awaited.push(finished)
    }
    if (fresh.length > 0)
      awaited.push(beginBuilding(store, collection, fresh.map(({ spec }) => defineIndex(spec, store.catalogue.nextNumber()))))
    const after = before + fresh.length
    return { numIndexesBefore: int32(before), numIndexesAfter: int32(after), createdCollectionAutomatically: !existed, ...(before === after ? { note: 'all indexes already exist' } : {}) }
  })
  await Promise.all(awaited)
  return reply
}

/** What MongoDB asks of a new index beyond what an index can be. @throws DatastoreError FailedToParse (9) or CannotCreateIndex (67) */
function checkDraft(draft: IndexDefinition, { name }: Fields): IndexDefinition {
  if (typeof name !== 'string' || name === '')
    fail('FailedToParse', 'The \'name\' field is a required property of an index specification')
  if (draft.partial)
    checkPartial(draft.partial.node)
  return draft
}

/** https://www.mongodb.com/docs/manual/core/index-partial/#create-a-partial-index */
const IN_PARTIAL: ReadonlySet<Condition['op']> = new Set(['eq', 'gt', 'gte', 'lt', 'lte', 'in', 'exists', 'type'])

function checkPartial(node: FilterNode): void {
  if (node.kind === 'and' || node.kind === 'or')
    return node.nodes.forEach(checkPartial)
  if (node.kind !== 'field' || node.test.negated || !IN_PARTIAL.has(node.test.condition.op))
    fail('CannotCreateIndex', 'Expression not supported in partial index: it may have $and, $or, $eq, $gt, $gte, $in, $lt, $lte, $type and $exists: true')
}

/** An index has its collection's collation, unless it asks for another. */
function withCollationOf(collection: Collection | undefined, spec: Fields): Fields {
  return spec.collation === undefined && collection?.options.collation ? { ...spec, collation: collection.options.collation } : spec
}

/** Whether the same index is there already. @throws DatastoreError IndexOptionsConflict (85) or IndexKeySpecsConflict (86) for one that is half the same */
function isPresent(indexes: readonly IndexDefinition[], draft: IndexDefinition): boolean {
  if (sameKey(draft.spec.key, ID_INDEX.key))
    return true
  if (draft.name === '_id_')
    fail('BadValue', 'The index name \'_id_\' is reserved for the _id index, which must have key pattern {_id: 1}')
  for (const index of indexes) {
    const equalOptions = sameOptions(index.spec, draft.spec)
    if (index.name === draft.name) {
      if (!sameKey(index.spec.key, draft.spec.key) || !sameValue(index.spec.collation ?? null, draft.spec.collation ?? null))
        fail('IndexKeySpecsConflict', `An existing index has the same name as the requested index. When index names are not specified, they are auto generated and can cause conflicts. Please refer to our documentation. Requested index: ${draft.name}`)
      return equalOptions || fail('IndexOptionsConflict', `An equivalent index already exists with the same name but different options. Requested index: ${draft.name}`)
    }
    if (sameKey(index.spec.key, draft.spec.key) && sameValue(index.spec.collation ?? null, draft.spec.collation ?? null) && sameValue(index.spec.partialFilterExpression ?? null, draft.spec.partialFilterExpression ?? null))
      fail('IndexOptionsConflict', `Index already exists with a different name: ${index.name}`)
  }
  return false
}

function sameKey(a: unknown, b: unknown): boolean {
  return sameValue(a, b)
}

const DESCRIBING = ['unique', 'sparse', 'expireAfterSeconds', 'partialFilterExpression', 'collation', 'hidden']

function sameOptions(a: Fields, b: Fields): boolean {
  return DESCRIBING.every(option => sameValue(a[option] === false ? null : a[option] ?? null, b[option] === false ? null : b[option] ?? null))
}

/** The index by `_id`, under the name it was given with a clustered collection. */
function idIndexOf({ options }: Collection): Fields {
  return isDocument(options.clusteredIndex) ? { ...options.clusteredIndex, clustered: true } : ID_INDEX
}

async function listIndexes(context: CommandContext): Promise<Buffer> {
  const { store, database, body } = context
  const name = collectionName(context, 'listIndexes')
  const collection = store.catalogue.lookup(database, name) ?? fail('NamespaceNotFound', `ns does not exist: ${database}.${name}`)
  const cursor = optionalDocument(body, 'cursor')
  const batchSize = cursor ? optionalCount(cursor, 'batchSize') : undefined
  const specs = [idIndexOf(collection), ...collection.indexes.map(index => index.spec)].map(encodeDocument)
  return firstBatch(context, `${database}.${name}`, listBatches(specs), batchSize === undefined ? {} : { batchSize })
}

async function dropIndexes(context: CommandContext): Promise<Fields> {
  const { store, database, body } = context
  const name = collectionName(context, 'dropIndexes' in body ? 'dropIndexes' : 'deleteIndexes')
  return store.write(() => {
    const collection = store.catalogue.lookup(database, name) ?? fail('NamespaceNotFound', `ns not found ${database}.${name}`)
    const before = collection.indexes.length + 1
    const doomed = chosenIndexes(collection, body.index)
    // One that is being built is given up by its builder.
    collection.building = collection.building.filter(({ index }) => !doomed.includes(index))
    for (const index of collection.indexes.filter(index => doomed.includes(index)))
      store.catalogue.leftovers.leave('indexes', index.number)
    collection.indexes = collection.indexes.filter(index => !doomed.includes(index))
    collection.described = true
    return { nIndexesWas: int32(before) }
  })
}

function chosenIndexes(collection: Collection, chosen: unknown): IndexDefinition[] {
  const all = [...collection.indexes, ...collection.building.map(({ index }) => index)]
  if (chosen === '*')
    return all
  if (Array.isArray(chosen))
    return (chosen as unknown[]).flatMap(name => chosenIndexes(collection, name))
  if (chosen === '_id_' || (isDocument(chosen) && sameKey(chosen, ID_INDEX.key)))
    fail('InvalidOptions', 'cannot drop _id index')
  const found = all.filter(index => isDocument(chosen) ? sameKey(index.spec.key, chosen) : index.name === chosen)
  if (found.length === 0)
    fail('IndexNotFound', isDocument(chosen) ? `can't find index with key: ${JSON.stringify(chosen)}` : `index not found with name [${String(chosen)}]`)
  return found
}

/** What a server without Atlas answers to the commands of its search. https://www.mongodb.com/docs/manual/reference/command/nav-atlas-search/ */
function searchIndexes(): never {
  return fail('SearchNotEnabled', 'Search indexes need MongoDB Atlas or its local deployment; this store has none')
}

export const indexCommands: CommandTable = {
  createIndexes,
  listIndexes,
  dropIndexes,
  deleteIndexes: dropIndexes,
  createSearchIndexes: searchIndexes,
  dropSearchIndex: searchIndexes,
  updateSearchIndex: searchIndexes,
}
