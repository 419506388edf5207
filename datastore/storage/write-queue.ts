import type { Environment } from './environment.ts'
import { DatastoreError } from '../errors.ts'

/** When a write is answered: once a transaction holds it (`soon`; it is on disk at most 50 ms later), or once it is on disk. */
export type Durability = 'soon' | 'on disk'

interface Job { run: () => unknown, durability: Durability, resolve: (value: unknown) => void, reject: (error: unknown) => void }

/** How many requests one transaction takes at most: a bound on how long it keeps the thread. */
const MAX_JOBS = 256
/** How long a write that nobody waits for may be in memory only. */
const SYNC_WITHIN_MILLIS = 25

/**
 * The one place all writes pass, in order. Requests that arrive while a transaction is being
 * written wait and share the next one. Transactions are written in this thread; syncing them goes on in another, one sync for all
 * that were written until it began. After a crash of the machine the files are as one of the syncs left them, so that
 * a write which is on disk has all earlier ones before it.
 * A job must throw before it writes or not at all. When a whole transaction fails, none of its jobs has happened.
 * After a failed sync nobody can tell what is on disk: nothing more is written until the store is opened again.
 */
export class WriteQueue {
  private waiting: Job[] = []
  private busy = false
  /** Answers that wait for the next sync. */
  private unsynced: { done: () => void, failed: (error: unknown) => void }[] = []
  private dirty = false
  private syncing = false
  private timer: NodeJS.Timeout | undefined
  private broken: DatastoreError | undefined
  private readonly environment: Environment
  private readonly beforeCommit: () => void
  private readonly onAbort: () => void

  /** `beforeCommit` is called as the last thing inside each transaction, `onAbort` after one that did not happen. */
  constructor(environment: Environment, beforeCommit: () => void, onAbort: () => void) {
    this.environment = environment
    this.beforeCommit = beforeCommit
    this.onAbort = onAbort
  }

  /** Runs `job` inside a write transaction, where reads see all earlier writes; resolves when that has the durability asked for. */
  write<T>(job: () => T, durability: Durability = 'on disk'): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.waiting.push({ run: job, durability, resolve: value => resolve(value as T), reject })
      if (!this.busy) {
        this.busy = true
        setImmediate(() => void this.drain())
      }
    })
  }

  /** Resolves when nothing is waiting, being written or not yet on disk. */
  async idle(): Promise<void> {
    while (this.busy || ((this.dirty || this.syncing) && !this.broken)) {
      if (this.dirty)
        this.sync()
      await new Promise(resolve => setTimeout(resolve, 2))
    }
  }

  private async drain(): Promise<void> {
    while (this.waiting.length > 0) {
      const jobs = this.waiting.length > MAX_JOBS ? this.waiting.splice(0, MAX_JOBS) : this.waiting
      if (jobs === this.waiting)
        this.waiting = []
      this.commit(jobs)
      // Requests that came in meanwhile are read before the next transaction begins, so that they share it.
      await new Promise(resolve => setImmediate(resolve))
    }
    this.busy = false
  }

  private commit(jobs: Job[]): void {
    const settle: (() => void)[] = []
    let wanted = false
    try {
      if (this.broken)
        throw this.broken
      this.environment.transaction(() => {
        for (const job of jobs) {
          try {
            const value = job.run()
            if (job.durability === 'soon') {
              settle.push(() => job.resolve(value))
            }
            else {
              wanted = true
              settle.push(() => this.unsynced.push({ done: () => job.resolve(value), failed: job.reject }))
            }
          }
          catch (error) {
            settle.push(() => job.reject(error))
          }
        }
        this.beforeCommit()
      })
      this.environment.version++
    }
    catch (error) {
      this.onAbort()
      for (const job of jobs)
        job.reject(error)
      return
    }
    this.dirty = true
    for (const done of settle)
      done()
    if (wanted)
      this.sync()
    else if (!this.timer)
      this.timer = setTimeout(() => this.sync(), SYNC_WITHIN_MILLIS)
  }

  /** Brings what was written to disk, unless that is under way: then it is done again afterwards. */
  private sync(): void {
    if (this.syncing || !this.dirty || this.broken)
      return
    clearTimeout(this.timer)
    this.timer = undefined
    const waiting = this.unsynced
    this.unsynced = []
    this.dirty = false
    this.syncing = true
    this.environment.sync((error) => {
      this.syncing = false
      if (error) {
        this.fail(error, waiting)
        return
      }
      for (const { done } of waiting)
        done()
      if (this.unsynced.length > 0)
        this.sync()
      else if (this.dirty && !this.timer)
        this.timer = setTimeout(() => this.sync(), SYNC_WITHIN_MILLIS)
    })
  }

  private fail(error: Error, waiting: { failed: (error: unknown) => void }[]): void {
    this.broken = new DatastoreError('InternalError', `The disk did not take what was written, so that nothing more is written until the store is started again: ${error.message}`)
    for (const { failed } of [...waiting, ...this.unsynced])
      failed(this.broken)
    this.unsynced = []
  }
}
