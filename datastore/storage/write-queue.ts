import type { Environment, Transaction } from './environment.ts'
import { DatastoreError } from '../errors.ts'

/** When a write is answered: once reads see it and it survives the end of the process (`soon`; it is on disk at most 50 ms later), or once it is on disk. */
export type Durability = 'soon' | 'on disk'

interface Job { run: () => unknown, durability: Durability, resolve: (value: unknown) => void, reject: (error: unknown) => void }
interface Answer { done: () => void, failed: (error: unknown) => void }

/** How many requests are run before others get their turn. */
const MAX_JOBS = 256
/** How long a transaction stays open, so that those who come after it share its end, for which everybody has to wait. */
const OPEN_MILLIS = 250
/** The same while there is little room on the disk, which the end of a transaction needs more of the larger it is. */
const SCARCE_OPEN_MILLIS = 40
/** How long the journal has changes that are not synced and that nobody waits for. */
const UNSYNCED_MILLIS = 25
/** How much a transaction changes before it ends: a bound on how long its end keeps the thread. */
const OPEN_BYTES = 4 * 1024 * 1024
const SCARCE_OPEN_BYTES = 512 * 1024

/**
 * The one place all writes pass, in order. A transaction stays open over several requests and reads see what it holds, because its end costs as much
 * as many writes do. Until then the journal keeps what it changed: a request is answered when its changes are written there, or synced there for
 * whoever waits for the disk. What is on disk has all earlier writes before it.
 * A job throws before it changes anything. When one fails in the middle (the disk is full) its group is undone; when a transaction cannot end,
 * nothing more is written until the store is opened again, which completes it from the journal.
 */
export class WriteQueue {
  private waiting: Job[] = []
  private busy = false
  private open: Transaction | undefined
  private due = Infinity
  private timer: NodeJS.Timeout | undefined
  /** Answers that wait for the disk. */
  private pending: Answer[] = []
  private syncing = false
  /** Set while the journal has changes with which no sync has begun. */
  private unsynced: NodeJS.Timeout | undefined
  /** Who waits for the end of the open transaction. */
  private settling: (() => void)[] = []
  private broken: DatastoreError | undefined
  private readonly environment: Environment
  private readonly beforeWrite: () => void
  private readonly onAbort: () => void
  private readonly isScarce: () => boolean

  /**
   * `beforeWrite` is called after each group of jobs, inside their transaction; `onAbort` when something that was in memory was undone. `isScarce` says whether
   * there is little room on the disk.
   */
  constructor(environment: Environment, beforeWrite: () => void, onAbort: () => void, isScarce: () => boolean) {
    this.environment = environment
    this.beforeWrite = beforeWrite
    this.onAbort = onAbort
    this.isScarce = isScarce
    environment.settle = () => this.settle()
  }

