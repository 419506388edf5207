import type { Options } from 'mingo/types'
import { Context, ProcessingMode } from 'mingo'
import * as accumulator from 'mingo/operators/accumulator'
import * as expression from 'mingo/operators/expression'
import * as pipeline from 'mingo/operators/pipeline'
import * as projection from 'mingo/operators/projection'
import * as query from 'mingo/operators/query'
import * as window from 'mingo/operators/window'

const { $out: _out, $merge: _merge, ...readingStages } = pipeline

const CONTEXT = Context.init({ accumulator, expression, pipeline: readingStages, projection, query, window })

/** mingo with all its operators except those that run code or write. */
export function mingoOptions(extra: Partial<Options> = {}): Options {
  return { idKey: '_id', processingMode: ProcessingMode.CLONE_OFF, useStrictMode: true, scriptEnabled: false, failOnError: true, context: CONTEXT, ...extra }
}
