import { Buffer } from 'node:buffer'

/** What a logged change is. The order is that of the byte they are stored as. */
const KINDS = ['insert', 'update', 'replace', 'delete', 'drop', 'rename', 'dropDatabase'] as const
export type EntryKind = typeof KINDS[number]

/**
 * A logged change. `documents` are BSON, by kind:
 * insert, replace: the document · update: `{_id}`, the update description · delete: `{_id}` ·
 * rename: `{db, coll}` of the new name. Where `images` is set, two follow: the document before and after, empty where there is none.
 */
export interface LogEntry {
  kind: EntryKind
  images: boolean
  /** Milliseconds since 1970. */
  wallTime: number
  /** The number of the collection, 0 for a database. */
  number: number
  database: string
  /** The collection's name, empty for a database. */
  name: string
  documents: Buffer[]
}

const HEADER_BYTES = 24

/** An entry as it is stored. `total` is the sum of the sizes of all entries before it, so that two entries tell what lies between. */
export function encodeEntry(entry: LogEntry, total: number): Buffer {
  const database = Buffer.byteLength(entry.database)
  const name = Buffer.byteLength(entry.name)
  let size = HEADER_BYTES + database + name
  for (const document of entry.documents)
    size += document.length
  const bytes = Buffer.allocUnsafe(size)
  bytes[0] = KINDS.indexOf(entry.kind)
  bytes[1] = entry.images ? 1 : 0
  bytes[2] = database
  bytes[3] = name
  bytes.writeUInt32BE(entry.number, 4)
  bytes.writeDoubleBE(entry.wallTime, 8)
  bytes.writeDoubleBE(total, 16)
  let at = HEADER_BYTES
  at += bytes.write(entry.database, at, 'utf8')
  at += bytes.write(entry.name, at, 'utf8')
  for (const document of entry.documents) {
    bytes.set(document, at)
    at += document.length
  }
  return bytes
}

/** An entry read back; its documents are parts of `bytes`. */
export function decodeEntry(bytes: Buffer): LogEntry {
  const nameAt = HEADER_BYTES + bytes[2]!
  let at = nameAt + bytes[3]!
  const entry: LogEntry = {
    kind: KINDS[bytes[0]!]!,
    images: bytes[1] === 1,
    number: bytes.readUInt32BE(4),
    wallTime: bytes.readDoubleBE(8),
    database: bytes.toString('utf8', HEADER_BYTES, nameAt),
    name: bytes.toString('utf8', nameAt, at),
    documents: [],
  }
  while (at < bytes.length) {
    const end = at + bytes.readInt32LE(at)
    entry.documents.push(bytes.subarray(at, end))
    at = end
  }
  return entry
}

/** When an entry was written and how much was logged before it. */
export function entryMeasures(bytes: Buffer): { wallTime: number, total: number } {
  return { wallTime: bytes.readDoubleBE(8), total: bytes.readDoubleBE(16) }
}
