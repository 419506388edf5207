import type { FastifyInstance } from 'fastify'
import type { Context } from './context.ts'

/** A delivery that has waited this long means that intake does not keep up, or does not run. */
const behindMs = 60_000
const pingMs = 2_000

/** `oldestSeconds`: how long the oldest delivery that is not taken in has waited, at least 1; 0 when none waits. */
export type ReadyReport = { ready: boolean, store: boolean, intake: { behind: boolean, oldestSeconds: number } }

/** Whether the store answers and intake keeps up. Never throws. */
export async function readyReport(ctx: Context, isOpen: boolean): Promise<ReadyReport> {
  const away = { ready: false, store: false, intake: { behind: false, oldestSeconds: 0 } }
  if (!isOpen) return away
  try {
    const { parcels, deliveries } = ctx.models
    const waiting = await Promise.all([
      parcels.findOne({ state: 'stored' }, { receivedAt: 1 }).sort({ _id: 1 }).maxTimeMS(pingMs).lean(),
      deliveries.findOne({ state: 'stored' }, { receivedAt: 1 }).sort({ _id: 1 }).maxTimeMS(pingMs).lean(),
    ])
    const waits = waiting.flatMap(one => one ? Math.max(0, ctx.now() - one.receivedAt.getTime()) : [])
    const waitedMs = Math.max(0, ...waits)
    const behind = waitedMs > behindMs
    return { ready: !behind, store: true, intake: { behind, oldestSeconds: waits.length > 0 ? Math.max(1, Math.ceil(waitedMs / 1000)) : 0 } }
  }
  catch {
    return away
  }
}

/** `/healthz`: this process runs. `/readyz`: it can do its work. */
export function installHealth(app: FastifyInstance, ctx: Context, isOpen: () => boolean): void {
  const config = { public: true, storeless: true }
  app.get('/healthz', { config, logLevel: 'silent' }, async () => ({ up: true }))
  app.get('/readyz', { config, logLevel: 'silent' }, async (_request, reply) => {
    const report = await readyReport(ctx, isOpen())
    return reply.code(report.ready ? 200 : 503).send(report)
  })
}
