import type { Fields } from '../bson/decode.ts'
import type { Query } from '../planner/plan.ts'
import type { Collection } from '../storage/collection.ts'
import type { Store } from '../store.ts'
import type { PipelineOptions, PipelineScan } from './memory.ts'
import { decodeDocument } from '../bson/decode.ts'
import { isNumber, toNumber } from '../bson/numbers.ts'
import { fail } from '../errors.ts'
import { forEachDocument, lastCount } from '../planner/drain.ts'
import { checkQuery, countDocuments, prepareQuery, runQuery } from '../planner/execute.ts'
import { checkPipeline } from './check.ts'
import { leadingQuery } from './leading-query.ts'
import { evaluateStages, MAX_VIEW_DEPTH } from './memory.ts'
import { openingDocuments } from './opening.ts'
import { writeOutput } from './output.ts'

/** What a pipeline is run over: a collection, or a database alone. */
export interface PipelineTarget { database: string, name?: string }

/**
 * Runs an aggregation pipeline. Its leading `$match`, `$sort`, `$skip` and `$limit` become a query that can use
 * indexes, and counting alone reads no documents; the rest is evaluated in memory on plain numbers. A last `$out` or
 * `$merge` writes the result, of which then nothing is answered.
 * @throws DatastoreError Location40324 for an unknown stage
 */
export async function runPipeline(store: Store, target: PipelineTarget, stages: readonly unknown[], options: PipelineOptions, scan: PipelineScan): Promise<Fields[]> {
  checkPipeline(stages)
  const output = stages.at(-1)
  if (!output || !('$out' in output || '$merge' in output))
    return readPipeline(store, target, stages, options, scan)
  const documents = await readPipeline(store, target, stages.slice(0, -1), options, scan)
  await writeOutput(store, target.database, output, documents, options)
  return []
}

async function readPipeline(store: Store, given: PipelineTarget, givenStages: readonly Fields[], options: PipelineOptions, scan: PipelineScan): Promise<Fields[]> {
  const { target, stages } = throughViews(store, given, givenStages, options)
  const opening = openingDocuments(store, target, stages[0], options)
  if (opening)
    return evaluateStages(store, target.database, opening, stages.slice(1), options, scan)
  if (target.name === undefined)
    fail('InvalidNamespace', `{aggregate: 1} is not valid for '${Object.keys(stages[0] ?? { 'an empty pipeline': 1 })[0]}'; a collection is required.`)
  const collection = store.catalogue.lookup(target.database, target.name)
  const { query: leading, rest } = leadingQuery(stages)
  if (!collection) {
    checkQuery({ ...leading, ...(options.variables ? { variables: options.variables } : {}) })
    return evaluateStages(store, target.database, [], rest, options, scan)
  }
  return readCollection(store, collection, leading, rest, options, scan)
}

async function readCollection(store: Store, collection: Collection, leading: Query, rest: Fields[], given: PipelineOptions, scan: PipelineScan): Promise<Fields[]> {
  const options = collationOf(collection, given)
  const prepared = prepareQuery(collection, {
    ...leading,
    ...(options.collation ? { collation: options.collation } : {}),
    ...(options.variables ? { variables: options.variables } : {}),
    ...(options.hint === undefined ? {} : { hint: options.hint }),
  })
  const counted = countStage(rest)
  if (counted) {
    const n = await lastCount(countDocuments(scan.view, prepared, scan.counts), scan.clock)
    return n === 0 ? [] : [counted(n)]
  }
  const documents: Fields[] = []
  const mode = rest.length === 0 ? 'exact' : 'plain'
  await forEachDocument(runQuery(scan.view, prepared, scan.counts), document => documents.push(decodeDocument(document.bytes, 0, mode)), scan.clock)
  return evaluateStages(store, collection.database, documents, rest, options, scan)
}

/** A collection's own collation, where none is asked for. */
function collationOf(collection: Collection, options: PipelineOptions): PipelineOptions {
  return options.collation || !collection.options.collation ? options : { ...options, collation: collection.options.collation as Fields }
}

/** A pipeline on a view is one on what the view is made of, with the view's stages first. */
function throughViews(store: Store, target: PipelineTarget, stages: readonly Fields[], options: PipelineOptions): { target: PipelineTarget, stages: readonly Fields[] } {
  let [at, all] = [target, stages]
  for (let depth = 0; ; depth++) {
    const view = at.name === undefined ? undefined : store.catalogue.views.lookup(at.database, at.name)
    if (!view)
      return { target: at, stages: all }
    if (depth >= MAX_VIEW_DEPTH)
      fail('ViewDepthLimitExceeded', `View depth too deep or view cycle detected; maximum depth is ${MAX_VIEW_DEPTH}`)
    if (options.collation && JSON.stringify(options.collation) !== JSON.stringify(view.collation))
      fail('OptionNotSupportedOnView', 'Cannot override a view\'s default collation')
    at = { database: at.database, name: view.viewOn }
    all = [...view.pipeline, ...all]
  }
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
