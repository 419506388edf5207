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

function bytesOf(operator: string, [text, from, length]: unknown[]): string {
  if (!isNumber(from) || !isNumber(length))
    return fail(isNumber(from) ? 'Location16035' : 'Location16034', `${operator}: starting index and length must be numeric`)
  const [start, count] = [toNumber(from), toNumber(length)]
  if (start < 0)
    fail('Location50752', `${operator}:  starting index must be non-negative (got: ${start})`)
  const given = isNothing(text) ? '' : text instanceof Date ? text.toISOString() : typeof text === 'string' || isNumber(text) ? String(text) : fail('Location16007', `can't convert from BSON type ${typeName(text)} to String`)
  const bytes = Buffer.from(given)
  const end = count < 0 ? bytes.length : Math.min(bytes.length, start + count)
  const splits = (at: number): boolean => at < bytes.length && (bytes[at]! & 0xC0) === 0x80
  if (splits(start))
    fail('Location28656', `${operator}:  Invalid range, starting index is a UTF-8 continuation byte.`)
  if (splits(end))
    fail('Location28657', `${operator}:  Invalid range, ending index is in the middle of a UTF-8 character.`)
  return bytes.toString('utf8', start, Math.max(start, end))
}

/** Operators that mingo does not have, or has for plain letters only: sizes in bytes, places in text, its parts, parts of timestamps. */
export const sizeOperators: ExpressionTable = {
  $binarySize: withArguments('$binarySize', 1, (value) => {
    if (isNothing(value))
      return null
    return typeof value === 'string' ? Buffer.byteLength(value) : typeOrder(value) === ORDER.binary ? binaryOf(value).bytes.length : fail('Location51276', `$binarySize requires a string or BinData argument, found: ${typeName(value)}`)
  }),
  $bsonSize: withArguments('$bsonSize', 1, value => isNothing(value) ? null : isDocument(value) ? encodeDocument(value).length : fail('Location31393', `$bsonSize requires a document input, found: ${typeName(value)}`)),
  $indexOfBytes: (document, operand, options) => {
    const [text, part, from = 0, to = Infinity] = argumentsOf(document, operand, options)
    if (isNothing(text))
      return null
    if (typeof text !== 'string' || typeof part !== 'string')
      return fail(typeof text === 'string' ? 'Location40092' : 'Location40091', `$indexOfBytes requires a string as the ${typeof text === 'string' ? 'second' : 'first'} argument, found: ${typeName(typeof text === 'string' ? part : text)}`)
    if (!isNumber(from) || !isNumber(to))
      return fail('Location40096', '$indexOfBytes requires an integral starting and ending index')
    const bytes = Buffer.from(text)
    const at = bytes.subarray(0, Math.min(toNumber(to), bytes.length)).indexOf(part, toNumber(from))
    return toNumber(from) > bytes.length ? -1 : at
  },
  $split: withArguments('$split', 2, (text, separator) => {
    if (isNothing(text) || isNothing(separator))
      return null
    if (typeof text !== 'string' || typeof separator !== 'string')
      return fail(typeof text === 'string' ? 'Location40086' : 'Location40085', `$split requires an expression that evaluates to a string as a ${typeof text === 'string' ? 'second' : 'first'} argument, found: ${typeName(typeof text === 'string' ? separator : text)}`)
    return separator === '' ? fail('Location40087', '$split requires a non-empty separator') : text.split(separator)
  }),
  $substr: (document, operand, options) => bytesOf('$substr', argumentsOf(document, operand, options)),
  $substrBytes: (document, operand, options) => bytesOf('$substrBytes', argumentsOf(document, operand, options)),
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
