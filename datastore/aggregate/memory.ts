import type { Fields } from '../bson/decode.ts'
import type { StoredDocument } from '../bson/stored-document.ts'
import type { TurnClock } from '../planner/drain.ts'
import type { ScanCounts } from '../planner/plan.ts'
import type { Readable } from '../storage/read-view.ts'
import type { Store } from '../store.ts'
import type { Source } from './source.ts'
import { Aggregator } from 'mingo/aggregator'
import { decodeDocument } from '../bson/decode.ts'
import { fail } from '../errors.ts'
import { plainVariables } from '../expressions/context.ts'
import { evaluationError } from '../expressions/errors.ts'
import { prepareQuery, runQuery } from '../planner/execute.ts'
import { plainFields } from '../query/plain.ts'
import { checkPipeline } from './check.ts'
import { aggregationOptions } from './context.ts'
import { resolverOf } from './source.ts'

/** What a pipeline is run with. */
export interface PipelineOptions {
  variables?: Fields
  collation?: Fields
  hint?: unknown
  /** What it writes is not held against a collection's validator. */
  bypassValidation?: boolean
  /** The logical session it is run in. */
  session?: unknown
}

/** Where a pipeline reads, how it shares the thread, and what its reading costs. */
export interface PipelineScan { view: Readable, clock: TurnClock, counts: ScanCounts }

/** A view of a view of a view … ends here. */
export const MAX_VIEW_DEPTH = 20

/** Evaluates stages over documents that are decoded with plain numbers. */
export function evaluateStages(store: Store, database: string, documents: Fields[], stages: readonly Fields[], options: PipelineOptions, scan: PipelineScan, depth = 0): Fields[] {
  if (stages.length === 0)
    return documents
  const source: Source = {
    read: (name, filter) => readNamespace(store, database, name, filter, options, scan, depth),
    isIndexed: (name, path) => {
      const collection = store.catalogue.lookup(database, name)
      return collection !== undefined && [collection.primary, ...collection.indexes].some(index => index.fields[0]!.path === path && !index.partial && !index.sparse && index.stringKey === undefined)
    },
    run: (inner, input, variables) => evaluateStages(store, database, input, inner, { ...options, variables }, scan, depth),
  }
  try {
    return new Aggregator(stages.map(plainFields), aggregationOptions({
      variables: plainVariables(options.variables ?? {}),
      ...(options.collation ? { collation: options.collation as unknown as { locale: string } } : {}),
      collectionResolver: resolverOf(source),
    })).run<Fields>(documents)
  }
  catch (error) {
    throw evaluationError(error)
  }
}

/** The documents of a collection or view, with plain numbers. */
export function readNamespace(store: Store, database: string, name: string, filter: Fields | undefined, options: PipelineOptions, scan: PipelineScan, depth: number): Fields[] {
  const view = store.catalogue.views.lookup(database, name)
  if (view) {
    if (depth >= MAX_VIEW_DEPTH)
      fail('ViewDepthLimitExceeded', `View depth too deep or view cycle detected; maximum depth is ${MAX_VIEW_DEPTH}`)
    checkPipeline(view.pipeline, 'view')
    const stages = filter ? [...view.pipeline, { $match: filter }] : view.pipeline
    return evaluateStages(store, database, readNamespace(store, database, view.viewOn, undefined, options, scan, depth + 1), stages, options, scan, depth + 1)
  }
  const collection = store.catalogue.lookup(database, name)
  const documents: Fields[] = []
  if (!collection)
    return documents
  const query = { filter: filter ?? {}, ...(options.collation ? { collation: options.collation } : {}), ...(options.variables ? { variables: options.variables } : {}) }
  for (const document of runQuery(scan.view, prepareQuery(collection, query), scan.counts) as Iterable<StoredDocument | null>) {
    // Stages cannot pause; the clock is asked for the command's time limit.
    scan.clock.isOver()
    if (document)
      documents.push(decodeDocument(document.bytes, 0, 'plain'))
  }
  return documents
}
