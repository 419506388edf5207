import type { LogLimits } from './changes/log.ts'
import type { Change, Collection } from './storage/collection.ts'
import type { Environment } from './storage/environment.ts'
import type { Durability } from './storage/write-queue.ts'
import type { Update } from './update/apply.ts'
import { ChangeFeed } from './changes/feed.ts'
import { CursorRegistry } from './cursor.ts'
import { DatastoreError } from './errors.ts'
import { abandonBuilding } from './indexing/build.ts'
import { Catalogue } from './storage/catalogue.ts'
import { diskRefusal } from './storage/directory.ts'
import { DiskRoom, roomOf } from './storage/disk-room.ts'
import { openEnvironment, prefixed } from './storage/environment.ts'
import { SEAL_BYTES } from './storage/sealed.ts'
import { Sweeper } from './storage/sweeper.ts'
import { WriteQueue } from './storage/write-queue.ts'

/** How long a cursor nobody reads from stays open: MongoDB's ten minutes. */
const CURSOR_IDLE_MILLIS = 600_000

/** How much is kept for change streams to resume from: a weekend, and what fits beside a house's data. */
const CHANGE_LOG_LIMITS: LogLimits = { maxBytes: 256 * 1024 * 1024, maxAgeMillis: 3 * 24 * 3600 * 1000 }

/** What commands work on: the files, the collections, the way in for writes, and the open cursors. */
export interface Store {
  environment: Environment
  catalogue: Catalogue
  cursors: CursorRegistry
  now: () => Date
  /** Runs a job in a write transaction; resolves when that is on disk, or as soon as it is written. */
  write: <T>(job: () => T, durability?: Durability) => Promise<T>
  /** Every document that is written passes here, inside its transaction and in order, with the update that changed it. */
  changed: (collection: Collection, change: Change, update?: Update) => void
  /** What change streams are told from. */
  changes: ChangeFeed
  /** How much the disk has left. */
  room: DiskRoom
  /** Refuses all further writes, because the files are damaged: they are not to be made worse. */
  refuseWrites: (reason: DatastoreError) => void
  /** About how many bytes of documents some collections hold. */
  sizeOf: (collections: readonly Collection[]) => number
  close: () => Promise<void>
}

/** Opens the store under a directory. @throws DatastoreError when another process has it */
export function openStore(dir: string, now: () => Date, limits: Partial<LogLimits> = {}): Store {
  const environment = openFiles(dir)
  const catalogue = new Catalogue(environment)
  const changes = new ChangeFeed(environment, { ...CHANGE_LOG_LIMITS, ...limits }, now)
  const room = new DiskRoom(() => roomOf(dir, environment))
  const queue = new WriteQueue(environment, () => catalogue.save(), () => {
    catalogue.load()
    changes.reload()
  }, () => room.isScarce())
  let refused: DatastoreError | undefined
  const write: Store['write'] = async (job, durability) => {
    if (refused)
      throw refused
    room.mayWrite()
    let touched: ReadonlySet<string> | undefined
    const outcome = await queue.write(() => {
      const result = outcomeOf(job)
      touched = changes.taken()
      return result
    }, durability)
    if (touched)
      changes.publish(touched)
    if (!outcome.done)
      throw outcome.error
    return outcome.value
  }
  const sweeper = new Sweeper(catalogue.leftovers, job => write(job, 'soon'))
  sweeper.wake()
  return {
    environment,
    catalogue,
    cursors: new CursorRegistry(CURSOR_IDLE_MILLIS, () => now().getTime()),
    now,
    write,
    changed: (collection, change, update) => changes.document(collection, change, update),
    changes,
    room,
    refuseWrites: reason => refused ??= new DatastoreError('DataCorruptionDetected', `${reason.message} Nothing is written until the store is started again.`),
    sizeOf: collections => collections.reduce((sum, collection) => sum + collection.count * averageSize(environment, collection), 0),
    close: async () => {
      await abandonBuilding(catalogue)
      await sweeper.stop()
      if (changes.isWatched)
        await write(() => changes.saveUses()).catch(() => {})
      await queue.idle()
      await environment.close()
    },
  }
}

/** @throws DatastoreError OperationFailed with what is wrong with the files */
function openFiles(dir: string): Environment {
  try {
    return openEnvironment(dir)
  }
  catch (error) {
    throw error instanceof DatastoreError ? error : new DatastoreError('OperationFailed', `The store in ${dir} cannot be opened: ${diskRefusal(error) ?? (error instanceof Error ? error.message : String(error))}`)
  }
}

/**
 * What a job gives. An error that is answered to the client belongs to a document or a statement, and what the job has changed before it stays; any other one
 * undoes the job, and all that share its group.
 */
function outcomeOf<T>(job: () => T): { done: true, value: T } | { done: false, error: DatastoreError } {
  try {
    return { done: true, value: job() }
  }
  catch (error) {
    if (error instanceof DatastoreError)
      return { done: false, error }
    throw error
  }
}

/** The mean size of a collection's first documents. */
function averageSize(environment: Environment, collection: Collection): number {
  let bytes = 0
  let count = 0
  const range = { start: prefixed(collection.number, new Uint8Array()), end: prefixed(collection.number + 1, new Uint8Array()), limit: 64 }
  for (const { value } of environment.documents.getRange(range)) {
    bytes += value.length - SEAL_BYTES
    count++
  }
  return count === 0 ? 0 : bytes / count
}
