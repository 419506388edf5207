import type { Buffer } from 'node:buffer'
import type { Fields } from '../bson/decode.ts'
import type { AccessPlan } from '../planner/choose.ts'
import type { Query } from '../planner/plan.ts'
import type { Projection } from '../query/projection.ts'
import type { CommandContext, CommandTable } from './command.ts'
import { Double } from 'bson'
import { runPipeline } from '../aggregate/pipeline.ts'
import { decodeDocument } from '../bson/decode.ts'
import { encodeDocument } from '../bson/encode.ts'
import { MAX_RESULT_BYTES } from '../bson/layout.ts'
import { isNumber, toNumber } from '../bson/numbers.ts'
import { StoredDocument } from '../bson/stored-document.ts'
import { fail } from '../errors.ts'
import { choosePlan } from '../planner/choose.ts'
import { forEachDocument, lastCount } from '../planner/drain.ts'
import { checkQuery, countDocuments, noCounts, prepareQuery, runQuery } from '../planner/execute.ts'
import { collationKey } from '../query/collation.ts'
import { letVariables } from '../query/expressions.ts'
import { splitPath, valuesAt } from '../query/paths.ts'
import { compileProjection } from '../query/projection.ts'
import { KeyWriter } from '../storage/keys.ts'
import { collectionName, flag, int32, optionalCount, optionalDocument } from './command.ts'
import { firstBatch, listBatches, streamBatches } from './cursors.ts'
import { boundsFilter } from './key-bounds.ts'
import { scanning, tellIfSlow } from './scan.ts'

/** The query a find-like command asks for. */
export function readQuery(fields: Fields, filterName: string): Query {
  const sort = optionalDocument(fields, 'sort')
  const skip = optionalCount(fields, 'skip')
  const limit = filterName === 'query' ? countLimit(fields) : optionalCount(fields, 'limit')
  const collation = optionalDocument(fields, 'collation')
  const variables = letVariables(fields.let)
  return {
    filter: optionalDocument(fields, filterName) ?? {},
    ...(sort ? { sort } : {}),
    ...(skip ? { skip } : {}),
    ...(limit ? { limit } : {}),
    ...(collation ? { collation } : {}),
    ...(variables ? { variables } : {}),
    ...(fields.hint === undefined ? {} : { hint: fields.hint }),
  }
}

/** `count` alone takes a negative limit, as so many documents. */
function countLimit(fields: Fields): number {
  const limit = fields.limit
  if (limit === undefined || limit === null)
    return 0
  return isNumber(limit) ? Math.abs(Math.trunc(toNumber(limit))) : fail('TypeMismatch', 'BSON field \'limit\' is the wrong type')
}

async function find(context: CommandContext): Promise<Buffer> {
  const { body, store, database } = context
  const name = collectionName(context, 'find')
  const namespace = `${database}.${name}`
  if (flag(body, 'tailable') || flag(body, 'awaitData'))
    fail('BadValue', `error processing query: ns=${namespace}: tailable cursor requested on non capped collection`)
  const query = readQuery(body, 'filter')
  const batchSize = optionalCount(body, 'batchSize')
  const options = { single: flag(body, 'singleBatch'), ...(batchSize === undefined ? {} : { batchSize }) }
  const projection = compileProjection(optionalDocument(body, 'projection'), query)
  if (store.catalogue.views.lookup(database, name))
    return firstBatch(context, namespace, listBatches((await viewDocuments(context, name, query)).map(projection)), options)
  const collection = store.catalogue.lookup(database, name)
  if (!collection) {
    checkQuery(query)
    const empty = listBatches([])
    return firstBatch(context, namespace, empty, { batchSize: 1 })
  }
  const bounds = boundsFilter(body, collection)
  const prepared = prepareQuery(collection, bounds ? { ...query, filter: { $and: [query.filter, bounds] } } : query)
  const counts = noCounts()
  const plan = choosePlan(store.environment, prepared)
  const stream = runQuery(store.environment, prepared, counts, plan)
  const source = streamBatches(stream, shownAs(body, plan, projection), { limit: context.limit, ended: millis => tellIfSlow(context, namespace, query, counts, millis) })
  return firstBatch(context, namespace, source, options)
}

