import type { ChannelDefinition } from '../channel.ts'

const megabyte = 1024 * 1024

/** Address of the API when the configuration names none: that of Instagram log-in. With Facebook log-in it is `https://graph.facebook.com`. */
export const defaultApiUrl = 'https://graph.instagram.com'

export const definition: ChannelDefinition = {
  id: 'instagram',
  label: 'Instagram',
  provider: 'meta',
  bodyName: 'instagram',
  networks: {
    instagram: {
      windowHours: 24,
      // With the tag HUMAN_AGENT, for answers that a person writes.
      humanWindowHours: 7 * 24,
      templates: false,
      catalogueItems: 10,
      reactions: true,
      quotes: true,
      typing: true,
      readReceipts: true,
      // Bytes of UTF-8, in truth; checked when sending.
      maxTextLength: 1000,
      // Source: Instagram messaging, Send messages.
      media: {
        image: { maxBytes: 8 * megabyte, mimes: ['image/jpeg', 'image/png', 'image/gif'] },
        video: { maxBytes: 25 * megabyte, mimes: ['video/mp4', 'video/ogg', 'video/avi', 'video/quicktime', 'video/webm'] },
        audio: { maxBytes: 25 * megabyte, mimes: ['audio/aac', 'audio/mp4', 'audio/wav', 'audio/x-m4a'] },
        voice: { maxBytes: 25 * megabyte, mimes: ['audio/aac', 'audio/mp4', 'audio/wav', 'audio/x-m4a'] },
        document: { maxBytes: 25 * megabyte, mimes: ['application/pdf'] },
      },
      mediaBy: 'url',
      pairIntervalMs: 1000,
      perSecond: 10,
    },
  },
  routes: [
    { method: 'GET', path: '/webhooks/instagram', purpose: 'handshake' },
    { method: 'POST', path: '/webhooks/instagram', purpose: 'delivery' },
  ],
  signedWith: 'appSecret',
  settings: [
    { key: 'senderId', label: 'Instagram account ID', secret: false, required: true },
    { key: 'accessToken', label: 'Access token', secret: true, required: true, env: 'INSTAGRAM_ACCESS_TOKEN' },
    { key: 'appSecret', label: 'App secret', secret: true, required: true, env: 'INSTAGRAM_APP_SECRET' },
    { key: 'verifyToken', label: 'Verify token', secret: true, required: true, env: 'INSTAGRAM_VERIFY_TOKEN' },
    { key: 'apiUrl', label: 'API address', secret: false, required: false, env: 'GRAPH_API_URL' },
  ],
}
