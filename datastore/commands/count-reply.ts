import type { Fields } from '../bson/decode.ts'
import { Buffer } from 'node:buffer'
import { Int32 } from 'bson'
import { BSON_TYPE } from '../bson/layout.ts'

/** More than any such reply needs. */
const ROOM = 256
/** What a field takes besides its name: its type, the end of its name, and a number. */
const FIELD_BYTES = 2 + 8
const OK = 'ok'

/** The reply to a command that answers int32 counts or nothing, with `ok: 1`, as most answers to writes are; undefined for one that answers anything else. */
export function countReply(counts: Fields): Buffer | undefined {
  const bytes = Buffer.allocUnsafe(ROOM)
  let at = 4
  for (const name in counts) {
    const count = counts[name]
    if (!(count instanceof Int32) || at + name.length + 2 * FIELD_BYTES + OK.length > ROOM)
      return undefined
    bytes[at] = BSON_TYPE.int
    at += 1 + bytes.write(`${name}\0`, at + 1, 'latin1')
    at = bytes.writeInt32LE(count.value, at)
  }
  bytes[at] = BSON_TYPE.double
  at += 1 + bytes.write(`${OK}\0`, at + 1, 'latin1')
  at = bytes.writeDoubleLE(1, at)
  bytes[at++] = 0
  bytes.writeInt32LE(at, 0)
  return bytes.subarray(0, at)
}