  /** Runs `job` inside a write transaction, where reads see all earlier writes; resolves when that has the durability asked for. */
  write<T>(job: () => T, durability: Durability = 'on disk'): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.waiting.push({ run: job, durability, resolve: value => resolve(value as T), reject })
      this.wake()
    })
  }

  /** Ends the open transaction, so that a reader of the files alone sees what was written before the call. Resolves when nothing is waiting or open. */
  async idle(): Promise<void> {
    while ((this.busy || this.open) && !this.broken) {
      this.due = 0
      this.wake()
      await new Promise(resolve => setImmediate(resolve))
    }
  }

  /** Ends the open transaction before anything else is written. */
  private settle(): Promise<void> {
    if (!this.open || this.broken)
      return Promise.resolve()
    this.wake()
    return new Promise(resolve => this.settling.push(resolve))
  }

  private wake(): void {
    if (this.busy)
      return
    this.busy = true
    setImmediate(() => void this.drain())
  }

  private async drain(): Promise<void> {
    while (this.waiting.length > 0 || this.isDue()) {
      if (this.open && this.settling.length > 0)
        await this.commit(this.open)
      const jobs = this.waiting.splice(0, MAX_JOBS)
      if (jobs.length > 0)
        await this.run(jobs)
      if (this.open && this.isDue())
        await this.commit(this.open)
      // Requests that came in meanwhile are read before the next are run, so that they share the syncing.
      await new Promise(resolve => setImmediate(resolve))
    }
    this.busy = false
  }

  private isDue(): boolean {
    return this.open !== undefined && !this.broken && (this.settling.length > 0 || performance.now() >= this.due || this.environment.journal.size > (this.isScarce() ? SCARCE_OPEN_BYTES : OPEN_BYTES))
  }

  private async run(jobs: Job[]): Promise<void> {
    if (this.broken) {
      for (const { reject } of jobs)
        reject(this.broken)
      return
    }
    const { journal } = this.environment
    const answers: (() => void)[] = []
    try {
      const transaction = this.open ??= this.begin()
      for (const job of jobs)
        answers.push(runJob(job, journal, answer => this.pending.push(answer)))
      this.beforeWrite()
      journal.write(transaction.number)
      this.environment.version++
    }
    catch (error) {
      await this.undo()
      for (const { reject } of jobs)
        reject(error)
      return
    }
    this.syncSoon()
    for (const answer of answers)
      answer()
    this.sync()
  }

  private begin(): Transaction {
    const millis = this.isScarce() ? SCARCE_OPEN_MILLIS : OPEN_MILLIS
    this.due = performance.now() + millis
    this.endSoon(millis)
    return this.environment.begin()
  }

  /** Sees to it that the open transaction ends even if nothing more is written. */
  private endSoon(millis: number): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => {
      const left = this.due - performance.now()
      if (left > 0)
        this.endSoon(left)
      else
        this.wake()
    }, millis)
  }

  /** Sees to it that what nobody waits for is synced too. */
  private syncSoon(): void {
    this.unsynced ??= setTimeout(() => {
      this.unsynced = undefined
      if (this.syncing)
        this.syncSoon()
      else
        this.startSync()
    }, UNSYNCED_MILLIS)
  }

  /** Syncs the journal for those who wait, unless that is under way: then it is done again afterwards. */
  private sync(): void {
    if (!this.syncing && this.pending.length > 0)
      this.startSync()
  }

  private startSync(): void {
    const answers = this.pending
    this.pending = []
    this.syncing = true
    this.synced()
    this.environment.journal.sync((error) => {
      this.syncing = false
      if (error)
        this.stop(error, answers)
      for (const { done } of error ? [] : answers)
        done()
      this.sync()
    })
  }

  private async commit(transaction: Transaction): Promise<void> {
    const answers = this.pending
    this.pending = []
    try {
      await transaction.commit()
    }
    catch (error) {
      this.open = undefined
      this.stop(error, answers)
      this.settled()
      return
    }
    this.open = undefined
    this.synced()
    this.environment.journal.restart()
    this.settled()
    for (const { done } of answers)
      done()
  }

  private synced(): void {
    clearTimeout(this.unsynced)
    this.unsynced = undefined
  }

  private settled(): void {
    const waiting = this.settling
    this.settling = []
    for (const resolve of waiting)
      resolve()
  }

  /** Takes back a group that failed in the middle: its transaction is given up, and what the journal holds of it is done again. */
  private async undo(): Promise<void> {
    this.environment.journal.forget()
    await this.open?.abort()
    this.open = undefined
    try {
      this.environment.replay()
    }
    catch (second) {
      this.stop(second, this.pending)
      this.pending = []
    }
    this.settled()
    this.onAbort()
    this.environment.version++
  }

  private stop(error: unknown, answers: Answer[]): void {
    this.broken ??= new DatastoreError('InternalError', `The disk does not take what is written, so that nothing more is written until the store is started again: ${error instanceof Error ? error.message : String(error)}`)
    for (const { failed } of answers)
      failed(this.broken)
  }
}

/** Runs a job. An error before its first change is its answer. @returns how to answer it once its group is in the journal @throws when it failed in the middle */
function runJob(job: Job, journal: { size: number }, wait: (answer: Answer) => void): () => void {
  const before = journal.size
  try {
    const value = job.run()
    return job.durability === 'soon' ? () => job.resolve(value) : () => wait({ done: () => job.resolve(value), failed: job.reject })
  }
  catch (error) {
    if (journal.size > before)
      throw error
    return () => job.reject(error)
  }
}
