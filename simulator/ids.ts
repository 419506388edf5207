import { createHash } from 'node:crypto'

function digest(name: string): Buffer {
  return createHash('sha256').update(name).digest()
}

/** Digits that look like the ids Meta hands out, the same for the same name. */
export function digitsOf(name: string, length = 16): string {
  const number = digest(name).readBigUInt64BE(0) ^ digest(`${name}#`).readBigUInt64BE(8)
  return `1${number.toString().padStart(20, '0')}`.slice(0, length)
}

/** A WhatsApp message id, the same for the same name. Real ones are `wamid.` and base64; they are opaque and so are these. */
export function whatsappId(name: string): string {
  return `wamid.HBgM${digest(name).toString('base64url').slice(0, 40)}`
}

/** An Instagram message id, the same for the same name. */
export function instagramId(name: string): string {
  return `aWdfZAG1${digest(name).toString('base64url')}`
}

/** A Twilio SID, the same for the same name: two letters and 32 hexadecimal digits. */
export function twilioSid(prefix: 'SM' | 'MM' | 'ME' | 'AC', name: string): string {
  return `${prefix}${digest(name).toString('hex').slice(0, 32)}`
}
