import type { TwilioForm } from './twilio.ts'
import { createHmac } from 'node:crypto'

/** `X-Hub-Signature-256`: hex HMAC-SHA256 of the body's bytes with the app secret (Meta, Graph API webhooks). */
export function metaSignature(secret: string, body: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
}

/** `X-Twilio-Signature`: base64 HMAC-SHA1 of the full address and every name and value, sorted by name (Twilio, Security). */
export function twilioSignature(authToken: string, url: string, form: TwilioForm): string {
  const signed = Object.keys(form).sort().reduce((text, name) => text + name + (form[name] ?? ''), url)
  return createHmac('sha1', authToken).update(signed).digest('base64')
}
