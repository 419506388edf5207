import type { Iterator } from 'mingo/lazy'
import type { Options } from 'mingo/types'
import type { Fields } from '../bson/decode.ts'
import type { ExpressionTable } from './operator.ts'
import { Aggregator } from 'mingo/aggregator'
import { Context, ProcessingMode } from 'mingo/core'
import * as accumulator from 'mingo/operators/accumulator'
import * as expression from 'mingo/operators/expression'
import * as window from 'mingo/operators/window'
import { setField } from '../bson/decode.ts'
import { plainFields } from '../query/plain.ts'
import { accumulatorExpressions, accumulators } from './accumulators.ts'
import { arithmeticOperators, roughNumber } from './arithmetic.ts'
import { arrayOperators } from './arrays.ts'
import { comparisonOperators } from './comparison.ts'
import { conversionOperators } from './conversions.ts'
import { dateOperators } from './dates.ts'
import { evaluationError } from './errors.ts'
import { fieldOperators } from './fields.ts'
import { logicOperators } from './logic.ts'
import { argumentsOf, valueOf } from './operator.ts'
import { rankedAccumulators } from './ranked.ts'
import { regexOperators } from './regexes.ts'
import { sizeOperators } from './sizes.ts'

const { $function: _function, ...safeExpressions } = expression
const { $accumulator: _accumulator, ...safeAccumulators } = accumulator

/** Functions of numbers that are calculated as doubles, whatever type their arguments have. */
const ROUGH = ['$exp', '$ln', '$log', '$log10', '$pow', '$sqrt', '$sigmoid', '$sin', '$cos', '$tan', '$asin', '$acos', '$atan', '$atan2', '$sinh', '$cosh', '$tanh', '$asinh', '$acosh', '$atanh', '$degreesToRadians', '$radiansToDegrees'] as const

const roughOperators: ExpressionTable = Object.fromEntries(ROUGH.flatMap((name) => {
  const calculate = (safeExpressions as Record<string, unknown>)[name] as ExpressionTable[`$${string}`] | undefined
  return calculate
    ? [[name, (document: unknown, operand: unknown, options: Options) => {
        const given = argumentsOf(document, operand, options).map(value => ({ $literal: roughNumber(value) }))
        return calculate(document, Array.isArray(operand) ? given : given[0], options)
      }]]
    : []
}))

/** The expression operators: mingo's where they are right, and those of this store. */
export const EXPRESSIONS = { ...safeExpressions, ...roughOperators, ...accumulatorExpressions, ...comparisonOperators, ...logicOperators, ...arithmeticOperators, ...conversionOperators, ...sizeOperators, ...dateOperators, ...fieldOperators, ...arrayOperators, ...regexOperators } as unknown as ExpressionTable
export const ACCUMULATORS = { ...safeAccumulators, ...accumulators, ...rankedAccumulators }
/** mingo's, of which one leaves a value out where MongoDB gives null. */
export const WINDOWS = { ...window, $linearFill: (...given: Parameters<typeof window.$linearFill>): unknown => window.$linearFill(...given) ?? null }

/** Settings that mingo evaluates everything with. Its `$setWindowFields` makes functions of its own; the operators that run those of a query are left out of the tables. */
export const SETTINGS = { idKey: '_id', processingMode: ProcessingMode.CLONE_OFF, useStrictMode: true, scriptEnabled: true, failOnError: true } as const

type Tables = NonNullable<Parameters<typeof Context.init>[0]>

/** mingo's tables of operators hold functions of mingo's own types; ours take what they are given. */
export const TABLES = { expression: EXPRESSIONS, accumulator: ACCUMULATORS, window: WINDOWS } as unknown as Tables

/** A pipeline of one stage that evaluates an expression: mingo then prepares its tables once instead of for each document. */
const CONTEXT = Context.init({
  ...TABLES,
  pipeline: {
    $evaluate: (documents: Iterator, operand: Fields, options: Options) => documents.map((document: unknown) => ({ value: valueOf(document, operand.expression, options) })),
  } as unknown as NonNullable<Tables['pipeline']>,
})

/** An expression made ready for any number of documents, which are decoded with plain numbers. */
export function compileExpression(given: unknown, variables: Fields = {}): (document: Fields) => unknown {
  const aggregator = new Aggregator([{ $evaluate: { expression: plainFields(given) } }], { ...SETTINGS, context: CONTEXT, variables: plainVariables(variables) })
  return (document) => {
    try {
      return aggregator.run<{ value: unknown }>([document])[0]?.value
    }
    catch (error) {
      throw evaluationError(error)
    }
  }
}

/** Variables as mingo reads them. One without a value stays defined. */
export function plainVariables(variables: Fields): Fields {
  const plain: Fields = {}
  for (const [name, value] of Object.entries(variables))
    setField(plain, name, plainFields(value))
  return plain
}
