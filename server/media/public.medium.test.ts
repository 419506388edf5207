import type { SendingHouse } from './testing/sending-house.ts'
import { Buffer } from 'node:buffer'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { goodForMs, mediaToken } from './addresses.ts'
import { startSendingHouse } from './testing/sending-house.ts'

const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')
const webm = readFileSync(new URL('./testing/chromium-mono.webm', import.meta.url))

type Attached = { message: { attachment: { type: string, payload: { url: string } } } }

describe('a file that the provider fetches', () => {
  let sending: SendingHouse
  beforeAll(async () => { sending = await startSendingHouse({ environment: { PUBLIC_URL: 'https://inbox.example' } }) })
  beforeEach(() => { sending.asked.length = 0 })
  afterAll(() => sending.close())

  const path = (url: string) => url.replace('https://inbox.example', '')
  /** As a provider asks: without a session, without a key. */
  const fetched = (url: string, headers: Record<string, string> = {}, method: 'GET' | 'HEAD' = 'GET') => sending.house.inject({ method, url: path(url), headers })
  async function aPicture(): Promise<string> {
    const file = await sending.upload(png, { name: 'ring.png', mime: 'image/png' })
    await sending.sent(await sending.aConversation(), 'ig', file.id!)
    const { attachment } = (sending.asked.at(-1)!.body as Attached).message
    expect(attachment.type).toBe('image')
    return attachment.payload.url
  }

  it('is named by an address on our own host, with which alone it can be fetched', async () => {
    const url = await aPicture()
    expect(url).toMatch(/^https:\/\/inbox\.example\/media\/[\w-]+\.[0-9a-z]+\.[\w-]{43}$/)
    const { statusCode, headers, rawPayload } = await fetched(url)
    expect(statusCode).toBe(200)
    expect(rawPayload.equals(png)).toBe(true)
    expect(headers).toMatchObject({ 'content-type': 'image/png', 'content-length': String(png.length), 'cache-control': `private, max-age=${goodForMs / 1000}, immutable`, 'x-content-type-options': 'nosniff', 'x-robots-tag': 'noindex' })
    expect(headers['set-cookie']).toBeUndefined()
  })

  it('is given in part, and described without its bytes', async () => {
    const url = await aPicture()
    const part = await fetched(url, { range: 'bytes=1-3' })
    expect([part.statusCode, part.headers['content-range'], part.rawPayload.toString('latin1')]).toEqual([206, `bytes 1-3/${png.length}`, 'PNG'])
    expect((await fetched(url, { range: 'bytes=9999-' })).statusCode).toBe(416)
    const head = await fetched(url, {}, 'HEAD')
    expect([head.statusCode, head.headers['content-type'], head.rawPayload.length]).toEqual([200, 'image/png', 0])
  })

  it('is not given to whoever guesses, changes or lists addresses, or comes too late', async () => {
    const url = await aPicture()
    const [, token] = /\/media\/(.+)$/.exec(url)!
    const [id, until, signature] = token!.split('.')
    const { secret } = sending.house.ctx.config
    const wrong = [
      `/media/${id}`,
      `/media/${id}.${until}.${'A'.repeat(43)}`,
      `/media/${id}.${(Number.parseInt(until!, 36) + 3600).toString(36)}.${signature}`,
      `/media/${mediaToken(secret, id!, sending.now() - goodForMs - 2000)}`,
      `/media/${mediaToken('another secret that is long enough', id!, sending.now())}`,
      `/media/${mediaToken(secret, 'a-file-that-is-not-here', sending.now())}`,
      '/media',
      '/media/',
      '/media/..%2Fapi',
    ]
    for (const address of wrong) expect((await sending.house.inject(address)).statusCode, address).toBe(404)
  })

  it('is fetched from the same kind of address by every provider that fetches', async () => {
    const calls: string[] = []
    const other = await startSendingHouse({
      environment: { PUBLIC_URL: 'https://inbox.example', TWILIO_ACCOUNT_SID: 'AC1' },
      fetch: async (_url, init) => {
        calls.push(new URLSearchParams(String(init?.body)).get('MediaUrl') ?? '')
        return Response.json({ sid: 'MM1', status: 'queued' }, { status: 201 })
      },
    })
    const file = await other.upload(png, { name: 'ring.png', mime: 'image/png' })
    await other.sent(await other.aConversation(), 'sms', file.id!, 'In daylight')
    expect((await other.house.inject(path(calls[0]!))).rawPayload.equals(png)).toBe(true)
    await other.close()
  })

  it('of a kind that the network does not take is refused before it waits', async () => {
    const file = await sending.upload(webm, { name: 'voice.webm', mime: 'audio/webm', field: 'voice' })
    const conversation = await sending.aConversation()
    const refusals = await Promise.all((['ig', 'sms'] as const).map(lane => sending.send(conversation, lane, file.id!)))
    expect(refusals.map(refused => refused.json().error.code)).toEqual(['not_carried', 'not_carried'])
    expect(sending.asked).toEqual([])
  })
})

describe('a house without a public address', () => {
  let sending: SendingHouse
  beforeAll(async () => { sending = await startSendingHouse() })
  afterAll(() => sending.close())

  it('says so when a file is to leave where the provider would have to fetch it, and sends the others', async () => {
    const file = await sending.upload(png, { name: 'ring.png', mime: 'image/png' })
    const conversation = await sending.aConversation()
    const refused = await sending.send(conversation, 'ig', file.id!)
    expect([refused.statusCode, refused.json()]).toMatchObject([409, { error: { code: 'no_public_url', message: expect.stringContaining('PUBLIC_URL') } }])
    await sending.sent(conversation, 'wa', file.id!)
  })

  it('tells where the channels are listed which of them cannot send files', async () => {
    const { channels } = (await sending.house.inject({ url: '/api/v1/house', headers: sending.headers })).json<{ channels: { id: string, fileProblem?: string }[] }>()
    expect(Object.fromEntries(channels.map(channel => [channel.id, channel.fileProblem ?? null]))).toEqual({ 'ig-house': 'no_public_url', 'twilio-house': 'no_public_url', 'wa-mumbai': null, 'wa-dubai': null, 'wa-singapore': null })
  })
})

it('a provider that is only to be reached from here, as a simulator is, fetches from a local address', async () => {
  const sending = await startSendingHouse({ environment: { GRAPH_API_URL: 'http://127.0.0.1:9/graph' } })
  const file = await sending.upload(png, { name: 'ring.png', mime: 'image/png' })
  expect((await sending.send(await sending.aConversation(), 'ig', file.id!)).statusCode).toBe(201)
  await sending.close()
})
