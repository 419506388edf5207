import type { Options } from 'mingo/types'
import { Context } from 'mingo'
import * as accumulator from 'mingo/operators/accumulator'
import * as expression from 'mingo/operators/expression'
import * as pipeline from 'mingo/operators/pipeline'
import * as projection from 'mingo/operators/projection'
import * as query from 'mingo/operators/query'
import * as window from 'mingo/operators/window'

/** mingo with all its operators except those that run code or write. */
export function mingoOptions(extra: Partial<Options> = {}): Partial<Options> {
  return { useStrictMode: true, scriptEnabled: false, failOnError: true, context: CONTEXT, ...extra }
}

const { $out: _out, $merge: _merge, ...readingStages } = pipeline

const CONTEXT = Context.init({ accumulator, expression, pipeline: readingStages, projection, query, window })
