import type { Buffer } from 'node:buffer'
import { fail } from '../errors.ts'

/** BSON element types by their byte, https://bsonspec.org/spec.html */
export const BSON_TYPE = {
  double: 0x01,
  string: 0x02,
  object: 0x03,
  array: 0x04,
  binary: 0x05,
  undefined: 0x06,
  objectId: 0x07,
  bool: 0x08,
  date: 0x09,
  null: 0x0A,
  regex: 0x0B,
  dbPointer: 0x0C,
  code: 0x0D,
  symbol: 0x0E,
  codeWithScope: 0x0F,
  int: 0x10,
  timestamp: 0x11,
  long: 0x12,
  decimal: 0x13,
  minKey: 0xFF,
  maxKey: 0x7F,
} as const

/** The largest document MongoDB stores: 16 MiB. */
export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024
/** The most bytes of a document that is answered: MongoDB leaves room for what a command adds. */
export const MAX_RESULT_BYTES = MAX_DOCUMENT_BYTES + 16 * 1024
/** The deepest nesting MongoDB stores. */
export const MAX_NESTING = 100

const invalid = (what: string): never => fail('InvalidBSON', `Invalid BSON: ${what}`)

/** Names are shorter, as a rule; a call into native code costs more than looking at so many bytes. */
const SHORT_NAME = 32

/** Position after the zero byte that ends the C string starting at `offset`. */
export function afterCString(bytes: Buffer, offset: number): number {
  const near = Math.min(offset + SHORT_NAME, bytes.length)
  for (let at = offset; at < near; at++) {
    if (bytes[at] === 0)
      return at + 1
  }
  const end = bytes.indexOf(0, near)
  return end < 0 ? invalid('an unterminated name') : end + 1
}

/** Position after the value of `type` that starts at `offset`. The bytes must have been validated. */
export function afterValue(bytes: Buffer, type: number, offset: number): number {
  switch (type) {
    case BSON_TYPE.double:
    case BSON_TYPE.date:
    case BSON_TYPE.timestamp:
    case BSON_TYPE.long:
      return offset + 8
    case BSON_TYPE.int:
      return offset + 4
    case BSON_TYPE.bool:
      return offset + 1
    case BSON_TYPE.objectId:
      return offset + 12
    case BSON_TYPE.decimal:
      return offset + 16
    case BSON_TYPE.null:
    case BSON_TYPE.undefined:
    case BSON_TYPE.minKey:
    case BSON_TYPE.maxKey:
      return offset
    case BSON_TYPE.string:
    case BSON_TYPE.code:
    case BSON_TYPE.symbol:
      return offset + 4 + bytes.readInt32LE(offset)
    case BSON_TYPE.object:
    case BSON_TYPE.array:
    case BSON_TYPE.codeWithScope:
      return offset + bytes.readInt32LE(offset)
    case BSON_TYPE.binary:
      return offset + 5 + bytes.readInt32LE(offset)
    case BSON_TYPE.dbPointer:
      return offset + 4 + bytes.readInt32LE(offset) + 12
    case BSON_TYPE.regex:
      return afterCString(bytes, afterCString(bytes, offset))
    default:
      return invalid(`unrecognized type 0x${type.toString(16)}`)
  }
}

/**
 * Checks that `bytes` from `offset` hold exactly one well-formed BSON document that ends at or before `limit`:
 * lengths agree, types are known, nesting is at most 100.
 * @returns the position after the document
 * @throws DatastoreError InvalidBSON (22) or Overflow (15) for too deep a nesting
 */
export function validateDocument(bytes: Buffer, offset: number, limit: number, depth = 1): number {
  if (depth > MAX_NESTING)
    fail('Overflow', `Exceeded depth limit of ${MAX_NESTING} when parsing BSON`)
  if (limit - offset < 5)
    return invalid('a document shorter than five bytes')
  const end = offset + bytes.readInt32LE(offset)
  if (end > limit || end < offset + 5)
    return invalid('a document length that does not fit')
  const last = end - 1
  if (bytes[last] !== 0)
    return invalid('a document without its end')
  let at = offset + 4
  while (at < last) {
    const type = bytes[at]!
    const valueAt = afterCString(bytes, at + 1)
    if (valueAt > last)
      return invalid('a name without its end')
    at = validateValue(bytes, type, valueAt, last, depth)
  }
  return at === last ? end : invalid('an element past the end of its document')
}

function validateValue(bytes: Buffer, type: number, offset: number, limit: number, depth: number): number {
  switch (type) {
    case BSON_TYPE.object:
    case BSON_TYPE.array:
      return validateDocument(bytes, offset, limit, depth + 1)
    case BSON_TYPE.string:
    case BSON_TYPE.code:
    case BSON_TYPE.symbol:
      return validateString(bytes, offset, limit)
    case BSON_TYPE.binary:
      if (limit - offset < 5 || bytes.readInt32LE(offset) < 0)
        return invalid('a binary length that does not fit')
      break
    case BSON_TYPE.dbPointer:
      validateString(bytes, offset, limit)
      break
    case BSON_TYPE.bool:
      if (bytes[offset]! > 1)
        return invalid('a boolean that is neither 0 nor 1')
      break
    case BSON_TYPE.codeWithScope: {
      if (limit - offset < 14)
        return invalid('code with scope that does not fit')
      const end = offset + bytes.readInt32LE(offset)
      if (end > limit || end < offset + 14)
        return invalid('code with scope that does not fit')
      const scope = validateString(bytes, offset + 4, end)
      return validateDocument(bytes, scope, end, depth + 1) === end ? end : invalid('code with scope of a wrong length')
    }
  }
  const after = afterValue(bytes, type, offset)
  return after > limit ? invalid('a value past the end of its document') : after
}

function validateString(bytes: Buffer, offset: number, limit: number): number {
  if (limit - offset < 5)
    return invalid('a string that does not fit')
  const length = bytes.readInt32LE(offset)
  const end = offset + 4 + length
  if (length < 1 || end > limit || bytes[end - 1] !== 0)
    return invalid('a string of a wrong length')
  return end
}
