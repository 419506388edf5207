import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Context } from '../platform/context.ts'
import type { EventResult } from './external-events.ts'
import { z } from 'zod'
import { ExternalEvent } from '#contracts'
import { requireScope } from '../accounts/index.ts'
import { takeExternalEvents } from './external-events.ts'

const mostEvents = 1000
/** Each item is checked by itself, so that one that is wrong refuses no other. */
const Items = z.array(z.unknown()).min(1).max(mostEvents)
const Body = z.union([Items, z.object({ events: Items })])
const Result = z.object({ id: z.string(), status: z.enum(['stored', 'duplicate', 'refused']), customerId: z.string().optional(), error: z.string().optional() })

const idIn = (item: unknown): string => typeof item === 'object' && item !== null && 'id' in item && typeof item.id === 'string' ? item.id.slice(0, 200) : ''

/** `POST /events`: signals, visits, purchases, repairs, schemes from other systems. */
export function eventRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (app) => {
    app.post('/events', {
      preHandler: requireScope('write:events'),
      bodyLimit: 4 * 1024 * 1024,
      schema: { tags: ['events'], summary: 'Tell what happened elsewhere: up to 1,000 events, idempotent by id', body: Body, response: { 200: z.object({ results: z.array(Result) }) } },
    }, async ({ body }) => {
      const given = Array.isArray(body) ? body : body.events
      const parsed = given.map(item => ExternalEvent.safeParse(item))
      const good = parsed.flatMap(one => one.success ? [one.data] : [])
      const taken = good.length > 0 ? await takeExternalEvents(ctx, good) : []
      let next = 0
      const results = parsed.map((one, index): EventResult => {
        if (one.success) return taken[next++]!
        const [issue] = one.error.issues
        return { id: idIn(given[index]), status: 'refused', error: `${issue?.path.join('.') || 'event'}: ${issue?.message ?? 'is not valid'}`.slice(0, 300) }
      })
      return { results }
    })
  }
}
