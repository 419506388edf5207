import type { Verification, WebhookRequest, WebhookTrust } from '../channel.ts'
// The library is large; its webhook helpers alone load in a few milliseconds.
import { validateRequest, validateRequestWithBody } from 'twilio/lib/webhooks/webhooks.js'

/**
 * Whether `X-Twilio-Signature` is made with one of the auth tokens over our public address with its query and the parameters of the form, or, for
 * a JSON body, over the address alone with the body's hash in `bodySHA256`. Source: Twilio, Webhooks security; the address is tried with and without
 * the standard port.
 */
export function verifyTwilio(request: WebhookRequest, trust: WebhookTrust): Verification {
  const secrets = trust.secrets.filter(secret => secret !== '')
  if (secrets.length === 0) return { ok: false, reason: 'no_secret' }
  const signature = request.headers['x-twilio-signature']
  if (typeof signature !== 'string' || signature === '') return { ok: false, reason: 'no_signature' }
  const url = `${publicBase(request, trust)}${request.url}`
  if (!URL.canParse(url)) return { ok: false, reason: 'bad_signature' }
  const body = request.rawBody.toString('utf8')
  const isJson = /^application\/json/i.test(request.headers['content-type'] ?? '')
  const params = isJson ? undefined : formParams(body)
  let matches = false
  for (const secret of secrets) {
    const valid = params === undefined ? validateRequestWithBody(secret, signature, url, body) : validateRequest(secret, signature, url, params)
    matches = valid || matches
  }
  return matches ? { ok: true } : { ok: false, reason: 'bad_signature' }
}

function publicBase(request: WebhookRequest, trust: WebhookTrust): string {
  return trust.publicUrl?.replace(/\/+$/, '') ?? `https://${request.headers.host ?? ''}`
}

/** The parameters as Twilio signs them: untrimmed, a repeated one with all its values. */
function formParams(body: string): Record<string, string | string[]> {
  const params = Object.create(null) as Record<string, string | string[]>
  for (const [name, value] of new URLSearchParams(body)) {
    const before = params[name]
    params[name] = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value]
  }
  return params
}
