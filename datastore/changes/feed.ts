import type { Change, Collection } from '../storage/collection.ts'
import type { Environment } from '../storage/environment.ts'
import type { Update } from '../update/apply.ts'
import type { LogEntry } from './entry.ts'
import type { LogLimits } from './log.ts'
import type { Position } from './position.ts'
import type { Scope } from './scope.ts'
import { encodeDocument } from '../bson/encode.ts'
import { fail } from '../errors.ts'
import { documentEntry } from './document-entry.ts'
import { Interests } from './interests.ts'
import { ChangeLog } from './log.ts'
import { BEGINNING, positionAfter } from './position.ts'
import { scopeKey, scopesOf } from './scope.ts'

/** So many scopes are remembered with their last change before all are forgotten, which costs each stream one look at the log. */
const MAX_REMEMBERED = 10_000

/**
 * The changes of the store as they are told to change streams: what is watched is logged in the transaction that changes
 * it, and whoever waits for it is woken when that is on disk. See docs/decisions/012-change-streams.md.
 */
export class ChangeFeed {
  readonly log: ChangeLog
  private readonly interests: Interests
  private readonly now: () => Date
  /** The scopes that each collection's changes are told to; undefined for one that nobody watches. */
  private scopesByCollection = new WeakMap<Collection, readonly string[] | []>()
  /** The scopes changed since the last call of `taken`. */
  private touched = new Set<string>()
  /** The last change in each scope. What happened up to `remembered` is not in it. */
  private readonly lastChange = new Map<string, Position>()
  private remembered: Position
  private readonly waiting = new Map<string, Set<() => void>>()
  private tellTooLarge = (): void => {}

  constructor(environment: Environment, limits: LogLimits, now: () => Date) {
    this.now = now
    const table = environment.changes
    this.log = new ChangeLog(table, limits)
    this.interests = new Interests(table, limits.maxAgeMillis)
    this.catchUp()
    this.remembered = this.log.last
  }

  /** Reads everything afresh after a transaction that did not happen. */
  reload(): void {
    this.log.load()
    this.interests.load()
    this.touched = new Set()
    this.forgetScopes()
    this.catchUp()
  }

  /** Logs a document's change, inside its transaction, if somebody watches. `update` is what it was changed by. */
  document(collection: Collection, change: Change, update?: Update): void {
    if (!this.interests.any)
      return
    const scopes = this.watchedScopes(collection)
    if (scopes.length > 0)
      this.append(documentEntry(collection, change, update, this.now()), scopes)
  }

  /** Logs that a collection is gone, inside the transaction that drops it. */
  dropped(collection: Collection): void {
    const scopes = this.watchedScopes(collection)
    if (scopes.length > 0)
      this.append(this.entry('drop', collection), scopes)
  }

  /** Logs that a collection has another name; `collection` is as it was before. */
  renamed(collection: Collection, database: string, name: string): void {
    const scopes = new Set([...scopesOf(collection.database, collection.name), ...scopesOf(database, name)])
    if ([...scopes].some(scope => this.interests.has(scope)))
      this.append({ ...this.entry('rename', collection), documents: [encodeDocument({ db: database, coll: name })] }, [...scopes])
  }

  /** Logs that a database is gone, after its collections; `collections` are those it had. */
  databaseDropped(database: string, collections: readonly Collection[]): void {
    const scopes = new Set(scopesOf(database, ''))
    for (const collection of collections)
      scopesOf(database, collection.name).forEach(scope => scopes.add(scope))
    if (this.interests.hasWithin(database) || [...scopes].some(scope => this.interests.has(scope)))
      this.append({ kind: 'dropDatabase', images: false, wallTime: this.now().getTime(), number: 0, database, name: '', documents: [] }, [...scopes, ...this.waitingWithin(database)])
  }

  /** The scopes changed since the last call, by the job that just ran; to be given to `publish` once that is on disk. */
  taken(): ReadonlySet<string> | undefined {
    if (this.touched.size === 0)
      return undefined
    const { touched } = this
    this.touched = new Set()
    return touched
  }

  /** Wakes who waits for changes in these scopes. */
  publish(scopes: ReadonlySet<string>): void {
    for (const scope of scopes)
      this.waiting.get(scope)?.forEach(wake => wake())
    if (this.log.isTooLarge)
      this.tellTooLarge()
  }

  /** Calls `prune` after changes that made the log too large. */
  onTooLarge(prune: () => void): void {
    this.tellTooLarge = prune
  }

