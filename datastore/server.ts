import type { FirstUser } from './auth/first-user.ts'
import type { LogLimits } from './changes/log.ts'
import type { Log } from './log.ts'
import { resolve } from 'node:path'
import { ensureFirstUser } from './auth/first-user.ts'
import { Doors } from './doors.ts'
import { RunningStore } from './running.ts'
import { makeSocketPlace } from './socket-place.ts'

export interface DatastoreOptions {
  /** Directory of the data; made with mode 0700 when missing. */
  dir: string
  /** Serve on this TCP port too, besides the private socket; 0 for any free one. Whoever comes in there has to sign in. */
  port?: number
  /** The address of the port, loopback unless told otherwise. */
  listenOn?: string
  /** Let everybody in who reaches the port. For a loopback address only. */
  withoutPasswords?: boolean
  /** Who can sign in to a store that has no users yet: by default `admin`, with a password made up. */
  firstUser?: FirstUser
  /** How many connections are taken at a time, 1,000 unless told otherwise. */
  maxConnections?: number
  /** How many bytes of changes, and for how many milliseconds, are kept for change streams to resume from. */
  changeLog?: Partial<LogLimits>
  /** Is told of what an operator should know; never a value of a query or a document. */
  log?: Log
  /** Queries without an index are told of when they take so many milliseconds, 100 unless told otherwise. */
  slowMillis?: number
  /** The clock, for `$currentDate`, `localTime` and expiry. */
  now?: () => Date
  /** Run the store in a thread of its own, so that its long scans leave this event loop alone; it then uses the real clock. */
  worker?: boolean
  /** The worker's file, where it is not found beside this module. */
  workerUrl?: URL
}

export interface Datastore {
  /** The host part of connection strings: an escaped socket path, or an address and port. */
  host: string
  /** Connection string without a database name. */
  uri: string
  /** Connection string with a database name. */
  uriFor: (database: string) => string
  /** The user that was made because there was none; with the password if that was made up. Nobody is told again. */
  firstUser?: { name: string, password?: string }
  /** Stops listening, closes the connections, waits for the writes under way and closes the files. */
  close: () => Promise<void>
}

const LOOPBACK = '127.0.0.1'

/** Opens a store and listens for drivers in this thread. @throws DatastoreError OperationFailed when another process has the directory */
export async function serveStore(options: DatastoreOptions): Promise<Datastore> {
  const dir = resolve(options.dir)
  const running = new RunningStore(options)
  const doors = new Doors(running.counters, session => running.handlerFor(session))
  const place = makeSocketPlace(dir)
  let host = encodeURIComponent(place.path)
  let firstUser: Datastore['firstUser']
  try {
    if (options.port !== undefined) {
      const address = options.listenOn ?? LOOPBACK
      firstUser = options.withoutPasswords ? undefined : await ensureFirstUser(running.users, options.firstUser)
      host = hostAndPort(address, await doors.open({ host: address, port: options.port }, options.withoutPasswords === true))
    }
    await doors.open({ path: place.path }, true)
  }
  catch (error) {
    await doors.close()
    place.remove()
    await running.close()
    throw error
  }
  return datastoreAt(host, firstUser, async () => {
    await doors.close()
    place.remove()
    await running.close()
  })
}

/** A running store as its user sees it. Closing twice closes once. */
export function datastoreAt(host: string, firstUser: Datastore['firstUser'], close: () => Promise<void>): Datastore {
  let closing: Promise<void> | undefined
  return {
    host,
    uri: `mongodb://${host}/?directConnection=true`,
    uriFor: database => `mongodb://${host}/${encodeURIComponent(database)}?directConnection=true`,
    ...(firstUser ? { firstUser } : {}),
    close: () => closing ??= close(),
  }
}

/** An address for a connection string; one that stands for all addresses is reached at the loopback one. */
function hostAndPort(address: string, port: number): string {
  const reached = address === '0.0.0.0' || address === '::' ? LOOPBACK : address
  return `${reached.includes(':') ? `[${reached}]` : reached}:${port}`
}
