import type { Fields } from './decode.ts'
import { Buffer } from 'node:buffer'
import { serialize } from 'bson'

/**
 * A document's BSON. JavaScript integers within 32 bits become int32, other numbers double; undefined is left out.
 */
export function encodeDocument(fields: Fields): Buffer {
  const bytes = serialize(fields, { checkKeys: false, ignoreUndefined: true })
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** One encoded element (type byte, name, value), without a document around it. */
export function encodeElement(name: string, value: unknown): Buffer {
  const holder: Fields = Object.defineProperty({}, name, { value, enumerable: true })
  const bytes = encodeDocument(holder)
  return bytes.subarray(4, bytes.length - 1)
}
