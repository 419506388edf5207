import type { Server as HttpServer, IncomingMessage } from 'node:http'
import type { AdvisorActor } from '../accounts/index.ts'
import type { Context } from '../platform/context.ts'
import type { Io } from './io.ts'
import fastifyCookie from '@fastify/cookie'
import { createAdapter } from '@socket.io/mongo-adapter'
import { Server } from 'socket.io'
import { openSessionOf } from '../accounts/index.ts'
import { personRoom, roomsOf, sessionRoom } from './audience.ts'
import { answerPage } from './client-events.ts'
import { pushConversations } from './conversations.ts'
import { pushEntries } from './entries.ts'
import { createPresence } from './presence.ts'
import { pushQueueCounts } from './queues.ts'
import { endWithSessions } from './sessions.ts'

/** Pages of one person that may be connected at once. */
const mostPages = 20
/** How long what processes tell each other is kept: a process that has lost its connection reads on from where it was. */
const keptSeconds = 600

export interface Realtime {
  io: Io
  /** Pages that are connected to this process. */
  count: () => number
  /**
   * Joins the other processes on the same database: what happens in one is pushed to the pages of all. To be called once the database is open and
   * before pages connect. Needs change streams.
   */
  share: () => Promise<void>
  close: () => void
}

/** Attaches the advisors' live updates to the application's server. Whoever is not signed in, or comes from a page of somebody else's, is refused. */
export function attachRealtime(ctx: Context, server: HttpServer): Realtime {
  const admitted = new WeakMap<IncomingMessage, AdvisorActor>()
  const io: Io = new Server(server, {
    path: '/socket.io',
    serveClient: false,
    // Small, already short-lived messages: compressing each for each page costs more than it saves.
    perMessageDeflate: false,
    httpCompression: false,
    maxHttpBufferSize: 16_384,
    connectTimeout: 10_000,
    // The simulator's proxy and others may take an upgrade on their own paths.
    destroyUpgrade: false,
    allowRequest: (request, answer) => {
      openSessionOf(ctx, request.headers, fastifyCookie.parse(request.headers.cookie ?? '')).then((actor) => {
        if (actor) admitted.set(request, actor)
        answer(null, actor !== null)
      }, (error: unknown) => {
        ctx.log.error({ err: error }, 'a connection could not be checked')
        answer(null, false)
      })
    },
  })

  io.use((page, next) => {
    const actor = admitted.get(page.request)
    if (!actor) return next(new Error('not_signed_in'))
    if ((io.sockets.adapter.rooms.get(personRoom(actor.id))?.size ?? 0) >= mostPages) return next(new Error('too_many'))
    page.data.actor = actor
    next()
  })

  const presence = createPresence(io, ctx.now)
  let shared = false
  const isShared = () => shared
  io.on('connection', (page) => {
    const { actor } = page.data
    void page.join([...roomsOf(actor), personRoom(actor.id), sessionRoom(actor.sessionId)])
    answerPage(ctx, page, presence)
  })

  const stops = [pushConversations(ctx, io), pushEntries(ctx, io, isShared), pushQueueCounts(ctx, io, isShared), endWithSessions(ctx, io), () => presence.stop()]
  return {
    io,
    count: () => io.sockets.sockets.size,
    async share() {
      const { db } = ctx.connection
      if (!db) throw new Error('Processes can be joined only when the database is open')
      const self = ctx.newId()
      const told = db.collection('fanOut')
      // The same driver, but Mongoose brings its own copy, whose private members make it another type.
      io.adapter(createAdapter(told as never, { uid: self, addCreatedAtField: true }))
      shared = true
      presence.share(self)
      await told.createIndex({ createdAt: 1 }, { expireAfterSeconds: keptSeconds })
    },
    close() {
      for (const stop of stops) stop()
      io.disconnectSockets(true)
      io.engine.close()
    },
  }
}
