import type { LogEntry } from './log.ts'
import type { Datastore, DatastoreOptions } from './server.ts'

/** What the worker thread is started with. */
export type WorkerSettings = Omit<DatastoreOptions, 'now' | 'log' | 'worker' | 'workerUrl'>

/** What its starter asks of it. */
export type WorkerRequest = { kind: 'close' }

/** What it answers. */
export type WorkerReport
  = | { kind: 'listening', host: string, firstUser?: Datastore['firstUser'] }
    | { kind: 'log', entry: LogEntry }
    | { kind: 'closed' }
    | { kind: 'failed', codeName: string, message: string }
