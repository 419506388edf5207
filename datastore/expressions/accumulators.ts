import type { Options } from 'mingo/types'
import type { BsonNumber } from '../bson/numbers.ts'
import type { ExpressionTable } from './operator.ts'
import { isNumber } from '../bson/numbers.ts'
import { fail } from '../errors.ts'
import { isDocument } from '../query/paths.ts'
import { typeName } from '../query/types.ts'
import { KeyWriter } from '../storage/keys.ts'
import { add, divide } from './arithmetic.ts'
import { compareOperands } from './comparison.ts'
import { argumentsOf, isNothing, valueIn } from './operator.ts'

/** An accumulator as mingo calls it: with a group's documents, the expression for each, and what it is evaluated in. */
export type Accumulator = (documents: unknown[], expression: unknown, options: Options) => unknown

/** Makes one value of many; missing ones come as undefined. */
type Fold = (values: unknown[]) => unknown

const FOLDS = {
  $sum: (values) => {
    let total: BsonNumber = 0
    for (const value of values) {
      if (isNumber(value))
        total = add(total, value)
    }
    return total
  },
  $avg: (values) => {
    const numbers = values.filter(isNumber)
    return numbers.length === 0 ? null : divide(numbers.reduce((total, value) => add(total, value), 0 as BsonNumber), numbers.length)
  },
  $min: values => extreme(values, -1),
  $max: values => extreme(values, 1),
  $first: values => values[0] ?? null,
  $last: values => values.at(-1) ?? null,
  $push: values => values.filter(value => value !== undefined),
  $addToSet: values => distinctValues(values.filter(value => value !== undefined)),
  $mergeObjects: values => Object.assign({}, ...values.map(value => isNothing(value) || isDocument(value) ? value : fail('Location40400', `$mergeObjects requires object inputs, but input ${String(value)} is of type ${typeName(value)}`))) as unknown,
} satisfies Record<string, Fold>

/** The least or the greatest value that is not null or missing; null when there is none. */
function extreme(values: readonly unknown[], sign: number): unknown {
  let best: unknown
  for (const value of values) {
    if (!isNothing(value) && (best === undefined || Math.sign(compareOperands(value, best)) === sign))
      best = value
  }
  return best ?? null
}

/** Values of which none is equal to another in MongoDB's sense, in the order of their first appearance. */
export function distinctValues(values: readonly unknown[]): unknown[] {
  const writer = new KeyWriter()
  const seen = new Map<string, unknown>()
  for (const value of values) {
    const key = writer.value(value, false).take().toString('latin1')
    if (!seen.has(key))
      seen.set(key, value)
  }
  return [...seen.values()]
}

/** The value of an expression for each document of a group. */
export function eachValue(documents: readonly unknown[], expression: unknown, options: Options): unknown[] {
  // mingo leaves the expression out where the values are evaluated already.
  return expression === null ? [...documents] : documents.map(document => valueIn(document, expression, options))
}

/** Accumulators over a group. https://www.mongodb.com/docs/manual/reference/operator/aggregation/#accumulators---group---bucket---bucketauto---setwindowfields- */
export const accumulators: Record<`$${string}`, Accumulator> = Object.fromEntries(Object.entries(FOLDS).map(([name, fold]) => [name, (documents: unknown[], expression: unknown, options: Options) => fold(eachValue(documents, expression, options))]))

/** Accumulators that are expressions too: over their arguments, or over the elements of the one array they are given. */
const EXPRESSIONS = ['$sum', '$avg', '$min', '$max', '$mergeObjects'] as const

export const accumulatorExpressions: ExpressionTable = Object.fromEntries(EXPRESSIONS.map(name => [name, (document: unknown, operand: unknown, options: Options) => {
  // Of a group of documents mingo asks the same by the same name.
  if (Array.isArray(document))
    return accumulators[name]!(document, operand, options)
  const given = argumentsOf(document, operand, options)
  return FOLDS[name](given.length === 1 && Array.isArray(given[0]) ? given[0] as unknown[] : given)
}]))
