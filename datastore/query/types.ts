import { Binary, BSONRegExp, BSONSymbol, Code, DBRef, Decimal128, Double, Long, MaxKey, MinKey, ObjectId, Timestamp } from 'bson'
import { isNumber, toNumber } from '../bson/numbers.ts'
import { fail } from '../errors.ts'

const ALIASES: Record<string, number> = {
  double: 1,
  string: 2,
  object: 3,
  array: 4,
  binData: 5,
  undefined: 6,
  objectId: 7,
  bool: 8,
  date: 9,
  null: 10,
  regex: 11,
  dbPointer: 12,
  javascript: 13,
  symbol: 14,
  javascriptWithScope: 15,
  int: 16,
  timestamp: 17,
  long: 18,
  decimal: 19,
  minKey: -1,
  maxKey: 127,
}

const NUMERIC = [1, 16, 18, 19]

/** The BSON type numbers that a `$type` operand asks for. */
export function typeCodes(operand: unknown): number[] {
  if (Array.isArray(operand))
    return (operand as unknown[]).flatMap(typeCodes)
  if (operand === 'number')
    return NUMERIC
  if (typeof operand === 'string')
    return [ALIASES[operand] ?? fail('BadValue', `Unknown type name alias: ${operand}`)]
  if (isNumber(operand)) {
    const code = toNumber(operand)
    return Object.values(ALIASES).includes(code) ? [code] : fail('BadValue', `Invalid numerical type code: ${code}`)
  }
  return fail('TypeMismatch', 'type must be represented as a number or a string')
}

/** The BSON type number of a decoded value. */
export function typeCodeOf(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return 2
    case 'boolean':
      return 8
    case 'number':
      return Number.isInteger(value) && Math.abs(value) <= 0x7FFFFFFF && !Object.is(value, -0) ? 16 : 1
    case 'bigint':
      return 18
    case 'undefined':
      return 0
    default:
      return value === null ? 10 : objectCode(value as object)
  }
}

function objectCode(value: object): number {
  if (Array.isArray(value))
    return 4
  if (value instanceof ObjectId)
    return 7
  if (value instanceof Date)
    return 9
  if (value instanceof Timestamp)
    return 17
  if (value instanceof Long)
    return 18
  if (value instanceof Double)
    return 1
  if (value instanceof Decimal128)
    return 19
  if (value instanceof Binary || value instanceof Uint8Array)
    return 5
  if (value instanceof BSONRegExp || value instanceof RegExp)
    return 11
  if (value instanceof BSONSymbol)
    return 14
  if (value instanceof Code)
    return value.scope ? 15 : 13
  if (value instanceof DBRef)
    return 12
  if (value instanceof MinKey)
    return -1
  if (value instanceof MaxKey)
    return 127
  return isNumber(value) ? 16 : 3
}

/** MongoDB's name for the type of a decoded value, as its error messages have it. */
export function typeName(value: unknown): string {
  const code = typeCodeOf(value)
  return Object.entries(ALIASES).find(([, known]) => known === code)?.[0] ?? 'missing'
}
