import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { Channel, ChannelRoute, WebhookTrust } from '#webhooks'
import type { Context } from '../platform/context.ts'
import type { Acceptor } from './accept.ts'
import { channels } from '#webhooks'
import { trustFor, verifyTokensFor } from '../platform/channels.ts'
import { NotStored } from './accept.ts'
import { looksRight } from './body-check.ts'

/** Largest webhook that is taken. Meta's reach 3 MB. */
const largestBody = 4 * 1024 * 1024
/** How long an adapter's secrets are believed without asking for them again. */
const trustForMs = 1000
/** How often a refused signature is worth a line in the log, per adapter. */
const warnEveryMs = 60_000

const problem = (code: string, message: string) => ({ error: { code, message } })
const refusals = {
  signature: problem('bad_signature', 'The signature is missing or is not made with a secret that is known here.'),
  body: problem('invalid', 'The body is not what this provider sends.'),
  store: problem('unavailable', 'It could not be stored. Send it again.'),
}

/** What a channel's deliveries are checked against, asked for once a second. */
function trustOf(ctx: Context, adapter: string): () => WebhookTrust | Promise<WebhookTrust> {
  let kept: { trust: WebhookTrust, until: number } | null = null
  ctx.bus.on('channel.changed', () => { kept = null })
  return () => {
    const now = ctx.now()
    if (kept && now < kept.until) return kept.trust
    return trustFor(ctx, adapter).then((trust) => {
      kept = { trust, until: ctx.now() + trustForMs }
      return trust
    })
  }
}

function deliveryHandler(ctx: Context, acceptor: Acceptor, channel: Channel, route: ChannelRoute) {
  const adapter = channel.definition.id
  const trust = trustOf(ctx, adapter)
  const answer = route.answer ?? { contentType: 'text/plain', body: '' }
  let warnedAt = 0

  function refuse(reply: FastifyReply, reason: string): FastifyReply {
    const now = ctx.now()
    if (now - warnedAt > warnEveryMs) {
      warnedAt = now
      ctx.log.warn({ adapter, reason }, 'a webhook was refused')
    }
    return reply.code(401).send(refusals.signature)
  }

  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
    try {
      const secrets = trust()
      const verified = channel.verify({ rawBody: body, headers: request.headers, url: request.raw.url ?? '' }, secrets instanceof Promise ? await secrets : secrets)
      if (!verified.ok) return refuse(reply, verified.reason)
      const contentType = request.headers['content-type'] ?? ''
      if (!looksRight(body, contentType)) return reply.code(400).send(refusals.body)
      await acceptor.accept({ adapter, contentType: contentType.slice(0, 200), body, digest: verified.digest })
    }
    catch (error) {
      if (!(error instanceof NotStored)) ctx.log.error({ err: error, adapter }, 'a webhook could not be taken')
      return reply.code(503).header('retry-after', '5').send(refusals.store)
    }
    return reply.code(200).type(answer.contentType).send(answer.body)
  }
}

/**
 * The paths at which providers reach us, from the definitions of the registered channels. A delivery is verified over its raw bytes, stored, answered;
 * nothing else happens before the answer.
 */
export function webhookRoutes(ctx: Context, acceptor: Acceptor): FastifyPluginAsync {
  return async (app) => {
    app.removeAllContentTypeParsers()
    // A logger of its own for each request, with everything that is never logged in it, costs more than checking the signature.
    app.setChildLoggerFactory(logger => logger)
    app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: largestBody }, (_request, body, done) => done(null, body))
    for (const channel of channels) {
      for (const route of channel.definition.routes) {
        if (route.purpose === 'delivery') {
          app.post(route.path, { config: { public: true }, bodyLimit: largestBody, schema: { hide: true } }, deliveryHandler(ctx, acceptor, channel, route))
        }
        else if (channel.handshake) {
          const { handshake } = channel
          app.get(route.path, { config: { public: true }, schema: { hide: true } }, async (request, reply) => {
            const query = new URLSearchParams((request.raw.url ?? '').split('?')[1] ?? '')
            const { status, body } = handshake(query, await verifyTokensFor(ctx, channel.definition.id))
            return reply.code(status).type('text/plain').send(body)
          })
        }
      }
    }
  }
}
