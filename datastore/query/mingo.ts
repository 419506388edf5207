import type { Iterator } from 'mingo/lazy'
import type { Options } from 'mingo/types'
import type { Fields } from '../bson/decode.ts'
import { Context, ProcessingMode } from 'mingo'
import { Lazy } from 'mingo/lazy'
import * as accumulator from 'mingo/operators/accumulator'
import * as expression from 'mingo/operators/expression'
import * as pipeline from 'mingo/operators/pipeline'
import * as projection from 'mingo/operators/projection'
import * as query from 'mingo/operators/query'
import * as window from 'mingo/operators/window'
import { fieldsSource } from '../bson/stored-document.ts'
import { collationKey } from './collation.ts'
import { isDocument } from './paths.ts'
import { compileSort } from './sort.ts'

const { $out: _out, $merge: _merge, ...readingStages } = pipeline
const { $function: _function, ...safeExpressions } = expression
const { $accumulator: _accumulator, ...safeAccumulators } = accumulator
const { $where: _where, ...safeQuery } = query

/** mingo's own order of values is not MongoDB's in all cases (arrays, text beyond the basic plane, embedded documents): sorting is done here. */
function sortStage(collection: Iterator, sort: unknown, options: { collation?: unknown }): Iterator {
  if (!isDocument(sort) || Object.keys(sort).length === 0)
    return collection
  const { keyOf, compare } = compileSort(sort, collationKey(options.collation as Fields | undefined))
  return collection.transform((documents: unknown[]) => {
    const keyed = (documents as Fields[]).map(document => ({ document, key: keyOf(fieldsSource(document)) }))
    keyed.sort((a, b) => compare(a.key, b.key))
    return Lazy(keyed.map(({ document }) => document))
  })
}

const CONTEXT = Context.init({
  accumulator: safeAccumulators,
  expression: safeExpressions,
  pipeline: { ...readingStages, $sort: sortStage },
  projection,
  query: safeQuery,
  window,
})

/** mingo with all its operators except those that run code or write. */
export function aggregationOptions(extra: Partial<Options> = {}): Options {
  return { idKey: '_id', processingMode: ProcessingMode.CLONE_OFF, useStrictMode: true, scriptEnabled: false, failOnError: true, context: CONTEXT, ...extra }
}
