import type { Fields } from '../bson/decode.ts'
import type { StoredDocument } from '../bson/stored-document.ts'
import type { TurnClock } from '../planner/drain.ts'
import type { Query, ScanCounts } from '../planner/plan.ts'
import type { Readable } from '../storage/read-view.ts'
import type { Store } from '../store.ts'
import { Aggregator } from 'mingo'
import { decodeDocument } from '../bson/decode.ts'
import { isNumber, toNumber } from '../bson/numbers.ts'
import { asDatastoreError, DatastoreError, fail } from '../errors.ts'
import { forEachDocument, lastCount } from '../planner/drain.ts'
import { countDocuments, prepareQuery, runQuery } from '../planner/execute.ts'
import { aggregationOptions } from '../query/mingo.ts'
import { plainFields } from '../query/plain.ts'
import { leadingQuery } from './leading-query.ts'

/** What a pipeline is run with. */
export interface PipelineOptions { variables?: Fields, collation?: Fields, hint?: unknown }

/** Where a pipeline reads, how it shares the thread, and what its reading costs. */
export interface PipelineScan { view: Readable, clock: TurnClock, counts: ScanCounts }

const REFUSED = new Set(['$out', '$merge', '$changeStream', '$search', '$searchMeta', '$vectorSearch', '$geoNear', '$collStats', '$indexStats', '$currentOp', '$listSearchIndexes', '$listSessions', '$listLocalSessions', '$planCacheStats', '$function', '$accumulator'])

/**
 * Runs an aggregation pipeline. Its leading `$match`, `$sort`, `$skip` and `$limit` become a query that can use
 * indexes, and counting alone reads no documents; the rest is evaluated in memory on plain numbers.
 * @throws DatastoreError Location40324 for an unknown stage
 */
export async function runPipeline(store: Store, target: { database: string, name?: string }, stages: Fields[], options: PipelineOptions, scan: PipelineScan): Promise<Fields[]> {
  for (const stage of stages)
    checkStage(stage)
  const { query: leading, rest } = leadingQuery(stages)
  const query: Query = {
    ...leading,
    ...(options.collation ? { collation: options.collation } : {}),
    ...(options.variables ? { variables: options.variables } : {}),
    ...(options.hint === undefined ? {} : { hint: options.hint }),
  }
  const collection = target.name === undefined ? undefined : store.catalogue.lookup(target.database, target.name)
  if (!collection)
    return rest.length === 0 ? [] : evaluateStages(store, target.database, [], rest, options, scan)
  const prepared = prepareQuery(collection, query)
  const counted = countStage(rest)
  if (counted) {
    const n = await lastCount(countDocuments(scan.view, prepared, scan.counts), scan.clock)
    return n === 0 ? [] : [counted(n)]
  }
  const documents: Fields[] = []
  const mode = rest.length === 0 ? 'exact' : 'plain'
  await forEachDocument(runQuery(scan.view, prepared, scan.counts), document => documents.push(decodeDocument(document.bytes, 0, mode)), scan.clock)
  return rest.length === 0 ? documents : evaluateStages(store, target.database, documents, rest, options, scan)
}

/** The reply of a pipeline that only counts, as drivers' `countDocuments` sends it. */
function countStage(stages: readonly Fields[]): ((n: number) => Fields) | undefined {
  if (stages.length !== 1)
    return undefined
  const [stage] = stages
  if (typeof stage!.$count === 'string') {
    const name = stage!.$count
    return n => ({ [name]: n })
  }
  const group = stage!.$group as Fields | undefined
  if (!group || Object.keys(group).length !== 2 || (typeof group._id === 'object' && group._id !== null) || (typeof group._id === 'string' && group._id.startsWith('$')))
    return undefined
  const [name, operand] = Object.entries(group).find(([key]) => key !== '_id') ?? ['', undefined]
  const one = typeof operand === 'object' && operand !== null && Object.keys(operand).length === 1 ? (operand as Fields).$sum : undefined
  return isNumber(one) && toNumber(one) === 1 ? n => ({ _id: group._id, [name]: n }) : undefined
}

function evaluateStages(store: Store, database: string, documents: Fields[], stages: Fields[], options: PipelineOptions, scan: PipelineScan): Fields[] {
  try {
    return new Aggregator(stages.map(plainFields), aggregationOptions({
      variables: plainFields(options.variables ?? {}),
      ...(options.collation ? { collation: options.collation as unknown as { locale: string } } : {}),
      collectionResolver: name => readAll(store, database, name, scan),
    })).run<Fields>(documents)
  }
  catch (error) {
    if (error instanceof DatastoreError)
      throw error
    const { message } = asDatastoreError(error)
    return message.includes('unregistered pipeline operator') ? fail('Location40324', `Unrecognized pipeline stage name: ${/'?(\$\w+)'?/.exec(message)?.[1] ?? ''}`) : fail('BadValue', message)
  }
}

function checkStage(stage: Fields): void {
  const names = Object.keys(stage)
  if (names.length !== 1)
    fail('Location40324', 'A pipeline stage specification object must contain exactly one field.')
  if (!names[0]!.startsWith('$'))
    fail('Location40324', `Unrecognized pipeline stage name: '${names[0]}'`)
  if (REFUSED.has(names[0]!))
    fail('CommandNotSupported', `${names[0]} is not supported by this store`)
}

function readAll(store: Store, database: string, name: string, { view, clock }: PipelineScan): Fields[] {
  const collection = store.catalogue.lookup(database, name)
  const documents: Fields[] = []
  if (!collection)
    return documents
  for (const document of runQuery(view, prepareQuery(collection, { filter: {} })) as Iterable<StoredDocument | null>) {
    clock.isOver()
    if (document)
      documents.push(decodeDocument(document.bytes, 0, 'plain'))
  }
  return documents
}
