import type { Long } from 'bson'
import type { Tail } from '../cursor.ts'
import { Buffer } from 'node:buffer'
import { encodeElement } from '../bson/encode.ts'
import { BSON_TYPE } from '../bson/layout.ts'

const NOTHING = Buffer.alloc(0)

/**
 * `{cursor: {<batch>: […], id, ns}, ok: 1}` around documents that are encoded already, with what `tail` adds for a change stream.
 * Its size is known beforehand, so the documents are copied once.
 */
export function cursorReply(name: 'firstBatch' | 'nextBatch', documents: readonly Buffer[], id: Long, namespace: string, tail?: Tail): Buffer {
  const token = tail ? encodeElement('postBatchResumeToken', tail.postBatchResumeToken) : NOTHING
  const time = tail ? encodeElement('operationTime', tail.operationTime) : NOTHING
  let array = 5
  for (let i = 0; i < documents.length; i++)
    array += 2 + digits(i) + documents[i]!.length
  const text = Buffer.byteLength(namespace)
  const cursor = 4 + (2 + name.length + array) + (2 + 2 + 8) + (2 + 2 + 4 + text + 1) + token.length + 1
  const size = 4 + (2 + 6 + cursor) + time.length + (2 + 2 + 8) + 1
  const bytes = Buffer.allocUnsafe(size)
  let at = bytes.writeInt32LE(size, 0)
  at = header(bytes, at, BSON_TYPE.object, 'cursor')
  at = bytes.writeInt32LE(cursor, at)
  at = header(bytes, at, BSON_TYPE.array, name)
  at = bytes.writeInt32LE(array, at)
  for (let i = 0; i < documents.length; i++) {
    at = header(bytes, at, BSON_TYPE.object, String(i))
    bytes.set(documents[i]!, at)
    at += documents[i]!.length
  }
  bytes[at++] = 0
  at = header(bytes, at, BSON_TYPE.long, 'id')
  at = bytes.writeInt32LE(id.low, at)
  at = bytes.writeInt32LE(id.high, at)
  at = header(bytes, at, BSON_TYPE.string, 'ns')
  at = bytes.writeInt32LE(text + 1, at)
  at += bytes.write(namespace, at, 'utf8')
  bytes[at++] = 0
  at += token.copy(bytes, at)
  bytes[at++] = 0
  at += time.copy(bytes, at)
  at = header(bytes, at, BSON_TYPE.double, 'ok')
  at = bytes.writeDoubleLE(1, at)
  bytes[at] = 0
  return bytes
}

function digits(index: number): number {
  return index < 10 ? 1 : index < 100 ? 2 : index < 1000 ? 3 : String(index).length
}

/** A type byte and a name of ASCII letters. @returns the position after them */
function header(bytes: Buffer, offset: number, type: number, name: string): number {
  let at = offset
  bytes[at++] = type
  for (let i = 0; i < name.length; i++)
    bytes[at++] = name.charCodeAt(i)
  bytes[at++] = 0
  return at
}
