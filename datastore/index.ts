import type { Datastore, DatastoreOptions } from './server.ts'
import { resolve } from 'node:path'
import { serveStore } from './server.ts'
import { startWorker } from './worker-host.ts'

export { backupStore } from './backup/backup.ts'
export { restoreStore } from './backup/restore.ts'
export { DatastoreError } from './errors.ts'
export { salvageStore } from './integrity/salvage.ts'
export type { Log, LogEntry } from './log.ts'
export type { Datastore, DatastoreOptions } from './server.ts'
export { diskRefusal, makeDirectory } from './storage/directory.ts'
export { RECORD_HEAD_BYTES, recordsIn, writeRecordHead } from './storage/records.ts'

/**
 * Opens the store under `dir` and serves it to MongoDB drivers on a Unix socket that only this user can reach, and on a TCP port if asked to.
 * @param options see `DatastoreOptions`; only `dir` is required
 * @returns the connection string and the way to close; a write that was acknowledged is on disk
 * @throws DatastoreError OperationFailed when another process has the directory open
 */
export async function startDatastore(options: DatastoreOptions): Promise<Datastore> {
  if (!options.worker)
    return serveStore(options)
  const { now: _now, worker: _worker, log, workerUrl, ...settings } = options
  return startWorker({ ...settings, dir: resolve(options.dir) }, workerUrl, log)
}
