import type { FastifyInstance } from 'fastify'
import type { Context } from './context.ts'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import { requireScope } from '../accounts/index.ts'

/** What is counted, besides what Node tells of itself. Labels name routes and states, never people. */
export interface Metrics {
  registry: Registry
  /** Gauges that are asked only when somebody looks. */
  watch: (name: string, help: string, read: () => number | Promise<number>) => void
}

/** Counts requests, and shows everything that is counted at `/metrics` to a key or an administrator with the scope `read:metrics`. */
export function installMetrics(app: FastifyInstance, ctx: Context): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'loupe_' })
  const seconds = new Histogram({ name: 'loupe_http_request_seconds', help: 'How long requests took.', labelNames: ['method', 'route', 'status'], buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10], registers: [registry] })
  const events = new Counter({ name: 'loupe_changes_total', help: 'Changes by kind.', labelNames: ['kind'], registers: [registry] })
  for (const kind of ['conversation.changed', 'message.changed', 'signal.added', 'note.added'] as const) ctx.bus.on(kind, () => events.inc({ kind }))

  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none'
    const status = `${Math.floor(reply.statusCode / 100)}xx`
    seconds.observe({ method: request.method, route, status }, reply.elapsedTime / 1000)
    // The pattern and not the address: a search or an id in it may be about a person.
    request.log[reply.statusCode >= 500 ? 'warn' : 'debug']({ method: request.method, route, status: reply.statusCode, ms: Math.round(reply.elapsedTime) }, 'request')
  })

  app.get('/metrics', { preHandler: requireScope('read:metrics'), logLevel: 'silent' }, async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()))

  return {
    registry,
    watch(name, help, read) {
      // eslint-disable-next-line no-new -- a metric belongs to its registry from the moment it is made
      new Gauge({ name, help, registers: [registry], async collect() { this.set(await read()) } })
    },
  }
}
