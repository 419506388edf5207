import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Session } from '../models/index.ts'
import type { Config } from '../platform/config.ts'

type CookieConfig = Pick<Config, 'publicUrl'>

const isSecure = (config: CookieConfig) => config.publicUrl.startsWith('https:')

/** Name of the session's cookie. Over https the `__Host-` prefix makes browsers refuse one that another host or path has set. */
export function sessionCookieName(config: CookieConfig): string {
  return isSecure(config) ? '__Host-loupe' : 'loupe'
}

/** The session's token as the browser sent it. */
export function sessionToken(config: CookieConfig, request: FastifyRequest): string | undefined {
  return request.cookies[sessionCookieName(config)]
}

/** Gives the browser its token until the session ends. */
export function setSessionCookie(config: CookieConfig, reply: FastifyReply, token: string, session: Pick<Session, 'expiresAt'>): void {
  reply.setCookie(sessionCookieName(config), token, { ...attributes(config), expires: session.expiresAt })
}

export function clearSessionCookie(config: CookieConfig, reply: FastifyReply): void {
  reply.clearCookie(sessionCookieName(config), attributes(config))
}

function attributes(config: CookieConfig) {
  return { httpOnly: true, sameSite: 'lax', secure: isSecure(config), path: '/' } as const
}
