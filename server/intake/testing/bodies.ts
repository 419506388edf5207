import { createHmac } from 'node:crypto'

/** Provider bodies for tests, made from the documented shapes. Times in milliseconds. */

let made = 0
const nextId = () => `id-${++made}`

export interface Writing { id?: string, at: number, to?: string, from?: string, name?: string, userId?: string, text?: string, message?: Record<string, unknown> }

/** One customer message to a WhatsApp number of ours. */
export function whatsappBody(writings: Writing[], numberId = '106540352242922'): string {
  return JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [{
      id: 'waba-1',
      changes: [{
        field: 'messages',
        value: {
          messaging_product: 'whatsapp',
          metadata: { display_phone_number: '912248901000', phone_number_id: numberId },
          contacts: writings.map(({ from = '919876543210', name = 'Priya Shah', userId }) => ({ wa_id: from, profile: { name }, ...(userId ? { user_id: userId } : {}) })),
          messages: writings.map(({ id = nextId(), at, from = '919876543210', userId, text = 'Hello', message }) => ({ id, from, timestamp: String(Math.floor(at / 1000)), ...(userId ? { from_user_id: userId } : {}), ...(message ?? { type: 'text', text: { body: text } }) })),
        },
      }],
    }],
  })
}

export function whatsappStatusBody(id: string, status: string, at: number, numberId = '106540352242922'): string {
  return JSON.stringify({ object: 'whatsapp_business_account', entry: [{ id: 'waba-1', changes: [{ field: 'messages', value: { messaging_product: 'whatsapp', metadata: { display_phone_number: '912248901000', phone_number_id: numberId }, statuses: [{ id, status, timestamp: String(Math.floor(at / 1000)), recipient_id: '919876543210' }] } }] }] })
}

/** News of an account, of all its numbers. */
export function whatsappAccountBody(accountId: string, event: string, at: number): string {
  return JSON.stringify({ object: 'whatsapp_business_account', entry: [{ id: accountId, time: Math.floor(at / 1000), changes: [{ field: 'account_update', value: { event } }] }] })
}

/** What a colleague did in the phone app: wrote a text, or whatever else the message is. */
export function whatsappEchoBody(id: string, said: string | Record<string, unknown>, at: number, to = '919876543210', numberId = '106540352242922'): string {
  return JSON.stringify({ object: 'whatsapp_business_account', entry: [{ id: 'waba-1', changes: [{ field: 'smb_message_echoes', value: { messaging_product: 'whatsapp', metadata: { display_phone_number: '912248901000', phone_number_id: numberId }, message_echoes: [{ id, from: '912248901000', to, timestamp: String(Math.floor(at / 1000)), ...(typeof said === 'string' ? { type: 'text', text: { body: said } } : said) }] } }] }] })
}

/** What somebody wrote to our Instagram account: a text, or whatever else the message is. */
export function instagramBody(sender: string, said: string | Record<string, unknown>, at: number, id = nextId()): string {
  const message = typeof said === 'string' ? { text: said } : said
  return JSON.stringify({ object: 'instagram', entry: [{ id: '17841400000000001', time: at, messaging: [{ sender: { id: sender }, recipient: { id: '17841400000000001' }, timestamp: at, message: { mid: id, ...message } }] }] })
}

export function instagramOptInBody(sender: string, status: string, at: number): string {
  return JSON.stringify({ object: 'instagram', entry: [{ id: '17841400000000001', time: at, messaging: [{ sender: { id: sender }, recipient: { id: '17841400000000001' }, timestamp: at, optin: { type: 'notification_messages', notification_messages_status: status } }] }] })
}

export function smsBody(from: string, text: string, sid = nextId()): string {
  return new URLSearchParams({ MessageSid: sid, SmsSid: sid, AccountSid: 'AC1', From: from, To: '+15005550006', Body: text, NumMedia: '0', SmsStatus: 'received' }).toString()
}

export function metaSignature(secret: string, body: string | Buffer): Record<string, string> {
  return { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` }
}

export function twilioSignature(token: string, url: string, body: string): Record<string, string> {
  const pairs = [...new URLSearchParams(body)].sort(([a], [b]) => a < b ? -1 : 1).map(([key, value]) => key + value).join('')
  return { 'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': createHmac('sha1', token).update(url + pairs).digest('base64') }
}
