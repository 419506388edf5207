import type { Context } from '../platform/context.ts'
import type { Io, Page } from './io.ts'
import { personRoom, sessionRoom } from './audience.ts'

/** Sessions also run out by themselves, or end in another process; that is noticed within this time. */
const lookEveryMs = 60_000

type Reason = 'signed_out' | 'expired' | 'role_changed'

/** Disconnects whoever is no longer signed in, or whose rights have changed. Returns how to stop. */
export function endWithSessions(ctx: Context, io: Io): () => void {
  function end(room: string, reason: Reason): void {
    io.to(room).emit('session:ended', { reason })
    io.in(room).disconnectSockets(true)
  }

  const off = ctx.bus.on('session.ended', ({ advisorId, sessionId, reason }) => end(sessionId ? sessionRoom(sessionId) : personRoom(advisorId), reason))

  async function look(): Promise<void> {
    const pages = [...io.sockets.sockets.values()]
    if (pages.length === 0) return
    const [sessions, advisors] = await Promise.all([
      ctx.models.sessions.find({ _id: { $in: unique(pages, page => page.data.actor.sessionId) } }).lean(),
      ctx.models.advisors.find({ _id: { $in: unique(pages, page => page.data.actor.id) } }, { role: 1, storeIds: 1, active: 1 }).lean(),
    ])
    const live = new Set(sessions.filter(session => session.expiresAt.getTime() > ctx.now()).map(session => session._id))
    const people = new Map(advisors.map(advisor => [advisor._id, advisor]))
    for (const { data: { actor } } of pages) {
      const person = people.get(actor.id)
      if (!live.has(actor.sessionId)) end(sessionRoom(actor.sessionId), 'expired')
      else if (!person?.active || person.role !== actor.role || person.storeIds.join() !== actor.storeIds.join()) end(personRoom(actor.id), 'role_changed')
    }
  }

  const timer = setInterval(() => void look().catch(error => ctx.log.error({ err: error }, 'sessions could not be looked at')), lookEveryMs).unref()
  return () => { off(); clearInterval(timer) }
}

function unique(pages: Page[], of: (page: Page) => string): string[] {
  return [...new Set(pages.map(of))]
}