/** What `returnKey` and `showRecordId` make of a document. Documents are kept by their `_id`, as in a clustered collection. */
function shownAs(body: Fields, plan: AccessPlan, project: Projection): Projection {
  if (flag(body, 'returnKey')) {
    const paths = plan.kind === 'index' ? plan.candidate.index.fields : plan.kind === 'id' ? [{ path: '_id', parts: ['_id'] }] : []
    return document => encodeDocument(Object.fromEntries(paths.map(({ path, parts }) => [path, valuesAt(document, parts)[0] ?? null])))
  }
  return flag(body, 'showRecordId') ? document => encodeDocument({ ...decodeDocument(project(document)), $recordId: document.get('_id') }) : project
}

async function count(context: CommandContext): Promise<Fields> {
  const { body, store, database } = context
  const name = collectionName(context, 'count')
  const query = readQuery(body, 'query')
  if (store.catalogue.views.lookup(database, name))
    return { n: int32((await viewDocuments(context, name, query)).length) }
  const collection = store.catalogue.lookup(database, name)
  if (!collection) {
    checkQuery(query)
    return { n: int32(0) }
  }
  if (Object.keys(query.filter).length === 0) {
    const rest = Math.max(0, collection.count - (query.skip ?? 0))
    return { n: int32(query.limit ? Math.min(rest, query.limit) : rest) }
  }
  const prepared = prepareQuery(collection, query)
  return { n: int32(await scanning(context, collection.namespace, query, ({ view, clock, counts }) => lastCount(countDocuments(view, prepared, counts), clock))) }
}

async function distinct(context: CommandContext): Promise<Buffer> {
  const { body, store, database } = context
  const path = typeof body.key === 'string' ? splitPath(body.key) : fail('TypeMismatch', 'BSON field \'distinct.key\' is the wrong type')
  const name = collectionName(context, 'distinct')
  const query = readQuery(body, 'query')
  const writer = new KeyWriter()
  const values = new Map<string, unknown>()
  const stringKey = collationKey(query.collation)
  const visit = (document: StoredDocument): void => {
    for (const found of valuesAt(document, path)) {
      for (const value of Array.isArray(found) ? found as unknown[] : [found]) {
        const key = writer.value(value, false, stringKey).take().toString('latin1')
        if (!values.has(key))
          values.set(key, value)
      }
    }
  }
  if (store.catalogue.views.lookup(database, name)) {
    (await viewDocuments(context, name, query)).forEach(visit)
    return distinctReply(values)
  }
  const collection = store.catalogue.lookup(database, name)
  if (collection) {
    const prepared = prepareQuery(collection, query)
    await scanning(context, collection.namespace, query, ({ view, clock, counts }) => forEachDocument(runQuery(view, prepared, counts), visit, clock))
  }
  else {
    checkQuery(query)
  }
  return distinctReply(values)
}

/** The whole reply, which no cursor reads on. @throws DatastoreError Location17217 for more than one answer may hold */
function distinctReply(values: ReadonlyMap<string, unknown>): Buffer {
  const reply = encodeDocument({ values: [...values.values()], ok: new Double(1) })
  return reply.length <= MAX_RESULT_BYTES ? reply : fail('Location17217', 'distinct too big, 16mb cap')
}

/** What a query finds in a view. */
async function viewDocuments(context: CommandContext, name: string, query: Query): Promise<StoredDocument[]> {
  const { store, database } = context
  const stages: Fields[] = [
    { $match: query.filter },
    ...(query.sort && Object.keys(query.sort).length > 0 ? [{ $sort: query.sort }] : []),
    ...(query.skip ? [{ $skip: query.skip }] : []),
    ...(query.limit ? [{ $limit: query.limit }] : []),
  ]
  const options = { ...(query.collation ? { collation: query.collation } : {}), ...(query.variables ? { variables: query.variables } : {}) }
  const documents = await scanning(context, `${database}.${name}`, query, scan => runPipeline(store, { database, name }, stages, options, scan))
  return documents.map(fields => new StoredDocument(encodeDocument(fields)))
}

export const findCommands: CommandTable = { find, count, distinct }
