import type { FastifyPluginAsync } from 'fastify'
import type { Context } from '../platform/context.ts'
import type { Acceptor } from './accept.ts'
import type { DeliveryTaker } from './take-delivery.ts'
import { channels } from '#webhooks'
import { verifyTokensFor } from '../platform/channels.ts'
import { deliveryTaker } from './take-delivery.ts'

/** The takers of all channels' deliveries, by their paths. */
export type DeliveryTakers = ReadonlyMap<string, DeliveryTaker>

/** Makes the takers of the registered channels' delivery routes. */
export function deliveryTakers(ctx: Context, acceptor: Acceptor): DeliveryTakers {
  return new Map(channels.flatMap(channel => channel.definition.routes
    .filter(({ purpose }) => purpose === 'delivery')
    .map(route => [route.path, deliveryTaker(ctx, acceptor, channel, route)] as const)))
}

/**
 * The paths at which providers reach us, from the definitions of the registered channels. A delivery is verified over its raw bytes, stored, answered;
 * nothing else happens before the answer.
 */
export function webhookRoutes(ctx: Context, takers: DeliveryTakers): FastifyPluginAsync {
  return async (app) => {
    for (const [path, take] of takers) {
      app.post(path, {
        config: { public: true },
        schema: { hide: true },
        onRequest: (request, reply) => {
          reply.hijack()
          take(request.raw, reply.raw)
        },
      }, () => {})
    }
    for (const channel of channels) {
      const { handshake } = channel
      if (!handshake) continue
      for (const { path } of channel.definition.routes.filter(({ purpose }) => purpose === 'handshake')) {
        app.get(path, { config: { public: true }, schema: { hide: true } }, async (request, reply) => {
          const query = new URLSearchParams((request.raw.url ?? '').split('?')[1] ?? '')
          const { status, body } = handshake(query, await verifyTokensFor(ctx, channel.definition.id))
          return reply.code(status).type('text/plain').send(body)
        })
      }
    }
  }
}
