import type { Database, RootDatabase } from 'lmdb'
import { Buffer } from 'node:buffer'
import { join } from 'node:path'
import { open } from 'lmdb'
import { checkFile } from '../integrity/check.ts'
import { lockDirectory } from './directory-lock.ts'
import { makeDirectory } from './directory.ts'
import { Journal, readJournal } from './journal.ts'

export type Table = Database<Buffer, Buffer>

/**
 * The store's files: one LMDB environment with four ordered tables, and the journal of the open transaction.
 * `documents` holds BSON by collection number and `_id`; `indexes` holds entries by index number, values and `_id`;
 * `catalogue` holds the description of each collection and its counters; `changes` what change streams are told from.
 */
export interface Environment {
  root: RootDatabase<Buffer, Buffer>
  documents: Table
  indexes: Table
  catalogue: Table
  changes: Table
  /** The same tables through a handle that no open transaction is seen by, for reading from a moment that is held. */
  held: { documents: Table, indexes: Table }
  /** Ends the open transaction, so that a moment that is held from now on has all that was answered. */
  settle: () => Promise<void>
  /** Grows with every group of writes. */
  version: number
  journal: Journal
  /** Begins the one write transaction there may be. Until it ends, all reads of this thread see what it holds. */
  begin: () => Transaction
  /** Does again what the journal holds of the transaction that follows the last one on disk, and starts the journal over. @throws when the disk does not take it */
  replay: () => void
  close: () => Promise<void>
}

/** An open write transaction. */
export interface Transaction {
  /** Told apart from all others in the journal. */
  number: number
  /** Resolves when all of it is on disk. Rejects when nothing of it happened. */
  commit: () => Promise<void>
  /** Resolves when it is gone. Ending it twice ends it once. */
  abort: () => Promise<void>
}

const NUMBER = Buffer.from('transaction')

/**
 * Opens the files under `dir`, creating them (mode 0700) when missing, and completes the transaction that an end at a bad moment left in the journal.
 * A commit syncs before it returns: lmdb-js's syncing in another thread (`overlappingSync`) would end here too, because the next commit waits for it.
 * @throws DatastoreError OperationFailed when another process has the directory open, DataCorruptionDetected when the file is damaged
 */
export function openEnvironment(dir: string): Environment {
  makeDirectory(dir)
  const unlock = lockDirectory(dir)
  try {
    checkFile(dir)
    const binary = { encoding: 'binary', keyEncoding: 'binary' } as const
    // A path with a dot in its last name would be taken for that of a file.
    const options = { path: dir, noSubdir: false, maxDbs: 8, overlappingSync: false, ...binary }
    const root = open<Buffer, Buffer>(options)
    const path = join(dir, 'journal')
    const journal = new Journal(path)
    const tables = ['documents', 'indexes', 'catalogue', 'changes'].map((name, number) => journaled(root.openDB<Buffer, Buffer>({ name, ...binary }), number, journal))
    const [documents, indexes, catalogue, changes] = tables as [Table, Table, Table, Table]
    // lmdb-js gives two handles of one process the same environment, each with transactions of its own.
    const reader = open<Buffer, Buffer>(options)
    const environment: Environment = {
      root,
      documents,
      indexes,
      catalogue,
      changes,
      held: { documents: reader.openDB<Buffer, Buffer>({ name: 'documents', ...binary }), indexes: reader.openDB<Buffer, Buffer>({ name: 'indexes', ...binary }) },
      settle: () => Promise.resolve(),
      version: 0,
      journal,
      begin: () => beginTransaction(root, catalogue),
      replay: () => replay(environment, tables, path),
      close: async () => {
        await reader.close()
        await root.close()
        journal.close()
        unlock()
      },
    }
    beginFreeList(root, catalogue)
    environment.replay()
    return environment
  }
  catch (error) {
    unlock()
    throw error
  }
}

/** The table with its changes noted in the journal, once the table has taken them. What it reads it copies into memory that is at hand, which costs less than memory of its own for each value. */
function journaled(table: Table, number: number, journal: Journal): Table {
  const put = table.put.bind(table)
  const remove = table.remove.bind(table)
  return Object.assign(table, {
    getBinary: (key: Buffer) => {
      // lmdb-js reads every value into the same bytes.
      const shared = table.getBinaryFast(key)
      return shared && Buffer.from(shared.subarray(0, shared.length))
    },
    put: (key: Buffer, value: Buffer) => {
      const done = put(key, value)
      journal.add(number, key, value)
      return done
    },
    remove: (key: Buffer) => {
      const done = remove(key)
      journal.add(number, key, undefined)
      return done
    },
  })
}

/** lmdb-js keeps a transaction open as long as the promise of its callback. */
function beginTransaction(root: RootDatabase<Buffer, Buffer>, catalogue: Table): Transaction {
  let end: () => void = () => {}
  let giveUp: (reason: Error) => void = () => {}
  const held = new Promise<void>((resolve, reject) => {
    end = resolve
    giveUp = reject
  })
  const ended = Promise.resolve(root.transactionSync(() => held))
  // Whoever ends it hears of it; a transaction given up is nobody's error.
  ended.catch(() => {})
  return {
    number: nextNumber(catalogue),
    commit: () => {
      end()
      return ended
    },
    abort: async () => {
      giveUp(new Error('given up'))
      await ended.catch(() => {})
    },
  }
}

/**
 * Gives a copied file, which has no list of free pages yet, the first entry of it in a small transaction. In a large one lmdb-js 3.5 ends the process (`key.mv_size > 0` in
 * `mdb_page_alloc`): it looks for pages in the list while it writes the first entry on a page of its own.
 */
function beginFreeList(root: RootDatabase<Buffer, Buffer>, catalogue: Table): void {
  const { free } = root.getStats() as { free: { entryCount: number } }
  if (free.entryCount === 0)
    root.transactionSync(() => putNumber(catalogue, lastNumber(catalogue)))
}

function lastNumber(catalogue: Table): number {
  return catalogue.getBinary(NUMBER)?.readDoubleLE(0) ?? 0
}

/** Gives the open transaction its number. */
function nextNumber(catalogue: Table): number {
  const number = lastNumber(catalogue) + 1
  putNumber(catalogue, number)
  return number
}

function putNumber(catalogue: Table, number: number): void {
  const bytes = Buffer.allocUnsafe(8)
  bytes.writeDoubleLE(number)
  void catalogue.put(NUMBER, bytes)
}

/** Does again what the journal holds of the transaction that follows the last one on disk. */
function replay({ root, catalogue, journal }: Environment, tables: Table[], path: string): void {
  const entries = readJournal(path, lastNumber(catalogue) + 1)
  if (entries.length > 0) {
    root.transactionSync(() => {
      nextNumber(catalogue)
      for (const { table, key, value } of entries)
        void (value ? tables[table]?.put(key, value) : tables[table]?.remove(key))
    })
  }
  journal.restart()
}

/** A key that starts with the number of the collection or index it belongs to. */
export function prefixed(number: number, key: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(4 + key.length)
  bytes.writeUInt32BE(number, 0)
  bytes.set(key, 4)
  return bytes
}
