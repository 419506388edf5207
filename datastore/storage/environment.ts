import type { Database, RootDatabase } from 'lmdb'
import { Buffer } from 'node:buffer'
import { mkdirSync } from 'node:fs'
import { open } from 'lmdb'
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
  close: () => Promise<void>
}

/**
 * Opens the files under `dir`, creating them (mode 0700) when missing.
 * A commit is on disk when its promise resolves: syncing is part of the commit, not overlapped with the next one.
 * @throws DatastoreError OperationFailed when another process has the directory open
 */
export function openEnvironment(dir: string): Environment {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const unlock = lockDirectory(dir)
  try {
    const binary = { encoding: 'binary', keyEncoding: 'binary' } as const
    const root = open<Buffer, Buffer>({ path: dir, maxDbs: 8, overlappingSync: false, ...binary })
    return {
      root,
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
