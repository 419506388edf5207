import type { Options } from 'mingo/types'
import { evalExpr } from 'mingo/core'
import { fail } from '../errors.ts'

/** An expression operator as mingo calls it: with the document, its operand unevaluated, and what it is evaluated in. */
export type ExpressionOperator = (document: unknown, operand: unknown, options: Options) => unknown
export type ExpressionTable = Record<`$${string}`, ExpressionOperator>

/** The value of an expression; undefined stands for a missing field. */
export function valueOf(document: unknown, expression: unknown, options: Options): unknown {
  return evalExpr(document as never, expression as never, options)
}

/** mingo's options once it evaluates: with the document that paths begin at. */
interface Evaluating extends Options { local?: { root?: unknown }, constructor: { init: (options: Options) => Evaluating }, update: (local: { root: unknown }) => Evaluating }

/** The value of an expression for another document than the one being evaluated. */
export function valueIn(document: unknown, expression: unknown, options: Options): unknown {
  // mingo does not export the class that these options may be of.
  const evaluating = options as Evaluating
  const root = evaluating.local?.root
  return valueOf(document, expression, root === undefined || root === null ? options : evaluating.constructor.init(options).update({ root: document }))
}

/** The values of an operator's arguments: the elements of a list, or the one operand that is none. */
export function argumentsOf(document: unknown, operand: unknown, options: Options): unknown[] {
  return Array.isArray(operand) ? operand.map(item => valueOf(document, item, options)) : [valueOf(document, operand, options)]
}

/** An operator of so many arguments. @throws DatastoreError Location16020 for another number */
export function withArguments(name: string, count: number, calculate: (...values: unknown[]) => unknown): ExpressionOperator {
  return (document, operand, options) => {
    const given = Array.isArray(operand) ? operand.length : 1
    if (given !== count)
      fail('Location16020', `Expression ${name} takes exactly ${count} arguments. ${given} were passed in.`)
    return calculate(...argumentsOf(document, operand, options))
  }
}

/** Whether an expression's value is missing or null. */
export function isNothing(value: unknown): value is null | undefined {
  return value === null || value === undefined
}
