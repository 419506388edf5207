import type { Document } from 'bson'
import { Buffer } from 'node:buffer'
import { deserialize, serialize } from 'bson'
import { open } from 'lmdb'

/** A document of the bench: what a message comes to, about 400 bytes. */
export interface Entry extends Document { _id: number, email: string, lane: number, at: number, text: string }

export function entryOf(_id: number): Entry {
  return { _id, email: `person${_id}@example.com`, lane: _id % 1000, at: (_id * 7919) % 1_000_003, text: `entry ${_id} ${'a few words of it '.repeat(15)}` }
}

/** What the store's operations come to when they are written straight on lmdb with BSON: keys of fixed width, no filters, no cursors, nobody to answer. */
export interface RawStore {
  /** Writes documents with a unique and two secondary entries each, in one transaction that is on disk when it returns. */
  insert: (entries: readonly Entry[]) => void
  find: (id: number) => Document | undefined
  /** Changes one document, on disk when it returns. */
  update: (id: number, change: (entry: Document) => void) => void
  all: () => Iterable<Document>
  close: () => Promise<void>
}

export function openRawStore(dir: string): RawStore {
  const binary = { encoding: 'binary', keyEncoding: 'binary' } as const
  const root = open<Buffer, Buffer>({ path: dir, noSubdir: false, maxDbs: 4, overlappingSync: false, ...binary })
  const documents = root.openDB<Buffer, Buffer>({ name: 'documents', ...binary })
  const indexes = root.openDB<Buffer, Buffer>({ name: 'indexes', ...binary })
  const put = (entry: Document): void => void documents.put(numberKey(Number(entry._id)), Buffer.from(serialize(entry)))
  const find = (id: number): Document | undefined => {
    const bytes = documents.getBinary(numberKey(id))
    return bytes && deserialize(bytes)
  }
  return {
    insert: entries => root.transactionSync(() => {
      for (const entry of entries) {
        const id = numberKey(entry._id)
        put(entry)
        void indexes.put(Buffer.from(`e${entry.email}`), id)
        void indexes.put(Buffer.concat([Buffer.from('l'), numberKey(entry.lane), numberKey(entry.at), id]), id)
        void indexes.put(Buffer.concat([Buffer.from('a'), numberKey(entry.at), id]), id)
      }
    }),
    find,
    update: (id, change) => root.transactionSync(() => {
      const entry = find(id)
      if (!entry)
        return
      change(entry)
      put(entry)
    }),
    all: () => documents.getRange({}).map(({ value }) => deserialize(value)),
    close: () => root.close(),
  }
}

function numberKey(value: number): Buffer {
  const key = Buffer.allocUnsafe(4)
  key.writeUInt32BE(value, 0)
  return key
}
