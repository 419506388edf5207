import type { Server, Socket } from 'node:net'
import type { Session } from './auth/session.ts'
import type { Counters } from './status.ts'
import type { Handler } from './wire/connection.ts'
import { createServer } from 'node:net'
import { ERROR_CODES } from './errors.ts'
import { serveConnection } from './wire/connection.ts'
import { refuseConnection } from './wire/refusal.ts'

/** Where a store is reached: the private socket, or an address and port. */
export type Place = { path: string } | { host: string, port: number }

/** Some connections are kept for the private socket, so that its owner gets in when the port is crowded. */
const KEPT_FOR_OWNER = 10
const KEEP_ALIVE_MILLIS = 120_000

/** The listening sockets of a store, and the connections that came in through them. */
export class Doors {
  private readonly servers: Server[] = []
  private readonly sockets = new Set<Socket>()
  private readonly counters: Counters
  private readonly handlerFor: (session: Session) => Handler

  constructor(counters: Counters, handlerFor: (session: Session) => Handler) {
    this.counters = counters
    this.handlerFor = handlerFor
  }

  /** Listens at a place. @param trusted whether those who come in need no password @returns the port, 0 for a path */
  async open(place: Place, trusted: boolean): Promise<number> {
    const server = createServer(socket => this.admit(socket, place, trusted))
    await new Promise<void>((done, reject) => {
      server.once('error', reject)
      server.listen(place, () => {
        server.off('error', reject)
        done()
      })
    })
    this.servers.push(server)
    const address = server.address()
    return typeof address === 'object' && address ? address.port : 0
  }

  /** Closes everything; what was being answered is not answered any more. */
  async close(): Promise<void> {
    const closed = this.servers.map(server => new Promise<void>(done => server.close(() => done())))
    for (const socket of this.sockets)
      socket.destroy()
    await Promise.all(closed)
  }

  private admit(socket: Socket, place: Place, trusted: boolean): void {
    const { connections, network } = this.counters
    this.sockets.add(socket)
    socket.once('close', () => this.sockets.delete(socket))
    const most = 'path' in place ? connections.most : connections.most - Math.min(KEPT_FOR_OWNER, connections.most >> 1)
    if (connections.current >= most) {
      connections.refused++
      // Those who are told so are few at a time as well.
      if (this.sockets.size > connections.most * 2)
        socket.destroy()
      else
        refuseConnection(socket, { code: ERROR_CODES.OperationFailed, codeName: 'OperationFailed', message: `too many open connections: this store takes ${connections.most}` })
      return
    }
    connections.current++
    connections.created++
    socket.once('close', () => connections.current--)
    if ('port' in place)
      socket.setKeepAlive(true, KEEP_ALIVE_MILLIS)
    const session: Session = { id: connections.created, address: 'path' in place ? place.path : socket.remoteAddress ?? '', trusted, isOwner: 'path' in place }
    serveConnection(socket, {
      handle: this.handlerFor(session),
      isKnown: () => session.trusted || session.user !== undefined,
      isEnding: () => session.ending === true,
      received: (bytes) => {
        network.requests++
        network.bytesIn += bytes
      },
      sent: bytes => void (network.bytesOut += bytes),
    })
  }
}
