import type { ExpressionTable } from './operator.ts'
import * as expression from 'mingo/operators/expression'
import { fail } from '../errors.ts'
import { typeName } from '../query/types.ts'
import { withArguments } from './operator.ts'

/** Operators on arrays that mingo has differently. */
export const arrayOperators: ExpressionTable = {
  $map: (document, operand, options) => {
    const mapped = expression.$map(document as never, operand as never, options) as unknown
    return Array.isArray(mapped) ? mapped.map((item: unknown) => item === undefined ? null : item) : mapped
  },
  $size: withArguments('$size', 1, list => Array.isArray(list) ? list.length : fail('Location17124', `The argument to $size must be an array, but was of type: ${list === undefined ? 'missing' : typeName(list)}`)),
}
