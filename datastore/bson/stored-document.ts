import type { Fields } from './decode.ts'
import { Buffer } from 'node:buffer'
import { decodeDocument, decodeValue, readName } from './decode.ts'
import { afterCString, afterValue } from './layout.ts'

/** Anything whose top-level fields can be asked for by name: a stored document or a plain object. */
export interface FieldSource {
  get: (name: string) => unknown
  /** All of them, where they are at hand. */
  readonly fields?: Fields
}

/**
 * A document as its BSON bytes, decoded field by field as fields are asked for:
 * a filter on two fields of a large document reads only those two.
 */
export class StoredDocument implements FieldSource {
  readonly bytes: Buffer
  private readonly decoded = new Map<string, unknown>()

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }

  /** The decoded value of a top-level field (numbers exact), or undefined when there is none. */
  get(name: string): unknown {
    if (this.decoded.has(name))
      return this.decoded.get(name)
    const value = findField(this.bytes, name)
    this.decoded.set(name, value)
    return value
  }

  /** The whole document, decoded afresh. */
  toFields(): Fields {
    return decodeDocument(this.bytes)
  }
}

/** A plain object as a field source. */
export function fieldsSource(fields: Fields): FieldSource {
  return { fields, get: name => Object.hasOwn(fields, name) ? fields[name] : undefined }
}

function findField(bytes: Buffer, name: string): unknown {
  const place = locateField(bytes, name)
  return place ? decodeValue(bytes, place.type, place.valueAt, 'exact') : undefined
}

/** Where a top-level element lies: its type, the start of its type byte, of its value, and the position after it. */
export interface ElementPlace { type: number, start: number, valueAt: number, end: number }

/** Finds a top-level field in valid BSON without decoding the others. */
export function locateField(bytes: Buffer, name: string): ElementPlace | undefined {
  const last = bytes.readInt32LE(0) - 1
  let at = 4
  while (at < last) {
    const type = bytes[at]!
    const valueAt = afterCString(bytes, at + 1)
    const end = afterValue(bytes, type, valueAt)
    if (isName(bytes, at + 1, valueAt - 1, name))
      return { type, start: at, valueAt, end }
    at = end
  }
  return undefined
}

/** Whether the bytes between two positions are a name. ASCII is compared as it stands. */
function isName(bytes: Buffer, start: number, end: number, name: string): boolean {
  const { length } = name
  for (let i = 0; i < length; i++) {
    const code = name.charCodeAt(i)
    if (code > 127)
      return readName(bytes, start, end) === name
    if (start + i >= end || bytes[start + i] !== code)
      return false
  }
  return end - start === length
}

/** Whether a top-level field is the same, byte for byte, in two documents, or in neither. */
export function sameElement(a: StoredDocument, b: StoredDocument, name: string): boolean {
  const x = locateField(a.bytes, name)
  const y = locateField(b.bytes, name)
  if (!x || !y)
    return x === y
  return a.bytes.compare(b.bytes, y.start, y.end, x.start, x.end) === 0
}

/** The names and places of all top-level elements, in their order. */
export function listElements(bytes: Buffer): { name: string, place: ElementPlace }[] {
  const elements: { name: string, place: ElementPlace }[] = []
  const last = bytes.readInt32LE(0) - 1
  let at = 4
  while (at < last) {
    const type = bytes[at]!
    const valueAt = afterCString(bytes, at + 1)
    const end = afterValue(bytes, type, valueAt)
    elements.push({ name: readName(bytes, at + 1, valueAt - 1), place: { type, start: at, valueAt, end } })
    at = end
  }
  return elements
}

/** A document made of already encoded elements, in the order given. */
export function documentOf(elements: readonly Buffer[]): Buffer {
  let size = 5
  for (const element of elements)
    size += element.length
  const bytes = Buffer.allocUnsafe(size)
  bytes.writeInt32LE(size, 0)
  let at = 4
  for (const element of elements) {
    element.copy(bytes, at)
    at += element.length
  }
  bytes[at] = 0
  return bytes
}
