import type { Fields } from './decode.ts'
import { Buffer } from 'node:buffer'
import { serialize } from 'bson'
import { fail } from '../errors.ts'
import { MAX_RESULT_BYTES } from './layout.ts'

/** The space that `bson` writes into. What does not fit is cut off, or ends in an error of its own. */
const SPACE = 17 * 1024 * 1024

/**
 * A document's BSON. JavaScript integers within 32 bits become int32, other numbers double; undefined is left out.
 * @throws DatastoreError BSONObjectTooLarge (10334) beyond 17 MB
 */
export function encodeDocument(fields: Fields): Buffer {
  const bytes = serialized(fields)
  if (bytes.length > SPACE)
    tooLarge()
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function serialized(fields: Fields): Uint8Array {
  try {
    return serialize(fields, { checkKeys: false, ignoreUndefined: true })
  }
  catch (error) {
    throw error instanceof RangeError && 'code' in error && error.code === 'ERR_OUT_OF_RANGE' ? tooLarge() : error
  }
}

function tooLarge(): never {
  return fail('BSONObjectTooLarge', `BSONObj size is invalid. Size must be between 0 and ${MAX_RESULT_BYTES}`)
}

/** One encoded element (type byte, name, value), without a document around it. */
export function encodeElement(name: string, value: unknown): Buffer {
  const holder: Fields = Object.defineProperty({}, name, { value, enumerable: true })
  const bytes = encodeDocument(holder)
  return bytes.subarray(4, bytes.length - 1)
}
