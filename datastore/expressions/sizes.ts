import type { ExpressionTable } from './operator.ts'
import { Buffer } from 'node:buffer'
import { Long, Timestamp } from 'bson'
import { binaryOf, ORDER, typeOrder } from '../bson/compare.ts'
import { encodeDocument } from '../bson/encode.ts'
import { isNumber, toNumber } from '../bson/numbers.ts'
import { fail } from '../errors.ts'
import { isDocument } from '../query/paths.ts'
import { plainFields } from '../query/plain.ts'
import { typeName } from '../query/types.ts'
import { argumentsOf, isNothing, withArguments } from './operator.ts'

const ofTimestamp = (name: string, part: (value: Timestamp) => number): ExpressionTable[`$${string}`] => withArguments(name, 1, value => isNothing(value) ? null : value instanceof Timestamp ? plainFields(Long.fromNumber(part(value))) : fail('Location5687301', `Argument to ${name} must be a timestamp, but is ${typeName(value)}`))

/** Operators that mingo does not have: sizes in bytes, places in text, parts of timestamps. */
export const sizeOperators: ExpressionTable = {
  $binarySize: withArguments('$binarySize', 1, (value) => {
    if (isNothing(value))
      return null
    return typeof value === 'string' ? Buffer.byteLength(value) : typeOrder(value) === ORDER.binary ? binaryOf(value).bytes.length : fail('Location51276', `$binarySize requires a string or BinData argument, found: ${typeName(value)}`)
  }),
  $bsonSize: withArguments('$bsonSize', 1, value => isNothing(value) ? null : isDocument(value) ? encodeDocument(value).length : fail('Location31393', `$bsonSize requires a document input, found: ${typeName(value)}`)),
  $indexOfCP: (document, operand, options) => {
    const [text, part, from = 0, to = Infinity] = argumentsOf(document, operand, options)
    if (isNothing(text))
      return null
    if (typeof text !== 'string' || typeof part !== 'string')
      return fail('Location40093', `$indexOfCP requires a string as the first argument, found: ${typeName(text)}`)
    if (!isNumber(from) || !isNumber(to))
      return fail('Location40096', '$indexOfCP requires an integral starting and ending index')
    const letters = [...text]
    const [start, end] = [toNumber(from), Math.min(toNumber(to), letters.length)]
    if (start > end)
      return -1
    const before = letters.slice(start, end).join('')
    const at = before.indexOf(part)
    return at < 0 ? -1 : start + [...before.slice(0, at)].length
  },
  $tsIncrement: ofTimestamp('$tsIncrement', value => value.getLowBitsUnsigned()),
  $tsSecond: ofTimestamp('$tsSecond', value => value.getHighBitsUnsigned()),
}
