import type { Table } from '../storage/environment.ts'
import type { Position } from './position.ts'
import { Buffer } from 'node:buffer'
import { noteKey } from './log.ts'
import { BEGINNING, positionBytes } from './position.ts'

/** What is logged for the sake of streams over one scope. */
interface Interest {
  /** Every change of the scope after this position is in the log, as far as it was not pruned. */
  since: Position
  /** When a stream last used it, and what of that is on disk; milliseconds since 1970. */
  used: number
  saved: number
  /** How many streams are open. */
  streams: number
}

/** So many scopes are told apart; streams over more are served by logging their database, or everything. */
const MAX_SCOPES = 1000
/** The use of a scope is written down when it has moved on by this share of the time that interest lasts. */
const SAVED_SHARE = 0.02
const PREFIX = 'scope:'

/**
 * The scopes whose changes are logged: those that a stream was opened on, for as long after the last use as a
 * resume token can be good. Nothing is logged before the first stream. Writing methods are called inside a write transaction only.
 */
export class Interests {
  private readonly table: Table
  private readonly lastsMillis: number
  private interests = new Map<string, Interest>()

  constructor(table: Table, lastsMillis: number) {
    this.table = table
    this.lastsMillis = lastsMillis
    this.load()
  }

  /** Reads what is noted: at the start, and after a transaction that did not happen. Open streams stay counted. */
  load(): void {
    const before = this.interests
    this.interests = new Map()
    for (const { key, value } of this.table.getRange({ start: noteKey(PREFIX), end: noteKey(`${PREFIX}\uFFFF`) })) {
      const scope = key.toString('utf8', 1 + PREFIX.length)
      const saved = value.readDoubleBE(8)
      const known = before.get(scope)
      this.interests.set(scope, { since: value.readBigUInt64BE(0), used: Math.max(saved, known?.used ?? 0), saved, streams: known?.streams ?? 0 })
    }
  }

  /** Whether anything is logged at all. */
  get any(): boolean {
    return this.interests.size > 0
  }

  has(scope: string): boolean {
    return this.interests.has(scope)
  }

  /** Whether some collection of a database is watched by itself. */
  hasWithin(database: string): boolean {
    return [...this.interests.keys()].some(scope => scope.startsWith(`${database}.`))
  }

  /** The latest position noted: the log's own may have been pruned. */
  get latest(): Position {
    return [...this.interests.values()].reduce((latest, { since }) => since > latest ? since : latest, BEGINNING)
  }

  /** From which position on the log is complete for a scope that lies in all of `scopes`; undefined when it is not logged. */
  since(scopes: readonly string[]): Position | undefined {
    let since: Position | undefined
    for (const scope of scopes) {
      const interest = this.interests.get(scope)
      if (interest && (since === undefined || interest.since < since))
        since = interest.since
    }
    return since
  }

  /**
   * Notes that changes of a scope are to be logged after a position. `scopes` are the ones it lies in, the widest first, itself last.
   * @returns the scope that is logged for it: itself, or a wider one where too many are
   */
  note(scopes: readonly string[], position: Position, now: Date): string {
    const own = scopes.at(-1)!
    const scope = this.interests.has(own) || this.interests.size < MAX_SCOPES ? own : scopes.find(wider => this.interests.has(wider)) ?? scopes[0]!
    if (!this.interests.has(scope)) {
      const within = scopes.slice(0, scopes.indexOf(scope) + 1)
      this.interests.set(scope, { since: this.since(within) ?? position, used: now.getTime(), saved: 0, streams: 0 })
    }
    this.save(scope)
    return scope
  }

  /** Counts a stream on a scope that is logged, until the function returned is called. */
  hold(scope: string, clock: () => Date): () => void {
    const count = (by: number): void => {
      const interest = this.interests.get(scope)
      if (interest) {
        interest.streams += by
        interest.used = clock().getTime()
      }
    }
    count(1)
    let held = true
    return () => {
      if (held)
        count(-1)
      held = false
    }
  }

  /** Whether `expire` has something to write. */
  isDue(now: Date): boolean {
    return [...this.interests.values()].some(interest => this.isOver(interest, now) || this.isUnsaved(interest, now))
  }

  /** Ends the interest in scopes that nobody has used for so long that no resume token is good any more, and notes the use of others. */
  expire(now: Date): void {
    for (const [scope, interest] of this.interests) {
      if (this.isOver(interest, now)) {
        this.interests.delete(scope)
        this.table.remove(noteKey(PREFIX + scope))
      }
      else if (this.isUnsaved(interest, now)) {
        interest.used = usedAt(interest, now)
        this.save(scope)
      }
    }
  }

  /** Notes the use of all scopes up to now. */
  saveAll(now: Date): void {
    for (const [scope, interest] of this.interests) {
      interest.used = usedAt(interest, now)
      this.save(scope)
    }
  }

  private isOver(interest: Interest, now: Date): boolean {
    return usedAt(interest, now) < now.getTime() - this.lastsMillis
  }

  private isUnsaved(interest: Interest, now: Date): boolean {
    return usedAt(interest, now) - interest.saved > this.lastsMillis * SAVED_SHARE
  }

  private save(scope: string): void {
    const interest = this.interests.get(scope)!
    const bytes = Buffer.alloc(16)
    positionBytes(interest.since).copy(bytes)
    bytes.writeDoubleBE(interest.used, 8)
    this.table.put(noteKey(PREFIX + scope), bytes)
    interest.saved = interest.used
  }
}

function usedAt(interest: Interest, now: Date): number {
  return interest.streams > 0 ? now.getTime() : interest.used
}
