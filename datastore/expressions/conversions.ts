import type { BsonNumber } from '../bson/numbers.ts'
import type { ExpressionTable } from './operator.ts'
import { Binary, Decimal128, Long, ObjectId, Timestamp } from 'bson'
import { roundDecimal } from '../bson/arithmetic.ts'
import { isNumber, toExact, toNumber } from '../bson/numbers.ts'
import { DatastoreError, fail } from '../errors.ts'
import { printValue } from '../print.ts'
import { isDocument } from '../query/paths.ts'
import { plainFields } from '../query/plain.ts'
import { typeName } from '../query/types.ts'
import { parseIsoDate } from './date-text.ts'
import { isTrue } from './logic.ts'
import { isNothing, valueOf, withArguments } from './operator.ts'

type Target = 'double' | 'string' | 'objectId' | 'bool' | 'date' | 'int' | 'long' | 'decimal'
const TARGETS: Record<string | number, Target> = { 1: 'double', 2: 'string', 7: 'objectId', 8: 'bool', 9: 'date', 16: 'int', 18: 'long', 19: 'decimal', double: 'double', string: 'string', objectId: 'objectId', bool: 'bool', date: 'date', int: 'int', long: 'long', decimal: 'decimal' }

const unsupported = (value: unknown, target: Target): never => fail('ConversionFailure', `Unsupported conversion from ${typeName(value)} to ${target} in $convert with no onError value`)
const unparsed = (text: string, why: string): never => fail('ConversionFailure', `Failed to parse number '${text}' in $convert with no onError value: ${why}`)

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i
const WHOLE = /^[+-]?\d+$/

const CONVERSIONS: Record<Target, (value: unknown) => unknown> = {
  double: (value) => {
    if (typeof value === 'string')
      return NUMBER.test(value) || /^[+-]?(?:inf(?:inity)?|nan)$/i.test(value) ? Number(value.replace(/inf(?:inity)?/i, 'Infinity').replace(/nan/i, 'NaN')) : unparsed(value, 'Did not consume whole string.')
    return numberLike(value, 'double', toNumber)
  },
  int: value => whole(value, 'int', 0x7FFFFFFFn),
  long: value => whole(value, 'long', 0x7FFFFFFFFFFFFFFFn),
  decimal: (value) => {
    if (typeof value === 'string')
      return NUMBER.test(value) ? Decimal128.fromStringWithRounding(value) : unparsed(value, 'Did not consume whole string.')
    return numberLike(value, 'decimal', number => number instanceof Decimal128 ? number : Decimal128.fromStringWithRounding(String(number instanceof Long ? number.toString() : toNumber(number))))
  },
  bool: isTrue,
  string: textOf,
  objectId: (value) => {
    if (value instanceof ObjectId)
      return value
    if (typeof value !== 'string')
      return unsupported(value, 'objectId')
    return /^[0-9a-f]{24}$/i.test(value) ? new ObjectId(value) : fail('ConversionFailure', `Failed to parse objectId '${value}' in $convert with no onError value: Invalid string length for parsing to OID, expected 24 but found ${value.length}`)
  },
  date: (value) => {
    if (value instanceof Date)
      return value
    if (typeof value === 'string')
      return new Date(parseIsoDate(value, undefined))
    if (value instanceof ObjectId)
      return value.getTimestamp()
    if (value instanceof Timestamp)
      return new Date(value.getHighBitsUnsigned() * 1000)
    return isNumber(value) && typeName(value) !== 'int' ? new Date(Math.trunc(toNumber(value))) : unsupported(value, 'date')
  },
}

function numberLike(value: unknown, target: Target, convert: (number: BsonNumber) => unknown): unknown {
  if (typeof value === 'boolean')
    return convert(value ? 1 : 0)
  if (value instanceof Date && target !== 'int')
    return convert(value.getTime())
  return isNumber(value) ? convert(value) : unsupported(value, target)
}

