import type { Code, DBRef, Timestamp } from 'bson'
import type { StringKey } from '../bson/compare.ts'
import type { BsonNumber, ExactDecimal } from '../bson/numbers.ts'
import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { Decimal128, Long, ObjectId } from 'bson'
import { binaryOf, ORDER, regexOf, textOf, typeOrder } from '../bson/compare.ts'
import { compareExact, decimalClass, toExact, toNumber } from '../bson/numbers.ts'

/** The longest encoded key kept whole; a longer one keeps this many bytes and the hash of all of it. */
export const MAX_KEY_BYTES = 1200
/** The same for `_id`, which is part of index keys too. */
export const MAX_ID_BYTES = 600

/**
 * Appends BSON values as bytes whose order (that of memcmp) is MongoDB's order of the values, and
 * no value's bytes are the beginning of another's, so that keys of several fields are simply joined.
 * Numbers of all types share one form: the greatest double not above the value, and for values
 * that are no double, the exact decimal after it. A descending field has all its bits turned over.
 */
export class KeyWriter {
  private buffer = Buffer.allocUnsafe(256)
  private length = 0

  /** Appends a value; undefined (missing) is written as null. */
  value(value: unknown, descending = false, stringKey?: StringKey): this {
    const start = this.length
    this.write(value, stringKey)
    if (descending)
      this.invert(start)
    return this
  }

  /** Appends the mark of an empty array, which lies below null. */
  empty(descending = false): this {
    this.byte(descending ? ~ORDER.empty & 0xFF : ORDER.empty)
    return this
  }

  /** Appends bytes as they are. */
  raw(bytes: Uint8Array): this {
    this.reserve(bytes.length)
    this.buffer.set(bytes, this.length)
    this.length += bytes.length
    return this
  }

  /** A copy of what has been written; writing starts over. */
  take(): Buffer {
    const bytes = Buffer.from(this.buffer.subarray(0, this.length))
    this.length = 0
    return bytes
  }

