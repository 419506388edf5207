import { Buffer } from 'node:buffer'
import { BSON_TYPE } from '../bson/layout.ts'
import { documentOf, listElements, locateField } from '../bson/stored-document.ts'

/** A field of a document, or an element of an array, as its bytes. */
export interface Element { name: string, type: number, value: Buffer }

/** The elements of an encoded document or array, in their order. */
export function elementsOf(bytes: Buffer): Element[] {
  return listElements(bytes).map(({ name, place }) => ({ name, type: place.type, value: bytes.subarray(place.valueAt, place.end) }))
}

/** The same to the last bit: what an update has left alone. */
export function isSame(a: Element, b: Element): boolean {
  return a.type === b.type && a.value.equals(b.value)
}

/** Whether both are documents, or both arrays, so that a difference can be told from what is within. */
export function areNested(a: Element, b: Element): boolean {
  return a.type === b.type && (a.type === BSON_TYPE.object || a.type === BSON_TYPE.array)
}

/** An element under another name, encoded. */
export function encodeAs(name: string, { type, value }: Element): Buffer {
  return Buffer.concat([Buffer.from([type]), Buffer.from(name), Buffer.from([0]), value])
}

/** `{_id}` of an encoded document, as its bytes. */
export function keyOf(document: Buffer): Buffer {
  const place = locateField(document, '_id')
  return documentOf(place ? [document.subarray(place.start, place.end)] : [])
}
