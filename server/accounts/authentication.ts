import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { IncomingHttpHeaders } from 'node:http'
import type { Advisor, Session } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import type { AdvisorActor } from './policy.ts'
import { sameText } from '../platform/encryption.ts'
import { LoupeError } from '../platform/errors.ts'
import { sessionCookieName, sessionToken, setSessionCookie } from './cookies.ts'
import { actorOf } from './guards.ts'
import { readKey } from './keys.ts'
import { isOwnOrigin } from './origin.ts'
import { readSession } from './sessions.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The session behind the cookie, where the request came with one. */
    session: Session | null
  }
}

const harmless = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Finds out who asks, before any handler runs: by bearer key, or by session cookie. A request by cookie that changes something must come from a page of
 * ours and bring the session's token; a key needs neither, because no browser sends it by itself. A stranger is refused at once. Public routes are left alone.
 */
export function installAuthentication(app: FastifyInstance, ctx: Context): void {
  app.decorateRequest('actor', null)
  app.decorateRequest('session', null)
  app.addHook('onRequest', (request, reply, done) => {
    if (request.is404 || request.routeOptions.config.public) return done()
    // Before the body is read: a stranger learns nothing from how it is checked, and costs nothing.
    identify(ctx, request, reply).then(() => actorOf(request)).then(() => done(), done)
  })
}

/** Sets `request.actor` and `request.session`. Throws `not_signed_in` for a wrong key and `csrf` for a forged request; a stranger stays null. */
export async function identify(ctx: Context, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const bearer = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  if (bearer !== undefined) {
    request.actor = await readKey(ctx, bearer)
    if (!request.actor) throw new LoupeError('not_signed_in', 'This key is not known, or was revoked.')
    return
  }
  const token = sessionToken(ctx.config, request)
  if (!token) return
  const open = await readSession(ctx, token)
  if (!open) return
  if (!harmless.has(request.method)) checkCsrf(ctx, request, open.session)
  request.session = open.session
  request.actor = advisorActor(open.advisor, open.session)
  if (open.renewed) setSessionCookie(ctx.config, reply, token, open.session)
}

/** An advisor with a session, as guards and rules see them. */
export function advisorActor(advisor: Advisor, session: Pick<Session, '_id'>): AdvisorActor {
  return { kind: 'advisor', id: advisor._id, name: advisor.name, role: advisor.role, storeIds: advisor.storeIds, sessionId: session._id }
}

function checkCsrf(ctx: Context, request: FastifyRequest, session: Session): void {
  const given = request.headers['x-csrf-token']
  if (!isOwnOrigin(ctx.config, request.headers) || typeof given !== 'string' || !sameText(given, session.csrf))
    throw new LoupeError('csrf', 'This page is out of date. Load it again.')
}

/** The person whose session cookie a live connection brings; null for a page that is not ours, and for a stranger. */
export async function openSessionOf(ctx: Context, headers: IncomingHttpHeaders, cookies: Readonly<Record<string, string | undefined>>): Promise<AdvisorActor | null> {
  if (!isOwnOrigin(ctx.config, headers)) return null
  const token = cookies[sessionCookieName(ctx.config)]
  const open = token ? await readSession(ctx, token) : null
  return open && advisorActor(open.advisor, open.session)
}
