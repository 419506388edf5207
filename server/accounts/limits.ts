import type { FastifyInstance, FastifyRequest } from 'fastify'
import { LoupeError } from '../platform/errors.ts'

const minute = 60_000

export type Limit = (request: FastifyRequest) => Promise<void>

/** Lets at most `max` requests of one key through in `minutes`; further ones fail with `too_many` and how many seconds to wait. */
export function createLimit(app: FastifyInstance, options: { max: number, minutes: number, key: (request: FastifyRequest) => string }): Limit {
  const check = app.createRateLimit({ max: options.max, timeWindow: options.minutes * minute, keyGenerator: options.key })
  return async (request) => {
    const result = await check(request)
    if (!result.isAllowed && result.isExceeded) {
      const minutes = Math.max(1, Math.ceil(result.ttlInSeconds / 60))
      throw new LoupeError('too_many', `Too many tries. Wait ${minutes === 1 ? 'a minute' : `${minutes} minutes`} and try again.`, { retryAfter: result.ttlInSeconds })
    }
  }
}