function whole(value: unknown, target: 'int' | 'long', most: bigint): unknown {
  if (typeof value === 'string')
    return WHOLE.test(value) ? within(BigInt(value.replace('+', '')), value, target, most) : unparsed(value, 'Did not consume whole string.')
  return numberLike(value, target, (number) => {
    if (!Number.isFinite(toNumber(number)))
      fail('ConversionFailure', 'Attempt to convert NaN or infinity value to integer type in $convert with no onError value')
    const { negative, coefficient, exponent } = toExact(number instanceof Decimal128 ? roundDecimal(number, 0, 'down') : typeof number === 'number' ? Math.trunc(number) : number)
    const size = coefficient * 10n ** BigInt(exponent)
    return within(negative ? -size : size, number, target, most)
  })
}

function within(value: bigint, given: unknown, target: string, most: bigint): unknown {
  if (value > most || value < -most - 1n)
    fail('ConversionFailure', `Conversion would overflow target type in $convert with no onError value: ${printValue(given)} to ${target}`)
  return plainFields(Long.fromBigInt(value))
}

function textOf(value: unknown): unknown {
  if (typeof value === 'string')
    return value
  if (typeof value === 'boolean')
    return String(value)
  if (value instanceof ObjectId)
    return value.toHexString()
  if (value instanceof Date)
    return value.toISOString()
  if (isNumber(value))
    return typeof value === 'number' ? numberText(value) : value.toString()
  if (value instanceof Binary && value.sub_type === 4)
    return value.toUUID().toString()
  return unsupported(value, 'string')
}

/** A double's text as MongoDB writes it: exponents as in 1e+21. */
function numberText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value)
}

function convert(value: unknown, target: Target): unknown {
  return isNothing(value) ? null : CONVERSIONS[target](value)
}

const converting = (name: string, target: Target): ExpressionTable[`$${string}`] => withArguments(name, 1, value => convert(value, target))

/** Conversions between types. https://www.mongodb.com/docs/manual/reference/operator/aggregation/#type-expression-operators */
export const conversionOperators: ExpressionTable = {
  $toBool: converting('$toBool', 'bool'),
  $toDate: converting('$toDate', 'date'),
  $toDecimal: converting('$toDecimal', 'decimal'),
  $toDouble: converting('$toDouble', 'double'),
  $toInt: converting('$toInt', 'int'),
  $toLong: converting('$toLong', 'long'),
  $toObjectId: converting('$toObjectId', 'objectId'),
  $toString: converting('$toString', 'string'),
  $toUUID: withArguments('$toUUID', 1, value => isNothing(value) ? null : typeof value === 'string' && /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value) ? Binary.createFromHexString(value.replaceAll('-', ''), 4) : fail('ConversionFailure', `Failed to parse BinData '${String(value)}' in $convert with no onError value`)),
  $type: withArguments('$type', 1, value => value === undefined ? 'missing' : typeName(value)),
  $isNumber: withArguments('$isNumber', 1, isNumber),
  $convert: (document, operand, options) => {
    if (!isDocument(operand) || !('input' in operand) || !('to' in operand))
      return fail('FailedToParse', '$convert expects an object of named arguments with \'input\' and \'to\'')
    const input = valueOf(document, operand.input, options)
    const to = valueOf(document, operand.to, options)
    const name = isDocument(to) ? to.type : to
    if (isNothing(name))
      return null
    const target = TARGETS[isNumber(name) ? toNumber(name) : String(name)] ?? fail('BadValue', `Unknown type name: ${String(name)}`)
    if (isNothing(input))
      return 'onNull' in operand ? valueOf(document, operand.onNull, options) : null
    try {
      return convert(input, target)
    }
    catch (error) {
      if (error instanceof DatastoreError && error.codeName === 'ConversionFailure' && 'onError' in operand)
        return valueOf(document, operand.onError, options)
      throw error
    }
  },
}
