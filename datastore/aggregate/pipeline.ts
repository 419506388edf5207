import type { Fields } from '../bson/decode.ts'
import type { Query } from '../planner/plan.ts'
import type { Store } from '../store.ts'
import { Aggregator } from 'mingo'
import { decodeDocument } from '../bson/decode.ts'
import { isNumber, toNumber } from '../bson/numbers.ts'
import { forEachDocument } from '../commands/find.ts'
import { fail } from '../errors.ts'
import { prepareQuery, runQuery } from '../planner/execute.ts'
import { mingoOptions } from '../query/mingo.ts'
import { isDocument } from '../query/paths.ts'
import { plainFields } from '../query/plain.ts'

/** What a pipeline is run with. */
export interface PipelineOptions { variables?: Fields, collation?: Fields, hint?: unknown }

const REFUSED = new Set(['$out', '$merge', '$changeStream', '$search', '$searchMeta', '$vectorSearch', '$geoNear', '$collStats', '$indexStats', '$currentOp', '$listSearchIndexes', '$listSessions', '$listLocalSessions', '$planCacheStats'])

/**
 * Runs an aggregation pipeline. Its leading `$match`, `$sort`, `$skip` and `$limit` become a query that can use
 * indexes; the rest is evaluated in memory on plain numbers.
 * @throws DatastoreError Location40324 for an unknown stage
 */
export async function runPipeline(store: Store, target: { database: string, name?: string }, stages: Fields[], options: PipelineOptions): Promise<Fields[]> {
  for (const stage of stages)
    checkStage(stage)
  const { query, rest } = leadingQuery(stages)
  const documents: Fields[] = []
  const collection = target.name === undefined ? undefined : store.catalogue.lookup(target.database, target.name)
  if (collection) {
    const prepared = prepareQuery(collection, { ...query, ...(options.collation ? { collation: options.collation } : {}), ...(options.variables ? { variables: options.variables } : {}), ...(options.hint === undefined ? {} : { hint: options.hint }) })
    const mode = rest.length === 0 ? 'exact' : 'plain'
    await forEachDocument(runQuery(store.environment, prepared, { keysExamined: 0, docsExamined: 0 }), document => documents.push(decodeDocument(document.bytes, 0, mode)))
  }
  if (rest.length === 0)
    return documents
  try {
    return new Aggregator(rest.map(plainFields), mingoOptions({
      variables: plainFields(options.variables ?? {}),
      collectionResolver: name => readAll(store, target.database, name),
    })).run<Fields>(documents)
  }
  catch (error) {
    return fail('BadValue', error instanceof Error ? error.message : String(error))
  }
}

function checkStage(stage: Fields): void {
  const names = Object.keys(stage)
  if (names.length !== 1)
    fail('Location40324', 'A pipeline stage specification object must contain exactly one field.')
  if (REFUSED.has(names[0]!))
    fail('CommandNotSupported', `${names[0]} is not supported by this store`)
}

function readAll(store: Store, database: string, name: string): Fields[] {
  const collection = store.catalogue.lookup(database, name)
  if (!collection)
    return []
  const documents: Fields[] = []
  for (const document of runQuery(store.environment, prepareQuery(collection, { filter: {} }), { keysExamined: 0, docsExamined: 0 })) {
    if (document !== null)
      documents.push(decodeDocument(document.bytes, 0, 'plain'))
  }
  return documents
}

/** The stages at the start that are one query: matches, then at most one sort, one skip and one limit. */
function leadingQuery(stages: Fields[]): { query: Query, rest: Fields[] } {
  const query: Query = { filter: {} }
  const filters: Fields[] = []
  let at = 0
  while (isDocument(stages[at]?.$match))
    filters.push(stages[at++]!.$match as Fields)
  if (filters.length > 0)
    query.filter = filters.length === 1 ? filters[0]! : { $and: filters }
  if (isDocument(stages[at]?.$sort))
    query.sort = stages[at++]!.$sort as Fields
  const skip = stages[at]?.$skip
  if (isNumber(skip)) {
    query.skip = toNumber(skip)
    at++
  }
  const limit = stages[at]?.$limit
  if (isNumber(limit) && toNumber(limit) > 0) {
    query.limit = toNumber(limit)
    at++
  }
  return { query, rest: stages.slice(at) }
}
