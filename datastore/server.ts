import type { Server, Socket } from 'node:net'
import { Buffer } from 'node:buffer'
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { commandHandler } from './commands/dispatch.ts'
import { openStore } from './store.ts'
import { serveConnection } from './wire/connection.ts'
import { startExpiry } from './write/expiry.ts'

export interface DatastoreOptions {
  /** Directory of the data; made with mode 0700 when missing. */
  dir: string
  /** Serve on this loopback TCP port instead of a Unix socket; 0 for any free one. */
  port?: number
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
  /** Stops listening, closes the connections, waits for the writes under way and closes the files. */
  close: () => Promise<void>
}

/** The longest path a socket may have on every system is about 100 bytes. */
const MAX_SOCKET_PATH = 100

const CURSOR_REAP_MILLIS = 60_000
/** MongoDB looks for expired documents every minute. */
const EXPIRY_MILLIS = 60_000

/** Opens a store and listens for drivers in this thread. */
export async function serveStore(options: DatastoreOptions): Promise<Datastore> {
  const dir = resolve(options.dir)
  const store = openStore(dir, options.now ?? (() => new Date()))
  const sockets = new Set<Socket>()
  const handle = commandHandler(store)
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    serveConnection(socket, handle)
  })
  const place = options.port === undefined ? socketPlace(dir) : undefined
  try {
    await listen(server, place?.path, options.port)
  }
  catch (error) {
    place?.remove()
    await store.close()
    throw error
  }
  const cursorReaper = setInterval(() => store.cursors.reap(), CURSOR_REAP_MILLIS)
  cursorReaper.unref()
  const expiry = startExpiry(store, EXPIRY_MILLIS)
  const host = place ? encodeURIComponent(place.path) : `127.0.0.1:${portOf(server)}`
  return datastoreAt(host, async () => {
    clearInterval(cursorReaper)
    expiry.stop()
    const closed = new Promise<void>(done => server.close(() => done()))
    for (const socket of sockets)
      socket.destroy()
    await closed
    place?.remove()
    await expiry.idle()
    await store.close()
  })
}

/** A running store as its user sees it. Closing twice closes once. */
export function datastoreAt(host: string, close: () => Promise<void>): Datastore {
  let closing: Promise<void> | undefined
  return {
    host,
    uri: `mongodb://${host}/?directConnection=true`,
    uriFor: database => `mongodb://${host}/${encodeURIComponent(database)}?directConnection=true`,
    close: () => closing ??= close(),
  }
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

/** A path for the socket in a directory only this user can enter: under the data, or in a temporary one when that is too long. */
function socketPlace(dir: string): { path: string, remove: () => void } {
  const near = join(dir, 'run')
  const path = join(near, 'store.sock')
  if (Buffer.byteLength(path) <= MAX_SOCKET_PATH) {
    mkdirSync(near, { recursive: true, mode: 0o700 })
    chmodSync(near, 0o700)
    rmSync(path, { force: true })
    return { path, remove: () => rmSync(near, { recursive: true, force: true }) }
  }
  const short = mkdtempSync(join(tmpdir(), 'ds-'))
  return { path: join(short, 'store.sock'), remove: () => rmSync(short, { recursive: true, force: true }) }
}

function listen(server: Server, path: string | undefined, port: number | undefined): Promise<void> {
  return new Promise((done, reject) => {
    server.once('error', reject)
    const ready = (): void => {
      server.off('error', reject)
      done()
    }
    if (path === undefined)
      server.listen(port, '127.0.0.1', ready)
    else
      server.listen(path, ready)
  })
}
