import type { MessageEntry } from '#contracts'
import type { SendingHouse } from './testing/sending-house.ts'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readOgg } from './testing/ogg.ts'
import { startSendingHouse } from './testing/sending-house.ts'

/** A second and a quarter, recorded by Chromium's MediaRecorder. */
const webm = readFileSync(new URL('./testing/chromium-mono.webm', import.meta.url))
const recording = { name: 'voice.webm', mime: 'audio/webm', field: 'voice' as const }

let sending: SendingHouse
beforeAll(async () => { sending = await startSendingHouse() })
beforeEach(() => { sending.asked.length = 0 })
afterAll(() => sending.close())

describe('a voice note that an advisor records', () => {
  it('is kept as Ogg with its length, and as loud as the recorder heard it', async () => {
    const file = await sending.upload(webm, { ...recording, waveform: '[0, 0.5, 1, 0.256]' })
    expect(file).toMatchObject({ kind: 'voice', mime: 'audio/ogg', filename: 'voice.ogg', seconds: 1.26, waveform: [0, 0.5, 1, 0.26] })
    const { rawPayload, headers } = await sending.house.inject({ url: `/api/v1/media/${file.id}`, headers: sending.headers })
    expect(headers['content-type']).toBe('audio/ogg')
    expect(readOgg(rawPayload).every(page => page.checksum === page.computed)).toBe(true)
    expect(rawPayload.length).toBe(file.bytes)
  })

  it('reaches the network as a voice note', async () => {
    const file = await sending.upload(webm, recording)
    const conversation = await sending.aConversation()
    const entry = await sending.sent(conversation, 'wa', file.id!)
    expect(entry).toMatchObject({ kind: 'voice', attachments: [{ kind: 'voice', seconds: 1.26 }] })
    const [upload, message] = sending.asked
    expect(upload).toMatchObject({ body: { type: 'audio/ogg' } })
    expect(upload!.file!.toString('latin1', 0, 4)).toBe('OggS')
    expect(message).toMatchObject({ body: { type: 'audio', audio: { id: 'uploaded-1', voice: true } } })
  })

  it('stands in the thread as one', async () => {
    const file = await sending.upload(webm, recording)
    const conversation = await sending.aConversation()
    await sending.sent(conversation, 'wa', file.id!)
    const { items } = (await sending.house.inject({ url: `/api/v1/conversations/${conversation}/thread`, headers: sending.headers })).json<{ items: MessageEntry[] }>()
    expect(items).toMatchObject([{ kind: 'voice', attachments: [{ id: file.id, kind: 'voice' }] }])
  })

  it('is refused in words, before it waits, by a lane that takes none', async () => {
    const file = await sending.upload(webm, recording)
    const refused = await sending.send(await sending.aConversation(), 'sms', file.id!)
    expect(refused.statusCode).toBe(409)
    expect(refused.json()).toMatchObject({ error: { code: 'no_public_url' } })
  })

  it.each(['nonsense', '{"a":1}', '[]', '[2]', `[${Array.from({ length: 65 }).fill(0).join(',')}]`])('is drawn plain where the loudness that came with it is none: %s', async (waveform) => {
    expect(await sending.upload(webm, { ...recording, waveform })).not.toHaveProperty('waveform')
  })

  it('of which nothing can be read is kept as it came', async () => {
    const broken = Buffer.concat([webm.subarray(0, 90), Buffer.alloc(200, 0)])
    expect(await sending.upload(broken, recording)).toMatchObject({ kind: 'voice', mime: 'audio/webm', filename: 'voice.webm' })
  })
})

it('a sound that is attached, not recorded, is put into Ogg as well and stays a sound', async () => {
  expect(await sending.upload(webm, { name: 'ring.WEBM', mime: 'audio/webm' })).toMatchObject({ kind: 'audio', mime: 'audio/ogg', filename: 'ring.ogg' })
})
