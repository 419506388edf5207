import type { ExpressionTable } from './operator.ts'
import { MinKey } from 'bson'
import { compareValues } from '../bson/compare.ts'
import { fail } from '../errors.ts'
import { typeName } from '../query/types.ts'
import { withArguments } from './operator.ts'

/** MongoDB's order of expression values: a missing one stands below null, above MinKey. */
export function compareOperands(a: unknown, b: unknown): number {
  if (a === undefined || b === undefined)
    return a === b ? 0 : a === undefined ? (b instanceof MinKey ? 1 : -1) : (a instanceof MinKey ? -1 : 1)
  return compareValues(a, b)
}

const comparing = (name: string, holds: (order: number) => unknown): ExpressionTable[`$${string}`] => withArguments(name, 2, (a, b) => holds(compareOperands(a, b)))

/** The comparison operators, in MongoDB's order of all types. https://www.mongodb.com/docs/manual/reference/operator/aggregation/#comparison-expression-operators */
export const comparisonOperators: ExpressionTable = {
  $eq: comparing('$eq', order => order === 0),
  $ne: comparing('$ne', order => order !== 0),
  $gt: comparing('$gt', order => order > 0),
  $gte: comparing('$gte', order => order >= 0),
  $lt: comparing('$lt', order => order < 0),
  $lte: comparing('$lte', order => order <= 0),
  $cmp: comparing('$cmp', order => Math.sign(order)),
  $in: withArguments('$in', 2, (item, list) => Array.isArray(list)
    ? list.some(element => compareOperands(element, item) === 0)
    : fail('Location40081', `$in requires an array as a second argument, found: ${typeName(list)}`)),
}
