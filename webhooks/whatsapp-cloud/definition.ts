import type { ChannelDefinition } from '../channel.ts'

const megabyte = 1024 * 1024

/** Address of the API when the configuration names none. */
export const defaultApiUrl = 'https://graph.facebook.com'

export const definition: ChannelDefinition = {
  id: 'whatsapp-cloud',
  label: 'WhatsApp',
  provider: 'meta',
  bodyName: 'whatsapp',
  networks: {
    whatsapp: {
      windowHours: 24,
      freeEntryHours: 72,
      templates: true,
      catalogueItems: 30,
      reactions: true,
      quotes: true,
      typing: true,
      readReceipts: true,
      maxTextLength: 4096,
      // Source: Cloud API, Media, supported types.
      media: {
        image: { maxBytes: 5 * megabyte, mimes: ['image/jpeg', 'image/png'] },
        video: { maxBytes: 16 * megabyte, mimes: ['video/mp4', 'video/3gpp'] },
        audio: { maxBytes: 16 * megabyte, mimes: ['audio/aac', 'audio/amr', 'audio/mpeg', 'audio/mp4', 'audio/ogg'] },
        voice: { maxBytes: 16 * megabyte, mimes: ['audio/ogg'] },
        document: { maxBytes: 100 * megabyte, mimes: ['*/*'] },
      },
      mediaBy: 'upload',
      pairIntervalMs: 6000,
      perSecond: 80,
    },
  },
  routes: [
    { method: 'GET', path: '/webhooks/whatsapp', purpose: 'handshake' },
    { method: 'POST', path: '/webhooks/whatsapp', purpose: 'delivery' },
  ],
  signedWith: 'appSecret',
  settings: [
    { key: 'senderId', label: 'Phone number ID', secret: false, required: true },
    { key: 'accountId', label: 'WhatsApp Business account ID', secret: false, required: false },
    { key: 'accessToken', label: 'Access token', secret: true, required: true, env: 'WHATSAPP_ACCESS_TOKEN' },
    { key: 'appSecret', label: 'App secret', secret: true, required: true, env: 'WHATSAPP_APP_SECRET' },
    { key: 'verifyToken', label: 'Verify token', secret: true, required: true, env: 'WHATSAPP_VERIFY_TOKEN' },
    { key: 'apiUrl', label: 'API address', secret: false, required: false, env: 'GRAPH_API_URL' },
  ],
}
