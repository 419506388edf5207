import type { Buffer } from 'node:buffer'
import type { Fields } from '../bson/decode.ts'
import { decodeValue, setField } from '../bson/decode.ts'
import { documentOf, listElements } from '../bson/stored-document.ts'

/** A run of elements that stays as it is, or the name of a field that is written anew. */
type Piece = { start: number, end: number } | string

/** A name that JavaScript's objects put before the others, wherever it was. */
const POSITION_LIKE = /^\d+$/

/**
 * A document's touched top-level fields, decoded, and its elements in their order.
 * Undefined for a document whose touched fields do not keep their order as an object's, or have a name twice.
 */
export function splitElements(bytes: Buffer, touched: ReadonlySet<string>): { fields: Fields, pieces: Piece[] } | undefined {
  for (const name of touched) {
    if (POSITION_LIKE.test(name))
      return undefined
  }
  const fields: Fields = {}
  const pieces: Piece[] = []
  const seen = new Set<string>()
  let run: { start: number, end: number } | undefined
  for (const { name, place } of listElements(bytes)) {
    if (seen.has(name) || POSITION_LIKE.test(name))
      return undefined
    seen.add(name)
    if (touched.has(name)) {
      setField(fields, name, decodeValue(bytes, place.type, place.valueAt, 'exact'))
      pieces.push(name)
      run = undefined
    }
    else if (run) {
      run.end = place.end
    }
    else {
      run = { start: place.start, end: place.end }
      pieces.push(run)
    }
  }
  return { fields, pieces }
}

/** The elements in their order with the touched ones from `written`; those the document did not have follow at the end. */
export function joinElements(bytes: Buffer, pieces: readonly Piece[], written: Buffer): Buffer {
  const fresh = new Map(listElements(written).map(({ name, place }) => [name, written.subarray(place.start, place.end)]))
  const elements: Buffer[] = []
  for (const piece of pieces) {
    if (typeof piece !== 'string') {
      elements.push(bytes.subarray(piece.start, piece.end))
      continue
    }
    const element = fresh.get(piece)
    if (element)
      elements.push(element)
    fresh.delete(piece)
  }
  return documentOf([...elements, ...fresh.values()])
}

/**
 * A document with these elements in the place of those of the same name, and those it did not have at its end, in their order.
 * Undefined for a document whose fields do not keep their order as an object's, or have a name twice.
 */
export function replaceElements(bytes: Buffer, elements: ReadonlyMap<string, Buffer>): Buffer | undefined {
  const parts: Buffer[] = []
  const seen = new Set<string>()
  let kept = 4
  for (const { name, place } of listElements(bytes)) {
    if (seen.has(name) || POSITION_LIKE.test(name))
      return undefined
    seen.add(name)
    const element = elements.get(name)
    if (!element)
      continue
    parts.push(bytes.subarray(kept, place.start), element)
    kept = place.end
  }
  parts.push(bytes.subarray(kept, bytes.length - 1))
  for (const [name, element] of elements) {
    if (!seen.has(name))
      parts.push(element)
  }
  return documentOf(parts)
}
