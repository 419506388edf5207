import type { Environment } from './environment.ts'

interface Job { run: () => unknown, resolve: (value: unknown) => void, reject: (error: unknown) => void }

/** How many requests one transaction takes at most: a bound on how long it keeps the thread. */
const MAX_JOBS = 256

/**
 * The one place all writes pass, in order. Requests that arrive while a transaction is being
 * written wait and share the next one; each is answered once its transaction is on disk.
 * A job must throw before it writes or not at all. When a whole transaction fails, none of its jobs has happened.
 */
export class WriteQueue {
  private waiting: Job[] = []
  private busy = false
  private readonly environment: Environment
  private readonly beforeCommit: () => void
  private readonly onAbort: () => void

  /** `beforeCommit` is called as the last thing inside each transaction, `onAbort` after one that did not happen. */
  constructor(environment: Environment, beforeCommit: () => void, onAbort: () => void) {
    this.environment = environment
    this.beforeCommit = beforeCommit
    this.onAbort = onAbort
  }

  /** Runs `job` inside a write transaction, where reads see all earlier writes; resolves when it is on disk. */
  write<T>(job: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.waiting.push({ run: job, resolve: value => resolve(value as T), reject })
      if (!this.busy) {
        this.busy = true
        setImmediate(() => void this.drain())
      }
    })
  }

  /** Resolves when nothing is waiting or being written. */
  async idle(): Promise<void> {
    while (this.busy)
      await new Promise(resolve => setTimeout(resolve, 2))
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

  /** Writes in this thread and syncs before it returns: handing a transaction to another thread and back costs more than the disk does. */
  private commit(jobs: Job[]): void {
    const settle: (() => void)[] = []
    try {
      this.environment.root.transactionSync(() => {
        for (const job of jobs) {
          try {
            const value = job.run()
            settle.push(() => job.resolve(value))
          }
          catch (error) {
            settle.push(() => job.reject(error))
          }
        }
        this.beforeCommit()
      })
      this.environment.version++
      for (const done of settle)
        done()
    }
    catch (error) {
      this.onAbort()
      for (const job of jobs)
        job.reject(error)
    }
  }
}
