import type { Buffer } from 'node:buffer'
import { Binary, BSONRegExp, BSONSymbol, Code, DBRef, Decimal128, Double, Long, MaxKey, MinKey, ObjectId, Timestamp } from 'bson'
import { fail } from '../errors.ts'
import { afterCString, afterValue, BSON_TYPE } from './layout.ts'

/** A decoded BSON document. Field values are decoded BSON values: see `decodeValue`. */
export type Fields = Record<string, unknown>

/**
 * How numbers come out.
 * `exact`: writing the decoded value again gives the same bytes, so an int64 is a Long and a double that
 * would be written as an int32 is a Double. `plain`: JavaScript numbers wherever they lose nothing of the value.
 */
export type NumberMode = 'exact' | 'plain'

const INT32_MIN = -0x80000000
const INT32_MAX = 0x7FFFFFFF

/** Sets an own field whatever its name is: `__proto__` in a document is data. */
export function setField(target: Fields, name: string, value: unknown): void {
  if (name === '__proto__')
    Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true })
  else
    target[name] = value
}

/** Reads an own field; undefined when the object has none of that name. */
export function getField(source: object, name: string): unknown {
  return Object.hasOwn(source, name) ? (source as Fields)[name] : undefined
}

/** Says of a field, before it is decoded, whether it is left out. */
type Skip = (name: string, type: number, valueAt: number) => boolean

/** Decodes the valid BSON document that starts at `offset`, but for the top-level fields that are skipped. */
export function decodeDocument(bytes: Buffer, offset = 0, mode: NumberMode = 'exact', skip?: Skip): Fields {
  const fields: Fields = {}
  const last = offset + bytes.readInt32LE(offset) - 1
  let at = offset + 4
  while (at < last) {
    const type = bytes[at]!
    const afterName = afterCString(bytes, at + 1)
    const name = readName(bytes, at + 1, afterName - 1)
    if (!skip?.(name, type, afterName))
      setField(fields, name, decodeValue(bytes, type, afterName, mode))
    at = afterValue(bytes, type, afterName)
  }
  return fields
}

function decodeArray(bytes: Buffer, offset: number, mode: NumberMode): unknown[] {
  const items: unknown[] = []
  const last = offset + bytes.readInt32LE(offset) - 1
  let at = offset + 4
  while (at < last) {
    const type = bytes[at]!
    const afterName = afterCString(bytes, at + 1)
    items.push(decodeValue(bytes, type, afterName, mode))
    at = afterValue(bytes, type, afterName)
  }
  return items
}

/** The name between two positions; short ASCII names are built without a call into native code. */
export function readName(bytes: Buffer, start: number, end: number): string {
  if (end - start > 24)
    return bytes.toString('utf8', start, end)
  let text = ''
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!
    if (byte > 127)
      return bytes.toString('utf8', start, end)
    text += String.fromCharCode(byte)
  }
  return text
}

/**
 * Decodes one BSON value: strings, booleans, null, Date, arrays and plain objects as themselves; numbers by `mode`;
 * the rest as the classes of the `bson` package. BSON's deprecated `undefined` comes out as null.
 */
export function decodeValue(bytes: Buffer, type: number, offset: number, mode: NumberMode): unknown {
  switch (type) {
    case BSON_TYPE.double: {
      const value = bytes.readDoubleLE(offset)
      if (mode === 'exact' && Number.isInteger(value) && value >= INT32_MIN && value <= INT32_MAX)
        return new Double(value)
      return value
    }
    case BSON_TYPE.string:
      return bytes.toString('utf8', offset + 4, offset + 3 + bytes.readInt32LE(offset))
    case BSON_TYPE.object:
      return decodeDocument(bytes, offset, mode)
    case BSON_TYPE.array:
      return decodeArray(bytes, offset, mode)
    case BSON_TYPE.binary: {
      const length = bytes.readInt32LE(offset)
      return new Binary(Uint8Array.prototype.slice.call(bytes, offset + 5, offset + 5 + length), bytes[offset + 4])
    }
    case BSON_TYPE.undefined:
    case BSON_TYPE.null:
      return null
    case BSON_TYPE.objectId:
      return new ObjectId(Uint8Array.prototype.slice.call(bytes, offset, offset + 12))
    case BSON_TYPE.bool:
      return bytes[offset] === 1
    case BSON_TYPE.date: {
      const millis = bytes.readInt32LE(offset + 4) * 0x100000000 + bytes.readUInt32LE(offset)
      return new Date(millis)
    }
    case BSON_TYPE.regex: {
      const afterPattern = afterCString(bytes, offset)
      const afterOptions = afterCString(bytes, afterPattern)
      return new BSONRegExp(bytes.toString('utf8', offset, afterPattern - 1), bytes.toString('utf8', afterPattern, afterOptions - 1))
    }
    case BSON_TYPE.dbPointer: {
      const length = bytes.readInt32LE(offset)
      const at = offset + 4 + length
      return new DBRef(bytes.toString('utf8', offset + 4, at - 1), new ObjectId(Uint8Array.prototype.slice.call(bytes, at, at + 12)))
    }
    case BSON_TYPE.code:
      return new Code(bytes.toString('utf8', offset + 4, offset + 3 + bytes.readInt32LE(offset)))
    case BSON_TYPE.symbol:
      return new BSONSymbol(bytes.toString('utf8', offset + 4, offset + 3 + bytes.readInt32LE(offset)))
    case BSON_TYPE.codeWithScope: {
      const length = bytes.readInt32LE(offset + 4)
      return new Code(bytes.toString('utf8', offset + 8, offset + 7 + length), decodeDocument(bytes, offset + 8 + length, mode))
    }
    case BSON_TYPE.int:
      return bytes.readInt32LE(offset)
    case BSON_TYPE.timestamp:
      return new Timestamp({ i: bytes.readUInt32LE(offset), t: bytes.readUInt32LE(offset + 4) })
    case BSON_TYPE.long: {
      const high = bytes.readInt32LE(offset + 4)
      const low = bytes.readUInt32LE(offset)
      if (mode === 'plain') {
        const value = high * 0x100000000 + low
        if (Number.isSafeInteger(value))
          return value
      }
      return new Long(low | 0, high)
    }
    case BSON_TYPE.decimal:
      return new Decimal128(Uint8Array.prototype.slice.call(bytes, offset, offset + 16))
    case BSON_TYPE.minKey:
      return new MinKey()
    case BSON_TYPE.maxKey:
      return new MaxKey()
    default:
      return fail('InvalidBSON', `Invalid BSON: unrecognized type 0x${type.toString(16)}`)
  }
}
