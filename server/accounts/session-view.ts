import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Me, SessionView } from '#contracts'
import type { Advisor, Session } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import { trusted } from 'mongoose'
import { sessionToken, setSessionCookie } from './cookies.ts'
import { isFromThisMachine } from './origin.ts'
import { createSession, endSession, readSession } from './sessions.ts'

export function meView({ _id, name, role, storeIds, email, locale }: Advisor): Me {
  return { id: _id, name, role, storeIds, email, locale }
}

/** Whether one click may sign in here: in the sandbox, and only for a browser on this machine. */
export function mayUseSandbox(ctx: Context, request: FastifyRequest): boolean {
  return ctx.config.sandbox && isFromThisMachine(request.raw.socket.remoteAddress, request.headers)
}

/** Whether nobody can sign in as administrator yet. One who came with an import has no password, and nobody who could invite them. */
export async function needsSetup(ctx: Context): Promise<boolean> {
  if (ctx.config.sandbox) return false
  return await ctx.models.advisors.findOne({ role: 'administrator', active: true, passwordHash: trusted({ $ne: null }) }, { _id: 1 }).lean() === null
}

/** What `GET /session` answers. */
export async function sessionView(ctx: Context, request: FastifyRequest, signedIn: { advisor: Advisor, session: Session } | null): Promise<SessionView> {
  return {
    me: signedIn ? meView(signedIn.advisor) : null,
    sandbox: mayUseSandbox(ctx, request),
    needsSetup: signedIn ? false : await needsSetup(ctx),
    csrfToken: signedIn?.session.csrf ?? '',
  }
}

/** Signs an advisor in on this browser. The session that it had before ends, so that nobody can plant one. */
export async function signIn(ctx: Context, request: FastifyRequest, reply: FastifyReply, advisor: Advisor): Promise<SessionView> {
  const former = sessionToken(ctx.config, request)
  const before = former ? await readSession(ctx, former) : null
  if (before) await endSession(ctx, before.session, 'signed_out')
  const { token, session } = await createSession(ctx, advisor._id)
  setSessionCookie(ctx.config, reply, token, session)
  return sessionView(ctx, request, { advisor, session })
}