  /** Whether anything is logged at all. */
  get isWatched(): boolean {
    return this.interests.any
  }

  /** Calls `wake` at every change in a scope until the function returned is called. */
  onChange(scope: Scope, wake: () => void): () => void {
    const key = scopeKey(scope)
    const wakers = this.waiting.get(key) ?? new Set()
    this.waiting.set(key, wakers)
    wakers.add(wake)
    return () => {
      wakers.delete(wake)
      if (wakers.size === 0)
        this.waiting.delete(key)
    }
  }

  /** Whether certainly nothing in a scope has changed after a position. */
  isQuietSince(scope: Scope, position: Position): boolean {
    return position >= this.remembered && (this.lastChange.get(scopeKey(scope)) ?? BEGINNING) <= position
  }

  /** Begins to log a scope, inside a write transaction; `scopes` are the ones it lies in, itself last. @returns the scope that is logged for it */
  note(scopes: readonly string[]): string {
    // Neither the last position nor the one after it: a token from before an earlier interest in this scope ended lies before what is complete now.
    const { last } = this.log
    const next = positionAfter(last, this.now())
    this.log.last = next === last + 1n ? next + 1n : next
    this.forgetScopes()
    return this.interests.note(scopes, this.log.last, this.now())
  }

  /** Whether a scope has an interest of its own. */
  isNoted(scope: string): boolean {
    return this.interests.has(scope)
  }

  /** Keeps the interest in a scope alive until the function returned is called. */
  hold(noted: string): () => void {
    return this.interests.hold(noted, this.now)
  }

  /** @throws DatastoreError ChangeStreamHistoryLost (286) when not everything after a position is in the log for a scope that lies in `scopes` */
  checkHistory(scopes: readonly string[], after: Position): void {
    const since = this.interests.since(scopes)
    if (since === undefined || after + 1n < since || after < this.log.floor)
      historyLost()
  }

  /**
   * Takes a change that a token names for granted only if it is there: the store may be a copy of an earlier one, or have lost what was
   * not on disk when the machine stopped.
   * @throws DatastoreError ChangeStreamFatalError (280)
   */
  checkPresent(position: Position): void {
    if (position > this.log.floor && !this.log.at(position))
      fail('ChangeStreamFatalError', 'cannot resume stream; the resume token was not found.')
  }

  /** Whether there are interests to end or to save, or entries to prune. */
  get isPruneDue(): boolean {
    return this.interests.isDue(this.now()) || this.log.isDue(this.now())
  }

  /** Ends interests that are over and removes some of what is too old or too much, inside a write transaction. */
  prune(): void {
    this.interests.expire(this.now())
    this.forgetScopes()
    this.log.prune(this.now())
  }

  /** Notes, inside a write transaction, what was in use until now. */
  saveUses(): void {
    this.interests.saveAll(this.now())
  }

  private append(entry: LogEntry, scopes: readonly string[]): void {
    const position = this.log.append(entry)
    if (this.lastChange.size > MAX_REMEMBERED || entry.kind === 'dropDatabase') {
      this.lastChange.clear()
      this.remembered = position - 1n
    }
    for (const scope of scopes) {
      this.touched.add(scope)
      this.lastChange.set(scope, position)
    }
  }

  private entry(kind: LogEntry['kind'], collection: Collection): LogEntry {
    return { kind, images: false, wallTime: this.now().getTime(), number: collection.number, database: collection.database, name: collection.name, documents: [] }
  }

  private watchedScopes(collection: Collection): readonly string[] {
    let scopes = this.scopesByCollection.get(collection)
    if (!scopes) {
      const all = scopesOf(collection.database, collection.name)
      scopes = all.some(scope => this.interests.has(scope)) ? all : []
      this.scopesByCollection.set(collection, scopes)
    }
    return scopes
  }

  private forgetScopes(): void {
    this.scopesByCollection = new WeakMap()
  }

  /** The collections of a database that streams wait for, whether they exist or not. */
  private waitingWithin(database: string): string[] {
    return [...this.waiting.keys()].filter(scope => scope.startsWith(`${database}.`))
  }

  private catchUp(): void {
    const { latest } = this.interests
    if (latest > this.log.last)
      this.log.last = latest
  }
}

/** @throws DatastoreError ChangeStreamHistoryLost (286) */
export function historyLost(): never {
  return fail('ChangeStreamHistoryLost', 'Resume of change stream was not possible, as the resume point may no longer be in the change log.')
}
