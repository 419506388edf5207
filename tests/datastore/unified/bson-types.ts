import { Binary, BSONRegExp, BSONSymbol, Code, DBRef, Decimal128, Double, Int32, Long, MaxKey, MinKey, ObjectId, Timestamp } from 'mongodb'

/** Whether a value is an embedded document: an object of no BSON class. */
export function isFields(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date) && !(value instanceof RegExp) && !ArrayBuffer.isView(value) && !('_bsontype' in value) && !(value instanceof Map)
}

/** The value of a number of any type but Decimal128, which is never equal to the others. */
export function numberOf(value: unknown): number | bigint | undefined {
  if (typeof value === 'number' || typeof value === 'bigint')
    return value
  if (value instanceof Int32 || value instanceof Double)
    return value.value
  return value instanceof Long ? value.toBigInt() : undefined
}

/** The aliases of `$type` that a value answers to. A JavaScript number does not say which of BSON's it was. */
export function typeNames(value: unknown): string[] {
  const number = numberOf(value)
  if (number !== undefined)
    return value instanceof Long || typeof value === 'bigint' ? ['long', 'number'] : value instanceof Double || !Number.isInteger(number) ? ['double', 'number'] : value instanceof Int32 ? ['int', 'number'] : ['int', 'long', 'double', 'number']
  return value instanceof Decimal128 ? ['decimal', 'number'] : [objectTypeName(value)]
}

const CLASSES: [abstract new (...args: never[]) => object, string][] = [
  [Date, 'date'],
  [RegExp, 'regex'],
  [BSONRegExp, 'regex'],
  [ObjectId, 'objectId'],
  [Binary, 'binData'],
  [Uint8Array, 'binData'],
  [Timestamp, 'timestamp'],
  [BSONSymbol, 'symbol'],
  [DBRef, 'dbPointer'],
  [MinKey, 'minKey'],
  [MaxKey, 'maxKey'],
]

function objectTypeName(value: unknown): string {
  if (value === null)
    return 'null'
  if (value instanceof Code)
    return value.scope ? 'javascriptWithScope' : 'javascript'
  if (Array.isArray(value))
    return 'array'
  if (typeof value !== 'object')
    return typeof value === 'boolean' ? 'bool' : typeof value
  return CLASSES.find(([type]) => value instanceof type)?.[1] ?? 'object'
}
