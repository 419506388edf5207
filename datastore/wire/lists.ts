import type { Buffer } from 'node:buffer'
import type { Fields } from '../bson/decode.ts'
import { decodeDocument, readName } from '../bson/decode.ts'
import { afterCString, afterValue, BSON_TYPE } from '../bson/layout.ts'

/** The list of a command that may as well be a section of kind 1. https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/#kind-1--document-sequence */
const LISTS: ReadonlyMap<string, string> = new Map([['insert', 'documents'], ['update', 'updates'], ['delete', 'deletes']])

/**
 * Decodes a command's body, but for its list of documents: they are added to `sequences` as their bytes, as if they had come in a section of their own, because
 * most of them are stored as they are. A list that holds anything else is left in the body, for the command to complain of.
 */
export function decodeBody(body: Buffer, sequences: Map<string, Buffer[]>): Fields {
  const name = body.length > 5 ? readName(body, 5, afterCString(body, 5) - 1) : ''
  const list = LISTS.get(name)
  if (list === undefined || sequences.has(list))
    return decodeDocument(body)
  return decodeDocument(body, 0, 'exact', (field, type, valueAt) => {
    const documents = field === list && type === BSON_TYPE.array && !sequences.has(list) ? documentsAt(body, valueAt) : undefined
    if (documents)
      sequences.set(list, documents)
    return documents !== undefined
  })
}

/** The documents of a list as their bytes, or undefined when there is anything else in it. */
function documentsAt(bytes: Buffer, offset: number): Buffer[] | undefined {
  const documents: Buffer[] = []
  const last = offset + bytes.readInt32LE(offset) - 1
  for (let at = offset + 4; at < last;) {
    const valueAt = afterCString(bytes, at + 1)
    if (bytes[at] !== BSON_TYPE.object)
      return undefined
    const end = afterValue(bytes, BSON_TYPE.object, valueAt)
    documents.push(bytes.subarray(valueAt, end))
    at = end
  }
  return documents
}
