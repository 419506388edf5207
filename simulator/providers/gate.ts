import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Simulation } from '../simulation.ts'
import { timingSafeEqual } from 'node:crypto'
import { sleep } from '../webhooks/deliverer.ts'

/** Whether two secrets are the same, in a time that does not tell where they differ. */
export function sameSecret(given: string, wanted: string): boolean {
  const a = Buffer.from(given)
  const b = Buffer.from(wanted)
  return a.length === b.length && timingSafeEqual(a, b)
}

/** Writes every call of the house to the wire, and lets the injected faults have their say before a route answers. */
export function callHooks(simulation: Simulation, refuse: { broken: () => unknown }) {
  return {
    onRequest: async (_request: FastifyRequest, reply: FastifyReply) => {
      const faults = simulation.faults()
      if (faults.slowMs > 0) await sleep(faults.slowMs, simulation.stopped)
      if (simulation.random.next() < faults.serverErrorRate) return reply.code(500).send(refuse.broken())
    },
    onResponse: async (request: FastifyRequest, reply: FastifyReply) => {
      const path = request.url.slice(simulation.settings.basePath.length).split('?')[0] ?? ''
      simulation.phones.tell({
        type: 'wire',
        entry: { at: simulation.now(), way: 'call', what: `${request.method} ${path.replace(/\/\d{8,}/g, '/…')}`, status: reply.statusCode, ms: Math.round(reply.elapsedTime), attempt: 1 },
      })
    },
  }
}