  private reserve(extra: number): void {
    if (this.length + extra <= this.buffer.length)
      return
    const grown = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.length + extra))
    this.buffer.copy(grown, 0, 0, this.length)
    this.buffer = grown
  }

  private invert(start: number): void {
    for (let i = start; i < this.length; i++)
      this.buffer[i] = ~this.buffer[i]! & 0xFF
  }

  private byte(byte: number): void {
    this.reserve(1)
    this.buffer[this.length++] = byte
  }

  private write(value: unknown, key: StringKey | undefined): void {
    const order = typeOrder(value)
    this.byte(order)
    this.payload(order, value, key)
  }

  private payload(order: number, value: unknown, key: StringKey | undefined): void {
    switch (order) {
      case ORDER.number:
        return this.number(value as BsonNumber)
      case ORDER.string:
        return this.text(key ? key(textOf(value)) : textOf(value))
      case ORDER.objectId:
        this.raw((value as ObjectId).id)
        return
      case ORDER.bool:
        return this.byte(value ? 2 : 1)
      case ORDER.date:
        return this.int64(BigInt.asIntN(64, BigInt(Number.isNaN((value as Date).getTime()) ? 0 : (value as Date).getTime())))
      case ORDER.timestamp:
        this.uint32((value as Timestamp).getHighBitsUnsigned())
        return this.uint32((value as Timestamp).getLowBitsUnsigned())
      case ORDER.object:
        return this.fields(value as object, key)
      case ORDER.array:
        for (const item of value as unknown[])
          this.write(item, key)
        return this.byte(0)
      case ORDER.binary: {
        const { bytes, subtype } = binaryOf(value)
        this.uint32(bytes.length)
        this.byte(subtype)
        this.raw(bytes)
        return
      }
      case ORDER.regex: {
        const { pattern, options } = regexOf(value)
        this.text(pattern)
        return this.text(options)
      }
      case ORDER.code:
      case ORDER.codeWithScope:
        this.text(String((value as Code).code))
        return order === ORDER.codeWithScope ? this.fields((value as Code).scope ?? {}, key) : undefined
      case ORDER.dbPointer:
        this.text((value as DBRef).collection)
        this.raw((value as DBRef).oid.id)
    }
  }

  private fields(value: object, key: StringKey | undefined): void {
    for (const [name, item] of Object.entries(value)) {
      const order = typeOrder(item)
      this.byte(order)
      this.text(name)
      this.payload(order, item, key)
    }
    this.byte(0)
  }

  /** UTF-8 with zero bytes written as 00 FF, ended by 00 01: shorter sorts first, and no text begins another. */
  private text(text: string): void {
    const size = text.length * 3
    this.reserve(size + 2)
    const written = this.buffer.write(text, this.length, 'utf8')
    const start = this.length
    this.length += written
    const zero = this.buffer.indexOf(0, start)
    if (zero >= 0 && zero < this.length) {
      const bytes = Buffer.from(this.buffer.subarray(start, this.length))
      this.length = start
      this.reserve(bytes.length * 2 + 2)
      for (const byte of bytes) {
        this.buffer[this.length++] = byte
        if (byte === 0)
          this.buffer[this.length++] = 0xFF
      }
    }
    this.reserve(2)
    this.buffer[this.length++] = 0
    this.buffer[this.length++] = 1
  }

  private uint32(value: number): void {
    this.reserve(4)
    this.buffer.writeUInt32BE(value >>> 0, this.length)
    this.length += 4
  }

  private int64(value: bigint): void {
    this.reserve(8)
    this.buffer.writeBigUInt64BE(BigInt.asUintN(64, value) ^ 0x8000000000000000n, this.length)
    this.length += 8
  }

  private number(value: BsonNumber): void {
    if (typeof value === 'number')
      return this.double(value, undefined)
    if (!(value instanceof Decimal128) && !(value instanceof Long) && typeof value !== 'bigint')
      return this.double(toNumber(value), undefined)
    if (value instanceof Decimal128) {
      const special = decimalClass(value)
      if (special !== 0)
        return this.double(special, undefined)
    }
    const nearest = toNumber(value)
    const exact = toExact(value)
    const difference = Number.isFinite(nearest) ? compareExact(toExact(nearest), exact) : nearest
    if (difference === 0)
      return this.double(nearest, undefined)
    this.double(difference > 0 ? doubleBelow(nearest) : nearest, exact)
  }

  private double(value: number, rest: ExactDecimal | undefined): void {
    this.reserve(9)
    if (Number.isNaN(value)) {
      this.buffer.fill(0, this.length, this.length + 8)
    }
    else {
      this.buffer.writeDoubleBE(value === 0 ? 0 : value, this.length)
      if (this.buffer[this.length]! & 0x80)
        this.invertBytes(this.length, 8)
      else
        this.buffer[this.length]! |= 0x80
    }
    this.length += 8
    this.byte(rest ? 1 : 0)
    if (rest)
      this.exact(rest)
  }

  private invertBytes(start: number, count: number): void {
    for (let i = start; i < start + count; i++)
      this.buffer[i] = ~this.buffer[i]! & 0xFF
  }

  /** Order of magnitude (two bytes), then digits ended by 00; turned over for negative values. */
  private exact(value: ExactDecimal): void {
    const start = this.length
    const digits = value.coefficient.toString()
    this.reserve(digits.length + 3)
    this.buffer.writeUInt16BE(digits.length + value.exponent + 0x8000, this.length)
    this.length += 2
    this.length += this.buffer.write(digits, this.length, 'latin1')
    this.buffer[this.length++] = 0
    if (value.negative)
      this.invertBytes(start, this.length - start)
  }
}

const BITS = new DataView(new ArrayBuffer(8))

/** The next double towards minus infinity. */
function doubleBelow(value: number): number {
  if (value === Infinity)
    return Number.MAX_VALUE
  if (value === 0)
    return -Number.MIN_VALUE
  BITS.setFloat64(0, value)
  const bits = BITS.getBigInt64(0)
  BITS.setBigInt64(0, value > 0 ? bits - 1n : bits + 1n)
  return BITS.getFloat64(0)
}

/** A key that fits into the store: one too long is cut and ends with the hash of the whole. */
export function boundedKey(key: Buffer, most = MAX_KEY_BYTES): { key: Buffer, cut: boolean } {
  if (key.length <= most)
    return { key, cut: false }
  const hash = createHash('sha256').update(key).digest()
  return { key: Buffer.concat([key.subarray(0, most), hash]), cut: true }
}

/** The key of a document by its `_id`. */
export function encodeId(id: unknown): Buffer {
  if (id instanceof ObjectId) {
    const bytes = Buffer.allocUnsafe(13)
    bytes[0] = ORDER.objectId
    bytes.set(id.id, 1)
    return bytes
  }
  return boundedKey(new KeyWriter().value(id).take(), MAX_ID_BYTES).key
}
