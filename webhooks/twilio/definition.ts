import type { ChannelCapabilities, ChannelDefinition } from '../channel.ts'

const megabyte = 1024 * 1024

/** Host that serves messages when the configuration names none. */
export const defaultApiUrl = 'https://api.twilio.com'

/** Where Twilio reports what became of a message. */
export const statusPath = '/webhooks/twilio/status'

const whatsapp: ChannelCapabilities = {
  windowHours: 24,
  freeEntryHours: 72,
  templates: true,
  catalogueItems: 0,
  reactions: false,
  quotes: false,
  typing: true,
  // Shown together with typing; there is no call for it alone.
  readReceipts: false,
  maxTextLength: 1600,
  // Source: Twilio, WhatsApp media messages: 16 MB for everything.
  media: {
    image: { maxBytes: 5 * megabyte, mimes: ['image/jpeg', 'image/png', 'image/webp'] },
    video: { maxBytes: 16 * megabyte, mimes: ['video/mp4', 'video/3gpp'] },
    audio: { maxBytes: 16 * megabyte, mimes: ['audio/ogg', 'audio/amr', 'audio/3gpp', 'audio/aac', 'audio/mpeg', 'audio/mp4'] },
    voice: { maxBytes: 16 * megabyte, mimes: ['audio/ogg'] },
    document: { maxBytes: 16 * megabyte, mimes: ['*/*'] },
  },
  mediaBy: 'url',
  pairIntervalMs: 6000,
  perSecond: 80,
}

const sms: ChannelCapabilities = {
  ...whatsapp,
  windowHours: null,
  freeEntryHours: undefined,
  typing: false,
  // Five megabytes together; carriers take less.
  media: { image: { maxBytes: 5 * megabyte, mimes: ['image/jpeg', 'image/png', 'image/gif'] } },
  pairIntervalMs: 1000,
  perSecond: 1,
}

export const definition: ChannelDefinition = {
  id: 'twilio',
  label: 'Twilio',
  provider: 'twilio',
  bodyName: 'twilio',
  networks: { whatsapp, sms },
  routes: [
    // An empty TwiML document: nothing is answered by itself.
    { method: 'POST', path: '/webhooks/twilio/messages', purpose: 'delivery', answer: { contentType: 'text/xml', body: '<?xml version="1.0" encoding="UTF-8"?><Response/>' } },
    { method: 'POST', path: statusPath, purpose: 'delivery' },
  ],
  signedWith: 'accessToken',
  settings: [
    { key: 'accountId', label: 'Account SID', secret: false, required: true, env: 'TWILIO_ACCOUNT_SID' },
    { key: 'accessToken', label: 'Auth token', secret: true, required: true, env: 'TWILIO_AUTH_TOKEN' },
    { key: 'senderId', label: 'Number or messaging service SID', secret: false, required: false },
    { key: 'apiUrl', label: 'API address', secret: false, required: false, env: 'TWILIO_API_URL' },
  ],
}
