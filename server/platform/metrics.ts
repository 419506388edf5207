import type { FastifyInstance } from 'fastify'
import type { Counter, Histogram, Registry } from 'prom-client'
import type { Context } from './context.ts'
import { requireScope } from '../accounts/index.ts'

const counted = ['conversation.changed', 'message.changed', 'signal.added', 'note.added'] as const

/** What is counted, besides what Node tells of itself. Labels name routes and states, never people. */
export interface Metrics {
  /** Counts a request that was answered without the framework. */
  count: (method: string, route: string, status: number, milliseconds: number) => void
  /** A number that is asked only when somebody looks. Call it before `start`. */
  watch: (name: string, help: string, read: () => number | Promise<number>) => void
  /** Adds the route that shows the numbers. */
  show: (app: FastifyInstance) => void
  /** Begins to count. Kept out of the way of the first page: loading what counts takes as long as a good part of the start. */
  start: () => Promise<void>
}

type Counting = { registry: Registry, observe: (method: string, route: string, status: string, seconds: number) => void, changes: Counter }

/** Counts requests and changes, and shows everything that is counted at `/metrics` to whoever has the scope `read:metrics`. */
export function installMetrics(app: FastifyInstance, ctx: Context): Metrics {
  const watched: { name: string, help: string, read: () => number | Promise<number> }[] = []
  let counting: Counting | null = null

  for (const kind of counted) ctx.bus.on(kind, () => counting?.changes.inc({ kind }))

  const count = (method: string, route: string, status: number, milliseconds: number): void => counting?.observe(method, route, `${Math.floor(status / 100)}xx`, milliseconds / 1000)

  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none'
    count(request.method, route, reply.statusCode, reply.elapsedTime)
    // The pattern and not the address: a search or an id in it may be about a person.
    request.log[reply.statusCode >= 500 ? 'warn' : 'debug']({ method: request.method, route, status: reply.statusCode, ms: Math.round(reply.elapsedTime) }, 'request')
    done()
  })

  return {
    count,
    show(pages) {
      pages.get('/metrics', { preHandler: requireScope('read:metrics'), logLevel: 'silent' }, async (_request, reply) => {
        if (!counting) return reply.code(204).send()
        return reply.type(counting.registry.contentType).send(await counting.registry.metrics())
      })
    },
    watch: (name, help, read) => { watched.push({ name, help, read }) },
    async start() {
      const { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } = await import('prom-client')
      const registry = new Registry()
      const registers = [registry]
      collectDefaultMetrics({ register: registry, prefix: 'loupe_' })
      for (const { name, help, read } of watched) registry.registerMetric(new Gauge({ name, help, registers: [], async collect() { this.set(await read()) } }))
      counting = {
        registry,
        observe: remembered(new Histogram({ name: 'loupe_http_request_seconds', help: 'How long requests took.', labelNames: ['method', 'route', 'status'], buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10], registers })),
        changes: new Counter({ name: 'loupe_changes_total', help: 'Changes by kind.', labelNames: ['kind'], registers }),
      }
    },
  }
}

/** A histogram's `observe`, with its labels put together once: there are as many as there are routes. */
function remembered(histogram: Histogram): Counting['observe'] {
  const known = new Map<string, Histogram.Internal<string>>()
  return (method, route, status, seconds) => {
    const key = `${status} ${method} ${route}`
    let labelled = known.get(key)
    if (!labelled) known.set(key, labelled = histogram.labels({ method, route, status }))
    labelled.observe(seconds)
  }
}
