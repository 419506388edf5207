import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Delivery } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import { z } from 'zod'
import { DeliveryView, Page } from '#contracts'
import { actorOf, audit, requireScope } from '../accounts/index.ts'
import { LoupeError } from '../platform/errors.ts'
import { bytesOf } from './parcels.ts'

const states = ['stored', 'done', 'failed'] as const
const Id = z.string().regex(/^[0-9a-f]{24}(?:-\d{1,3})?$/, 'is not the id of a delivery')
const Params = z.object({ id: Id })
const Query = z.object({ state: z.enum(states).default('failed'), limit: z.coerce.number().int().min(1).max(200).default(50), cursor: Id.optional() })

const absent = () => new LoupeError('not_found', 'There is no such delivery, or it has been cleared away.')

function view(delivery: Omit<Delivery, 'body'>): DeliveryView {
  const { _id, adapter, receivedAt, state, attempts, error, bytes } = delivery
  return { id: _id, adapter, receivedAt: receivedAt.toISOString(), state, attempts, error: error ?? null, bytes: bytes ?? 0 }
}

/** Webhooks that stand by themselves, for an administrator: what could not be understood, its body, and another try. */
export function deliveryRoutes(ctx: Context): FastifyPluginAsyncZod {
  const { deliveries } = ctx.models
  return async (app) => {
    app.get('/deliveries', {
      preHandler: requireScope('read:deliveries'),
      schema: { tags: ['deliveries'], summary: 'Webhooks that could not be taken in, oldest first', querystring: Query, response: { 200: Page(DeliveryView) } },
    }, async ({ query: { state, limit, cursor } }) => {
      const found = await deliveries.find({ state, ...(cursor ? { _id: { $gt: cursor } } : {}) }, { body: 0 }).sort({ state: 1, _id: 1 }).limit(limit + 1).lean<Omit<Delivery, 'body'>[]>()
      const items = found.slice(0, limit)
      const last = items.at(-1)
      return { items: items.map(view), nextCursor: found.length > limit && last ? last._id : null }
    })

    app.get('/deliveries/:id/body', {
      preHandler: requireScope('read:deliveries'),
      schema: { tags: ['deliveries'], summary: 'The body of a stored webhook', params: Params },
    }, async (request, reply) => {
      const delivery = await deliveries.findById(request.params.id).lean<Delivery>()
      if (!delivery) throw absent()
      await audit(ctx, actorOf(request), 'delivery.read', { kind: 'delivery', id: delivery._id })
      // What a stranger sent is handed over as a file and never shown as a page of ours.
      return reply.type('application/octet-stream').header('content-disposition', `attachment; filename="${delivery._id}.bin"`).header('x-content-type-options', 'nosniff').send(bytesOf(delivery.body))
    })

    app.post('/deliveries/:id/retry', {
      preHandler: requireScope('write:deliveries'),
      schema: { tags: ['deliveries'], summary: 'Try a failed webhook again', params: Params, response: { 200: DeliveryView } },
    }, async (request) => {
      const { id } = request.params
      const changed = await deliveries.findOneAndUpdate({ _id: id, state: 'failed' }, { $set: { state: 'stored', attempts: 0, error: null } }, { returnDocument: 'after', projection: { body: 0 } }).lean<Omit<Delivery, 'body'>>()
      const found = changed ?? await deliveries.findById(id, { body: 0 }).lean<Omit<Delivery, 'body'>>()
      if (!found) throw absent()
      if (changed) {
        await audit(ctx, actorOf(request), 'delivery.retried', { kind: 'delivery', id })
        ctx.bus.emit('deliveries.stored', { count: 1 })
      }
      return view(found)
    })
  }
}
