import type { HandshakeAnswer, Verification, WebhookRequest, WebhookTrust } from '../channel.ts'
import { createHmac, timingSafeEqual } from 'node:crypto'
import { sameText } from '../shared/secrets.ts'

/**
 * Whether `X-Hub-Signature-256` is `sha256=` and the hex HMAC-SHA256 of the bytes as received, made with one of the app secrets.
 * Source: Graph API, Webhooks, Validating Payloads.
 */
export function verifyMeta(request: WebhookRequest, trust: WebhookTrust): Verification {
  const secrets = trust.secrets.filter(secret => secret !== '')
  if (secrets.length === 0) return { ok: false, reason: 'no_secret' }
  const header = request.headers['x-hub-signature-256']
  if (typeof header !== 'string' || header === '') return { ok: false, reason: 'no_signature' }
  const hex = /^sha256=([0-9a-f]{64})$/i.exec(header)?.[1]
  if (hex === undefined) return { ok: false, reason: 'bad_signature' }
  const given = Buffer.from(hex, 'hex')
  let digest: Buffer | undefined
  for (const secret of secrets) {
    const expected = createHmac('sha256', secret).update(request.rawBody).digest()
    if (timingSafeEqual(given, expected)) digest = expected
  }
  return digest ? { ok: true, digest } : { ok: false, reason: 'bad_signature' }
}

/** Answers the GET by which a webhook is set up: `hub.challenge` when the mode is `subscribe` and the token is one of ours. */
export function handshakeMeta(query: URLSearchParams, verifyTokens: readonly string[]): HandshakeAnswer {
  const token = query.get('hub.verify_token') ?? ''
  const known = verifyTokens.filter(own => own !== '').some(own => sameText(own, token))
  const challenge = query.get('hub.challenge')
  if (query.get('hub.mode') !== 'subscribe' || !known || challenge === null) return { status: 403, body: 'Forbidden' }
  return { status: 200, body: challenge }
}
