import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Channel, ChannelRoute, WebhookTrust } from '#webhooks'
import type { Context } from '../platform/context.ts'
import type { Acceptor } from './accept.ts'
import { Buffer } from 'node:buffer'
import { trustFor } from '../platform/channels.ts'
import { looksRight } from './body-check.ts'
import { NotStored } from './keeper.ts'

/** Takes one delivery from Node's own request, answers it, and says with which status. It never throws. */
export type DeliveryTaker = (request: IncomingMessage, response: ServerResponse, answered?: (status: number) => void) => void

/** Largest webhook that is taken. Meta's reach 3 MB. */
const largestBody = 4 * 1024 * 1024
/** How much of a larger one is read and thrown away before it is refused: many clients see an answer only once they have sent all of their request. */
const mostDiscarded = 64 * 1024 * 1024
/** How long an adapter's secrets are believed without asking for them again. */
const trustForMs = 1000
/** How often a refused signature is worth a line in the log, per adapter. */
const warnEveryMs = 60_000

interface Answer { status: number, headers: Record<string, string | number>, body: string }

function answerOf(status: number, contentType: string, body: string, more: Record<string, string> = {}): Answer {
  return { status, headers: { 'content-type': contentType, 'content-length': Buffer.byteLength(body), ...more }, body }
}

function refusal(status: number, code: string, message: string, more: Record<string, string> = {}): Answer {
  return answerOf(status, 'application/json; charset=utf-8', JSON.stringify({ error: { code, message } }), more)
}

const refusals = {
  signature: refusal(401, 'bad_signature', 'The signature is missing or is not made with a secret that is known here.'),
  body: refusal(400, 'invalid', 'The body is not what this provider sends.'),
  size: refusal(413, 'too_large', 'The request is too large.'),
  store: refusal(503, 'unavailable', 'It could not be stored. Send it again.', { 'retry-after': '5' }),
}

/** Gives the body once all of it has come, or null for one that is too large; nothing when the connection ends before, or far too much comes. */
function readBody(request: IncomingMessage, done: (body: Buffer | null) => void): void {
  let parts: Buffer[] = []
  let bytes = 0
  request.on('data', (part: Buffer) => {
    bytes += part.length
    if (bytes <= largestBody) parts.push(part)
    else parts = []
    if (bytes > mostDiscarded) request.destroy()
  })
  request.on('end', () => done(bytes > largestBody ? null : parts.length === 1 ? parts[0]! : Buffer.concat(parts, bytes)))
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

/**
 * How deliveries to one route of a channel are taken: verified over their raw bytes, stored, answered. Without a framework, because of all requests these come
 * most tightly and have the least done to them.
 */
export function deliveryTaker(ctx: Context, acceptor: Acceptor, channel: Channel, route: ChannelRoute): DeliveryTaker {
  const adapter = channel.definition.id
  const trust = trustOf(ctx, adapter)
  const stored = answerOf(200, route.answer?.contentType ?? 'text/plain', route.answer?.body ?? '')
  let warnedAt = 0

  function warn(reason: string): void {
    const now = ctx.now()
    if (now - warnedAt <= warnEveryMs) return
    warnedAt = now
    ctx.log.warn({ adapter, reason }, 'a webhook was refused')
  }

  async function take(request: IncomingMessage, body: Buffer): Promise<Answer> {
    try {
      const trusted = trust()
      const verified = channel.verify({ rawBody: body, headers: request.headers, url: request.url ?? '' }, trusted instanceof Promise ? await trusted : trusted)
      if (!verified.ok) {
        warn(verified.reason)
        return refusals.signature
      }
      const contentType = request.headers['content-type'] ?? ''
      if (!looksRight(body, contentType)) return refusals.body
      await acceptor.accept({ adapter, contentType: contentType.slice(0, 200), body, digest: verified.digest })
      return stored
    }
    catch (error) {
      if (!(error instanceof NotStored)) ctx.log.error({ err: error, adapter }, 'a webhook could not be taken')
      return refusals.store
    }
  }

  return (request, response, answered) => readBody(request, (body) => {
    const send = ({ status, headers, body }: Answer): void => {
      response.writeHead(status, headers).end(body)
      answered?.(status)
    }
    if (body === null) send(refusals.size)
    else void take(request, body).then(send)
  })
}
