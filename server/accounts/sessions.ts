import type { Advisor, Session } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import { hashToken, newToken } from '../platform/encryption.ts'

/** A session ends this long after it was last used … */
export const slidingMs = 14 * 86_400_000
/** … and this long after it began, however much it is used. */
export const absoluteMs = 60 * 86_400_000
/** Moving the end forward is a write; once an hour is enough. */
const renewEveryMs = 3_600_000

export type OpenSession = { session: Session, advisor: Advisor }
export type EndReason = 'signed_out' | 'expired' | 'role_changed'

/** Signs an advisor in. The token goes to the browser and is not kept. */
export async function createSession(ctx: Context, advisorId: string): Promise<{ token: string, session: Session }> {
  const token = newToken()
  const now = ctx.now()
  const session = { _id: hashToken(token), advisorId, csrf: newToken(), createdAt: new Date(now), expiresAt: new Date(now + slidingMs) }
  await ctx.models.sessions.create(session)
  return { token, session }
}

/**
 * The session of a token with its advisor; null when there is none, it is over, or the advisor may no longer sign in. Using it moves its end forward,
 * and `renewed` says so.
 */
export async function readSession(ctx: Context, token: string): Promise<OpenSession & { renewed: boolean } | null> {
  const session = await ctx.models.sessions.findById(hashToken(token)).lean()
  if (!session || session.expiresAt.getTime() <= ctx.now()) return null
  const advisor = await ctx.models.advisors.findById(session.advisorId).lean()
  if (!advisor?.active) return null
  const end = Math.min(ctx.now() + slidingMs, session.createdAt.getTime() + absoluteMs)
  const renewed = end - session.expiresAt.getTime() >= renewEveryMs
  if (renewed) {
    session.expiresAt = new Date(end)
    await ctx.models.sessions.updateOne({ _id: session._id }, { $set: { expiresAt: session.expiresAt } })
  }
  return { session, advisor, renewed }
}

/** Signs one browser out. */
export async function endSession(ctx: Context, session: Pick<Session, '_id' | 'advisorId'>, reason: EndReason): Promise<void> {
  await ctx.models.sessions.deleteOne({ _id: session._id })
  ctx.bus.emit('session.ended', { advisorId: session.advisorId, sessionId: session._id, reason })
}

/** Signs an advisor out everywhere. */
export async function endSessionsOf(ctx: Context, advisorId: string, reason: EndReason): Promise<void> {
  await ctx.models.sessions.deleteMany({ advisorId })
  ctx.bus.emit('session.ended', { advisorId, sessionId: null, reason })
}
