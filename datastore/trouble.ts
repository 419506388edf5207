import type { Log } from './log.ts'
import { DatastoreError } from './errors.ts'

/** The same trouble is told of once within this time. */
const QUIET_MILLIS = 60_000
const FRAMES = 3
/** Errors after which nothing is written, for a while or at all. */
const TOLD = new Set(['OutOfDiskSpace', 'DataCorruptionDetected', 'InternalError'])

/** Tells of errors that an operator should know of, not of those that clients make. */
export class Trouble {
  private readonly log: Log
  private readonly now: () => number
  private readonly told = new Map<string, number>()

  constructor(log: Log, now: () => number = () => performance.now()) {
    this.log = log
    this.now = now
  }

  /** Tells of an error that a command has met, if there is something to tell. */
  met(command: string, error: unknown): void {
    if (error instanceof DatastoreError) {
      if (TOLD.has(error.codeName))
        this.once(error.codeName, () => this.log({ event: 'writes refused', command, reason: error.message }))
      return
    }
    const { name, stack = '' } = error instanceof Error ? error : new Error('not an error')
    const at = stack.split('\n').filter(line => line.trimStart().startsWith('at ')).slice(0, FRAMES).map(line => line.trim()).join(' ')
    this.once(at, () => this.log({ event: 'unexpected error', command, name, at }))
  }

  private once(what: string, tell: () => void): void {
    if (this.now() - (this.told.get(what) ?? -Infinity) < QUIET_MILLIS)
      return
    this.told.set(what, this.now())
    tell()
  }
}
