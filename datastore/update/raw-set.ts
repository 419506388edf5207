import type { Buffer } from 'node:buffer'
import type { Fields } from '../bson/decode.ts'
import { decodeDocument } from '../bson/decode.ts'
import { BSON_TYPE } from '../bson/layout.ts'
import { documentOf, listElements, locateField } from '../bson/stored-document.ts'

/** A name that stands for itself: no path, no operator, no position, and not the `_id`. */
const PLAIN = /^(?!_id$)(?=.*\D)[^.$\0]+$/

/** A `$set` of whole top-level fields, kept as the bytes it came in: most updates are one, and their values need not be read to be stored. */
export class RawSet {
  /** The elements, each with its type and name, in the order in which new ones are added to a document. */
  readonly elements: ReadonlyMap<string, Buffer>

  constructor(elements: ReadonlyMap<string, Buffer>) {
    this.elements = elements
  }

  /** The same update as an ordinary document. */
  toFields(): Fields {
    return { $set: decodeDocument(documentOf([...this.elements.values()])) }
  }
}

/** A statement of an update command, with its update `u` as a `RawSet` where it is one. */
export function decodeStatement(bytes: Buffer): Fields {
  const place = locateField(bytes, 'u')
  const raw = place?.type === BSON_TYPE.object ? rawSet(bytes.subarray(place.valueAt, place.end)) : undefined
  if (!raw)
    return decodeDocument(bytes)
  const statement = decodeDocument(bytes, 0, 'exact', name => name === 'u')
  statement.u = raw
  return statement
}

function rawSet(update: Buffer): RawSet | undefined {
  const [only, second] = listElements(update)
  if (only?.name !== '$set' || only.place.type !== BSON_TYPE.object || second)
    return undefined
  const fields = update.subarray(only.place.valueAt, only.place.end)
  const elements = listElements(fields)
  const names = new Set(elements.map(({ name }) => name))
  if (names.size < elements.length || elements.some(({ name }) => !PLAIN.test(name)))
    return undefined
  const sorted = elements.sort((a, b) => a.name < b.name ? -1 : 1)
  return new RawSet(new Map(sorted.map(({ name, place }) => [name, fields.subarray(place.start, place.end)])))
}
