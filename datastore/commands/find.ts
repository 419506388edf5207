import type { Fields } from '../bson/decode.ts'
import type { Query } from '../planner/plan.ts'
import type { CommandContext, CommandTable } from './command.ts'
import { isNumber, toNumber } from '../bson/numbers.ts'
import { fail } from '../errors.ts'
import { forEachDocument, lastCount } from '../planner/drain.ts'
import { countDocuments, noCounts, prepareQuery, runQuery } from '../planner/execute.ts'
import { letVariables } from '../query/expressions.ts'
import { splitPath, valuesAt } from '../query/paths.ts'
import { compileProjection } from '../query/projection.ts'
import { KeyWriter } from '../storage/keys.ts'
import { collectionName, flag, int32, optionalCount, optionalDocument } from './command.ts'
import { firstBatch, listBatches, streamBatches } from './cursors.ts'
import { scanning, tellIfSlow } from './scan.ts'

/** The query a find-like command asks for. */
export function readQuery(fields: Fields, filterName: string): Query {
  const sort = optionalDocument(fields, 'sort')
  const skip = optionalCount(fields, 'skip')
  const limit = readLimit(fields)
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

/** A negative limit asks for so many documents in a single batch. */
function readLimit(fields: Fields): number {
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
  const single = flag(body, 'singleBatch') || (isNumber(body.limit) && toNumber(body.limit) < 0)
  const options = { single, ...(batchSize === undefined ? {} : { batchSize }) }
  const collection = store.catalogue.lookup(database, name)
  const projection = compileProjection(optionalDocument(body, 'projection'), query)
  if (!collection) {
    const empty = listBatches([])
    return firstBatch(context, namespace, empty, { batchSize: 1 })
  }
  const prepared = prepareQuery(collection, query)
  const counts = noCounts()
  const stream = runQuery(store.environment, prepared, counts)
  const source = streamBatches(stream, projection, { limit: context.limit, ended: millis => tellIfSlow(context, namespace, query, counts, millis) })
  return firstBatch(context, namespace, source, options)
}

async function count(context: CommandContext): Promise<Fields> {
  const { body, store, database } = context
  const collection = store.catalogue.lookup(database, collectionName(context, 'count'))
  const query = readQuery(body, 'query')
  if (!collection)
    return { n: int32(0) }
  if (Object.keys(query.filter).length === 0) {
    const rest = Math.max(0, collection.count - (query.skip ?? 0))
    return { n: int32(query.limit ? Math.min(rest, query.limit) : rest) }
  }
  const prepared = prepareQuery(collection, query)
  return { n: int32(await scanning(context, collection.namespace, query, ({ view, clock, counts }) => lastCount(countDocuments(view, prepared, counts), clock))) }
}

async function distinct(context: CommandContext): Promise<Fields> {
  const { body, store, database } = context
  const path = typeof body.key === 'string' ? splitPath(body.key) : fail('TypeMismatch', 'BSON field \'distinct.key\' is the wrong type')
  const collection = store.catalogue.lookup(database, collectionName(context, 'distinct'))
  const query = readQuery(body, 'query')
  if (!collection)
    return { values: [] }
  const prepared = prepareQuery(collection, query)
  const writer = new KeyWriter()
  const values = new Map<string, unknown>()
  await scanning(context, collection.namespace, query, ({ view, clock, counts }) => forEachDocument(runQuery(view, prepared, counts), (document) => {
    for (const found of valuesAt(document, path)) {
      for (const value of Array.isArray(found) ? found as unknown[] : [found]) {
        const key = writer.value(value, false, prepared.stringKey).take().toString('latin1')
        if (!values.has(key))
          values.set(key, value)
      }
    }
  }, clock))
  return { values: [...values.values()] }
}

export const findCommands: CommandTable = { find, count, distinct }
