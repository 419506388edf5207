import type { DatastoreOptions } from './server.ts'

/** What the worker thread is started with. */
export type WorkerSettings = Pick<DatastoreOptions, 'dir' | 'port'>

/** What its starter asks of it. */
export type WorkerRequest = { kind: 'close' }

/** What it answers. */
export type WorkerReport
  = | { kind: 'listening', host: string }
    | { kind: 'closed' }
    | { kind: 'failed', codeName: string, message: string }
