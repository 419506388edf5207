import type { ExpressionTable } from './operator.ts'
import * as expression from 'mingo/operators/expression'
import { isNumber, toNumber } from '../bson/numbers.ts'
import { fail } from '../errors.ts'
import { typeName } from '../query/types.ts'
import { argumentsOf, withArguments } from './operator.ts'

/** MongoDB lets `$range` take 100 MB, at 16 bytes a number. */
const MAX_RANGE = 100 * 1024 * 1024 / 16

/** Operators on arrays that mingo has differently. */
export const arrayOperators: ExpressionTable = {
  $concatArrays: (document, operand, options) => {
    const given = argumentsOf(document, operand, options)
    if (given.reduce<number>((sum, list) => sum + (Array.isArray(list) ? list.length : 0), 0) > MAX_RANGE)
      fail('ExceededMemoryLimit', '$concatArrays would use too much memory')
    return expression.$concatArrays(document as never, given.map(list => ({ $literal: list })) as never, options)
  },
  $map: (document, operand, options) => {
    const mapped = expression.$map(document as never, operand as never, options) as unknown
    return Array.isArray(mapped) ? mapped.map((item: unknown) => item === undefined ? null : item) : mapped
  },
  $range: (document, operand, options) => {
    const given = argumentsOf(document, operand, options)
    const [start, end, step = 1] = given.map(value => isNumber(value) ? toNumber(value) : Number.NaN)
    if (step !== 0 && (end! - start!) / step > MAX_RANGE)
      fail('ExceededMemoryLimit', '$range would use too much memory')
    return expression.$range(document as never, given.map(value => ({ $literal: value })) as never, options)
  },
  $size: withArguments('$size', 1, list => Array.isArray(list) ? list.length : fail('Location17124', `The argument to $size must be an array, but was of type: ${list === undefined ? 'missing' : typeName(list)}`)),
}
