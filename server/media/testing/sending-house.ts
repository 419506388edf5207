import type { Attachment, MessageEntry } from '#contracts'
import type { TestHouse, TestHouseOptions } from '../../testing/harness.ts'
import { Buffer } from 'node:buffer'
import { expect, vi } from 'vitest'
import { startTestHouse } from '../../testing/harness.ts'
import { waitingCustomer } from '../../testing/waiting-customer.ts'

/** Noon in Mumbai, so that quiet hours do not speak. */
const noon = Date.UTC(2026, 10, 20, 6, 30)

/** What a provider was asked: JSON and forms as objects, an uploaded file as its bytes. */
export interface Asked { url: string, body: Record<string, unknown>, file: Buffer | null }

/** A house whose files reach providers that a test plays. */
export interface SendingHouse {
  house: TestHouse
  now: () => number
  asked: Asked[]
  headers: Record<string, string>
  /** A conversation with a lane `wa-ID`, `ig-ID` and `sms-ID`, all open. Gives its id. */
  aConversation: () => Promise<string>
  upload: (file: Buffer, options: { name: string, mime: string, field?: 'file' | 'voice', waveform?: string }) => Promise<Attachment>
  send: (conversationId: string, lane: 'wa' | 'ig' | 'sms', mediaId: string, caption?: string) => ReturnType<TestHouse['inject']>
  /** Sends, leaves the undo time out and waits until the provider has it. */
  sent: (conversationId: string, lane: 'wa' | 'ig' | 'sms', mediaId: string, caption?: string) => Promise<MessageEntry>
  close: () => Promise<void>
}

async function askedOf(url: string, init: RequestInit | undefined): Promise<Asked> {
  const { body } = init ?? {}
  if (body instanceof FormData) {
    const file = body.get('file')
    return { url, body: Object.fromEntries([...body].filter(([, value]) => typeof value === 'string')), file: file instanceof Blob ? Buffer.from(await file.arrayBuffer()) : null }
  }
  return { url, body: body === undefined || body === null ? {} : JSON.parse(String(body)) as Record<string, unknown>, file: null }
}

export async function startSendingHouse(options: TestHouseOptions = {}): Promise<SendingHouse> {
  const started = Date.now()
  const now = () => noon + (Date.now() - started)
  const asked: Asked[] = []
  const house = await startTestHouse({
    now,
    fetch: async (url, init) => {
      asked.push(await askedOf(url, init))
      if (url.endsWith('/media')) return Response.json({ id: 'uploaded-1' })
      return Response.json(url.includes('graph.instagram') ? { message_id: `mid.${asked.length}` } : { messages: [{ id: `wamid.${asked.length}` }] })
    },
    ...options,
  })
  const { models, newId, bus } = house.ctx
  const headers = await house.signIn('asha')
  const sending: Omit<SendingHouse, 'sent'> = {
    house,
    now,
    asked,
    headers,
    aConversation() {
      const at = new Date(now() - 60_000)
      const windowClosesAt = new Date(now() + 3_600_000)
      return waitingCustomer(house.ctx, { at, lanes: id => [
        { id: `wa-${id}`, channelId: 'wa-mumbai', channel: 'whatsapp', storeId: 'mumbai', addressKey: 'phone:+919820000001', wire: '919820000001', lastInboundAt: at, windowClosesAt },
        { id: `ig-${id}`, channelId: 'ig-house', channel: 'instagram', storeId: null, addressKey: 'user:instagram:77', wire: '77', lastInboundAt: at, windowClosesAt },
        { id: `sms-${id}`, channelId: 'twilio-house', channel: 'sms', storeId: null, addressKey: 'phone:+919820000001', wire: '919820000001', lastInboundAt: at, windowClosesAt: null },
      ] })
    },
    async upload(file, { name, mime, field = 'file', waveform }) {
      const boundary = 'a-boundary'
      const part = (head: string, body: Buffer | string) => [Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; ${head}\r\n\r\n`), Buffer.from(body), Buffer.from('\r\n')]
      const payload = Buffer.concat([
        ...waveform === undefined ? [] : part('name="waveform"', waveform),
        ...part(`name="${field}"; filename="${name}"\r\ncontent-type: ${mime}`, file),
        Buffer.from(`--${boundary}--\r\n`),
      ])
      const response = await house.inject({ method: 'POST', url: '/api/v1/uploads', headers: { ...headers, 'content-type': `multipart/form-data; boundary=${boundary}` }, payload })
      expect(response.statusCode, response.body).toBe(201)
      return response.json<Attachment>()
    },
    send: (id, lane, mediaId, caption) => house.inject({ method: 'POST', url: `/api/v1/conversations/${id}/messages`, headers, payload: { clientId: `client-${newId()}`, laneId: `${lane}-${id}`, content: { kind: 'media', mediaId, ...(caption ? { caption } : {}) } } }),
    close: () => house.close(),
  }
  return {
    ...sending,
    async sent(...message) {
      const response = await sending.send(...message)
      expect(response.statusCode, response.body).toBe(201)
      const entry = response.json<MessageEntry>()
      await models.outbox.updateOne({ _id: entry.id }, { $set: { dueAt: new Date(now()) } })
      bus.emit('outbox.due', { at: new Date(now()) })
      await vi.waitFor(async () => expect((await models.messages.findById(entry.id).lean())?.status).toBe('accepted'), { timeout: 10_000, interval: 30 })
      return entry
    },
  }
}
