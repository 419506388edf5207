import type { BsonNumber } from './numbers.ts'
import { Buffer } from 'node:buffer'
import { Binary, BSONRegExp, BSONSymbol, Code, DBRef, Decimal128, Double, Int32, Long, MaxKey, MinKey, ObjectId, Timestamp } from 'bson'
import { compareNumbers } from './numbers.ts'

/**
 * The place of a value's type in MongoDB's comparison order, low to high,
 * https://www.mongodb.com/docs/manual/reference/bson-type-comparison-order/
 */
export const ORDER = {
  minKey: 1,
  /** An empty array inside an index key, below null. */
  empty: 4,
  null: 5,
  number: 10,
  string: 15,
  object: 20,
  array: 25,
  binary: 30,
  objectId: 35,
  bool: 40,
  date: 45,
  timestamp: 47,
  regex: 50,
  dbPointer: 55,
  code: 60,
  codeWithScope: 65,
  maxKey: 127,
} as const

/** How strings compare: by their UTF-8 bytes, or by the key a collation makes of them. */
export type StringKey = (text: string) => string

/** The comparison order of a decoded value's type; a missing value (undefined) stands with null. */
export function typeOrder(value: unknown): number {
  switch (typeof value) {
    case 'number':
    case 'bigint':
      return ORDER.number
    case 'string':
      return ORDER.string
    case 'boolean':
      return ORDER.bool
    case 'undefined':
      return ORDER.null
    case 'object':
      return value === null ? ORDER.null : objectOrder(value)
    default:
      return ORDER.object
  }
}

function objectOrder(value: object): number {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Object.prototype || prototype === null)
    return ORDER.object
  if (Array.isArray(value))
    return ORDER.array
  if (value instanceof Date)
    return ORDER.date
  if (value instanceof ObjectId)
    return ORDER.objectId
  if (value instanceof Timestamp)
    return ORDER.timestamp
  if (value instanceof Long || value instanceof Double || value instanceof Int32 || value instanceof Decimal128)
    return ORDER.number
  if (value instanceof Binary || value instanceof Uint8Array)
    return ORDER.binary
  if (value instanceof BSONRegExp || value instanceof RegExp)
    return ORDER.regex
  if (value instanceof BSONSymbol)
    return ORDER.string
  if (value instanceof MinKey)
    return ORDER.minKey
  if (value instanceof MaxKey)
    return ORDER.maxKey
  if (value instanceof Code)
    return value.scope ? ORDER.codeWithScope : ORDER.code
  if (value instanceof DBRef)
    return ORDER.dbPointer
  return ORDER.object
}

/** MongoDB's order of two strings: of their UTF-8 bytes, which for text without surrogates is that of JavaScript. */
export function compareText(a: string, b: string): number {
  if (a === b)
    return 0
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x !== y) {
      const xHigh = x >= 0xD800 && x < 0xE000
      const yHigh = y >= 0xD800 && y < 0xE000
      return xHigh === yHigh ? x - y : xHigh ? 1 : -1
    }
  }
  return a.length - b.length
}

/** A string's or symbol's text. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : value instanceof BSONSymbol ? value.value : ''
}

/** A binary's bytes and subtype. */
export function binaryOf(value: unknown): { bytes: Uint8Array, subtype: number } {
  if (value instanceof Binary)
    return { bytes: value.buffer.subarray(0, value.length()), subtype: value.sub_type }
  return { bytes: value instanceof Uint8Array ? value : new Uint8Array(), subtype: 0 }
}

/** Bytes as a number, the first the lowest. */
export function littleEndian(bytes: Uint8Array): bigint {
  let number = 0n
  for (let i = bytes.length - 1; i >= 0; i--)
    number = number << 8n | BigInt(bytes[i]!)
  return number
}

/** A regular expression's pattern and its options in MongoDB's letters, sorted. */
export function regexOf(value: unknown): { pattern: string, options: string } {
  if (value instanceof BSONRegExp)
    return { pattern: value.pattern, options: value.options }
  if (value instanceof RegExp)
    return { pattern: value.source, options: value.flags.replace(/[^ims]/g, '') }
  return { pattern: '', options: '' }
}

/** Compares two decoded BSON values in MongoDB's order: negative, zero or positive. `key` makes of strings what a collation compares. */
export function compareValues(a: unknown, b: unknown, key?: StringKey): number {
  if (typeof a === 'number' && typeof b === 'number')
    return compareNumbers(a, b)
  const order = typeOrder(a)
  const byType = order - typeOrder(b)
  if (byType !== 0)
    return byType
  switch (order) {
    case ORDER.number:
      return compareNumbers(a as BsonNumber, b as BsonNumber)
    case ORDER.string:
      return key ? compareText(key(textOf(a)), key(textOf(b))) : compareText(textOf(a), textOf(b))
    case ORDER.object:
      return compareObjects(a as object, b as object, key)
    case ORDER.array:
      return compareArrays(a as unknown[], b as unknown[], key)
    case ORDER.binary:
      return compareBinaries(a, b)
    case ORDER.objectId:
      return Buffer.compare((a as ObjectId).id, (b as ObjectId).id)
    case ORDER.bool:
      return Number(a) - Number(b)
    case ORDER.date:
      return (a as Date).getTime() - (b as Date).getTime()
    case ORDER.timestamp:
      return (a as Timestamp).compare(b as Timestamp)
    case ORDER.regex:
      return compareRegexes(a, b)
    case ORDER.code:
      return compareText(String((a as Code).code), String((b as Code).code))
    case ORDER.codeWithScope:
      return compareText(String((a as Code).code), String((b as Code).code)) || compareObjects((a as Code).scope ?? {}, (b as Code).scope ?? {}, key)
    case ORDER.dbPointer:
      return compareText((a as DBRef).collection, (b as DBRef).collection) || Buffer.compare((a as DBRef).oid.id, (b as DBRef).oid.id)
    default:
      return 0
  }
}

function compareObjects(a: object, b: object, key?: StringKey): number {
  const left = Object.entries(a)
  const right = Object.entries(b)
  for (let i = 0; i < left.length && i < right.length; i++) {
    const [leftName, leftValue] = left[i]!
    const [rightName, rightValue] = right[i]!
    const order = typeOrder(leftValue) - typeOrder(rightValue) || compareText(leftName, rightName) || compareValues(leftValue, rightValue, key)
    if (order !== 0)
      return order
  }
  return left.length - right.length
}

function compareArrays(a: unknown[], b: unknown[], key?: StringKey): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const order = compareValues(a[i], b[i], key)
    if (order !== 0)
      return order
  }
  return a.length - b.length
}

function compareBinaries(a: unknown, b: unknown): number {
  const left = binaryOf(a)
  const right = binaryOf(b)
  return left.bytes.length - right.bytes.length || left.subtype - right.subtype || Buffer.compare(left.bytes, right.bytes)
}

function compareRegexes(a: unknown, b: unknown): number {
  const left = regexOf(a)
  const right = regexOf(b)
  return compareText(left.pattern, right.pattern) || compareText(left.options, right.options)
}

/** Whether two decoded values are equal to MongoDB: 1 and 1.0 are, {a:1,b:2} and {b:2,a:1} are not. */
export function sameValue(a: unknown, b: unknown, key?: StringKey): boolean {
  return a === b || compareValues(a, b, key) === 0
}
