import { createHmac } from 'node:crypto'

/** A text message as WhatsApp's Cloud API delivers it, about 700 bytes. `to` is the id of our number. */
export function textBody(message: { id: string, from: string, to: string, text: string, at: number, name?: string }): string {
  return JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [{
      id: '104996122399160',
      changes: [{
        field: 'messages',
        value: {
          messaging_product: 'whatsapp',
          metadata: { display_phone_number: '912262000001', phone_number_id: message.to },
          contacts: [{ profile: { name: message.name ?? `Customer ${message.from.slice(-4)}` }, wa_id: message.from }],
          messages: [{ from: message.from, id: message.id, timestamp: String(Math.floor(message.at / 1000)), type: 'text', text: { body: message.text } }],
        },
      }],
    }],
  })
}

/** Headers of a delivery signed with `secret`. */
export function signed(body: string, secret: string): Record<string, string> {
  return { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` }
}
