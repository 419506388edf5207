import type { Session } from './auth/session.ts'
import type { ServerState } from './server-state.ts'
import type { DatastoreOptions } from './server.ts'
import type { Store } from './store.ts'
import type { Handler } from './wire/connection.ts'
import { readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { dropTemporary } from './aggregate/target.ts'
import { SignIn } from './auth/sasl.ts'
import { Users } from './auth/users.ts'
import { compactFiles, discardDrafts } from './backup/compact.ts'
import { Gate } from './backup/gate.ts'
import { startPruning } from './changes/pruning.ts'
import { commandHandler } from './commands/dispatch.ts'
import { fail } from './errors.ts'
import { SlowQueries } from './slow-queries.ts'
import { Counters } from './status.ts'
import { openStore } from './store.ts'
import { Trouble } from './trouble.ts'
import { startExpiry } from './write/expiry.ts'

const MAX_CONNECTIONS = 1000
/** MongoDB's threshold. */
const SLOW_MILLIS = 100
const CURSOR_REAP_MILLIS = 60_000
/** MongoDB looks for expired documents every minute. */
const EXPIRY_MILLIS = 60_000
const PRUNE_MILLIS = 60_000
/** How long a compaction waits for the commands under way. */
const PATIENCE_MILLIS = 10_000

/** A store being served: its files, and the work that goes on beside the commands. A compaction closes the files and opens them again. */
export class RunningStore {
  readonly counters: Counters
  private readonly options: DatastoreOptions
  private readonly dir: string
  private readonly gate = new Gate()
  private readonly slowQueries: SlowQueries
  private readonly trouble: Trouble
  private readonly tracked = new Set<Promise<unknown>>()
  private current: { store: Store, state: ServerState, stop: () => Promise<void> }

  constructor(options: DatastoreOptions) {
    this.options = options
    this.dir = resolve(options.dir)
    this.counters = new Counters(options.maxConnections ?? MAX_CONNECTIONS)
    const log = options.log ?? (() => {})
    this.slowQueries = new SlowQueries(log, options.slowMillis ?? SLOW_MILLIS)
    this.trouble = new Trouble(log)
    this.current = this.open()
  }

  get users(): Users {
    return this.current.state.users
  }

  /** Answers the requests of one connection. */
  handlerFor(session: Session): Handler {
    let made: { by: ServerState, handle: Handler } | undefined
    return (request, gone) => this.gate.pass(() => {
      const { store, state } = this.current
      if (made?.by !== state)
        made = { by: state, handle: commandHandler(store, state, session) }
      return made.handle(request, gone)
    })
  }

  /** Ends the work that goes on, waits for the writes under way and closes the files. */
  async close(): Promise<void> {
    await Promise.allSettled(this.tracked)
    await this.current.stop()
  }

  private open(): typeof this.current {
    const store = openStore(this.dir, this.options.now ?? (() => new Date()), this.options.changeLog)
    discardDrafts(this.dir, readdirSync(this.dir))
    // What it fails for, a full disk, the next start has again.
    dropTemporary(store).catch(() => {})
    const users = new Users(store)
    const state: ServerState = {
      users,
      signIn: new SignIn(users, () => store.now().getTime()),
      counters: this.counters,
      slowQueries: this.slowQueries,
      trouble: this.trouble,
      track: work => this.track(work),
      compact: () => this.compact(),
    }
    const cursorReaper = setInterval(() => store.cursors.reap(), CURSOR_REAP_MILLIS)
    cursorReaper.unref()
    const expiry = startExpiry(store, EXPIRY_MILLIS)
    const pruning = startPruning(store, PRUNE_MILLIS)
    const stop = async (): Promise<void> => {
      clearInterval(cursorReaper)
      pruning.stop()
      expiry.stop()
      store.cursors.close()
      await expiry.idle()
      await pruning.idle()
      await store.close()
    }
    return { store, state, stop }
  }

  private async track<T>(work: Promise<T>): Promise<T> {
    this.tracked.add(work)
    try {
      return await work
    }
    finally {
      this.tracked.delete(work)
    }
  }

  private async compact(): Promise<number> {
    if (this.gate.isClosed)
      fail('ConflictingOperationInProgress', 'a compaction is under way')
    const { store, stop } = this.current
    while (store.catalogue.leftovers.isPending)
      await store.write(() => store.catalogue.leftovers.sweep(), 'soon')
    // Change streams wait for events; their clients resume them afterwards.
    const late = (): never => fail('ConflictingOperationInProgress', 'other commands have not ended in time')
    const compacting = this.gate.alone(PATIENCE_MILLIS, late, async () => {
      await stop()
      try {
        return await compactFiles(this.dir)
      }
      finally {
        this.current = this.open()
      }
    })
    store.cursors.close()
    return this.track(compacting)
  }
}
