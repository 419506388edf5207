import type { Database, RootDatabase } from 'lmdb'
import { Buffer } from 'node:buffer'
import { mkdirSync } from 'node:fs'
import { open, TransactionFlags } from 'lmdb'
import { lockDirectory } from './directory-lock.ts'

export type Table = Database<Buffer, Buffer>

/**
 * The store's files: one LMDB environment with three ordered tables.
 * `documents` holds BSON by collection number and `_id`; `indexes` holds entries by index number, values and `_id`;
 * `catalogue` holds the description of each collection and its counters.
 */
export interface Environment {
  root: RootDatabase<Buffer, Buffer>
  documents: Table
  indexes: Table
  catalogue: Table
  /** Counts the transactions since the start. */
  version: number
  /** Runs `work` as one transaction, in this thread. What it wrote is seen by all reads afterwards and survives the end of this process, and with the next sync that of the machine. */
  transaction: (work: () => void) => void
  /** Brings all finished transactions to disk, in another thread. */
  sync: (done: (error: Error | null) => void) => void
  close: () => Promise<void>
}

/** What lmdb-js can do and its types do not say. */
interface Syncing { sync: (done: (error: Error | null) => void) => void }

/** Abortable, committed before the call returns, not synced by it. */
const WITHOUT_SYNC = TransactionFlags.ABORTABLE | TransactionFlags.SYNCHRONOUS_COMMIT | TransactionFlags.NO_SYNC_FLUSH

/**
 * Opens the files under `dir`, creating them (mode 0700) when missing.
 * A transaction is on disk after the sync that follows it. Should the machine stop before, the files are opened as the last sync left them: the store's
 * third meta page, which only a sync writes, says how that was (lmdb-js, `overlappingSync`).
 * @throws DatastoreError OperationFailed when another process has the directory open
 */
export function openEnvironment(dir: string): Environment {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const unlock = lockDirectory(dir)
  try {
    const binary = { encoding: 'binary', keyEncoding: 'binary' } as const
    const root = open<Buffer, Buffer>({ path: dir, maxDbs: 8, overlappingSync: true, ...binary })
    return {
      root,
      transaction: work => void root.transactionSync(work, WITHOUT_SYNC),
      sync: done => (root as unknown as Syncing).sync(done),
      documents: root.openDB<Buffer, Buffer>({ name: 'documents', ...binary }),
      indexes: root.openDB<Buffer, Buffer>({ name: 'indexes', ...binary }),
      version: 0,
      catalogue: root.openDB<Buffer, Buffer>({ name: 'catalogue', ...binary }),
      close: async () => {
        await root.close()
        unlock()
      },
    }
  }
  catch (error) {
    unlock()
    throw error
  }
}

/** A key that starts with the number of the collection or index it belongs to. */
export function prefixed(number: number, key: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(4 + key.length)
  bytes.writeUInt32BE(number, 0)
  bytes.set(key, 4)
  return bytes
}
