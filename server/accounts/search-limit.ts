import type { FastifyInstance } from 'fastify'
import { LoupeError } from '../platform/errors.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** With `q` in its query this route finds people by what is typed, parts of their numbers too. */
    searchesPeople?: boolean
  }
}

/** More than anybody types. A masked number is told apart by about a thousand searches, which this makes slow and visible. */
const searchesPerMinute = 120
const minute = 60_000

/** Counts each person's searches for people, whichever route they use; a key has a machine behind it, and sees numbers whole anyway. To be installed before the routes. */
export function limitSearches(app: FastifyInstance): void {
  const check = app.createRateLimit({ max: searchesPerMinute, timeWindow: minute, keyGenerator: request => request.actor?.id ?? '' })
  app.addHook('preHandler', async (request) => {
    const searches = request.routeOptions.config.searchesPeople === true && typeof request.query === 'object' && request.query !== null && 'q' in request.query
    if (!searches || request.actor?.kind !== 'advisor') return
    const result = await check(request)
    if (!result.isAllowed && result.isExceeded) throw new LoupeError('too_many', 'That is more searches than anybody types. Wait a minute, then search again.', { retryAfter: result.ttlInSeconds })
  })
}
