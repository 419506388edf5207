import type { Attachment, MessageEntry } from '#contracts'
import type { StoredAttachment } from '../models/index.ts'
import type { TestHouse } from '../testing/harness.ts'
import { Buffer } from 'node:buffer'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { startTestHouse } from '../testing/harness.ts'
import { waitingCustomer } from '../testing/waiting-customer.ts'
import { sweepUnsent, unsentForMs } from './sweep.ts'
import { aWav } from './testing/wav.ts'

/** Noon in Mumbai, so that quiet hours do not speak. */
const noon = Date.UTC(2026, 10, 20, 6, 30)
const started = Date.now()
const now = () => noon + (Date.now() - started)

const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')
const wav = aWav(Array.from({ length: 8_000 }, (_, i) => Math.sin(i / 3)), { rate: 8_000 })

type Headers = Record<string, string>

let house: TestHouse
let asha: Headers
let bilal: Headers
let calls: string[]
let answers: Record<string, () => Response>
/** What was handed to the provider as a message. */
let left: Record<string, unknown>[]

beforeAll(async () => {
  house = await startTestHouse({
    now,
    async fetch(url, init) {
      calls.push(url)
      const { pathname, hostname } = new URL(url)
      if (pathname.endsWith('/messages')) {
        left.push(JSON.parse(String(init?.body)) as Record<string, unknown>)
        return Response.json({ messages: [{ id: `wamid.${calls.length}` }] })
      }
      if (pathname.endsWith('/media')) return Response.json({ id: 'uploaded-1' })
      const answer = answers[hostname] ?? answers[pathname.split('/').at(-1) ?? '']
      return answer ? answer() : new Response(null, { status: 404 })
    },
  })
  asha = await house.signIn('asha')
  bilal = await house.signIn('bilal')
})
beforeEach(() => {
  calls = []
  answers = {}
  left = []
})
afterAll(() => house.close())

function aConversation(): Promise<string> {
  const at = new Date(now() - 60_000)
  const windowClosesAt = new Date(now() + 3_600_000)
  return waitingCustomer(house.ctx, { at, lanes: id => [
    { id: `wa-${id}`, channelId: 'wa-mumbai', channel: 'whatsapp', storeId: 'mumbai', addressKey: 'phone:+919820000001', wire: '919820000001', lastInboundAt: at, windowClosesAt },
    { id: `ig-${id}`, channelId: 'ig-house', channel: 'instagram', storeId: null, addressKey: 'instagram:77', wire: '77', lastInboundAt: at, windowClosesAt },
  ] })
}

function upload(bytes: Uint8Array, filename: string, mime: string, fieldname = 'file') {
  const boundary = 'a-boundary'
  const payload = Buffer.concat([
    Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="${fieldname}"; filename="${filename}"\r\ncontent-type: ${mime}\r\n\r\n`),
    bytes,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ])
  return house.inject({ method: 'POST', url: '/api/v1/uploads', headers: { ...asha, 'content-type': `multipart/form-data; boundary=${boundary}` }, payload })
}
async function uploaded(...file: Parameters<typeof upload>) {
  const response = await upload(...file)
  expect(response.statusCode, response.body).toBe(201)
  return response.json<Attachment>()
}
const fetched = (id: string | null, headers: Headers) => house.inject({ method: 'GET', url: `/api/v1/media/${id}`, headers })

/** A message as intake leaves it: its file is still to be fetched. */
async function anInbound(conversationId: string, lane: 'wa' | 'ig', source: StoredAttachment['source'], kind: Attachment['kind'] = 'image'): Promise<string> {
  const message = await house.ctx.models.messages.create({
    _id: house.ctx.newId(),
    conversationId,
    customerId: `c-${conversationId}`,
    laneId: `${lane}-${conversationId}`,
    channelId: lane === 'wa' ? 'wa-mumbai' : 'ig-house',
    direction: 'in',
    author: { kind: 'customer', id: `c-${conversationId}`, name: 'Priya' },
    kind,
    at: new Date(now()),
    attachments: [{ id: null, kind, mime: 'application/octet-stream', state: 'pending', source }],
    fetchAt: new Date(now() - 1),
    revision: await house.ctx.revisions.reserve(1),
  })
  house.ctx.bus.emit('message.changed', { message: message.toObject() })
  return message._id
}
async function settled(messageId: string): Promise<StoredAttachment> {
  return vi.waitFor(async () => {
    const message = await house.ctx.models.messages.findById(messageId).lean()
    expect(message?.fetchAt).toBeNull()
    return message!.attachments![0]!
  }, { timeout: 10_000, interval: 30 })
}

describe('a file of ours', () => {
  it('is the uploader\'s until it is sent, and then everybody\'s who may see the conversation', async () => {
    const id = await aConversation()
    const file = await uploaded(png, 'ring.png', 'image/png')
    expect(file).toMatchObject({ kind: 'image', mime: 'image/png', filename: 'ring.png', bytes: png.length, state: 'ready' })
    const dana = await house.signIn('dana')
    expect((await fetched(file.id, asha)).rawPayload.equals(png)).toBe(true)
    expect((await fetched(file.id, dana)).statusCode).toBe(404)

    const response = await house.inject({ method: 'POST', url: `/api/v1/conversations/${id}/messages`, headers: asha, payload: { clientId: `client-${id}`, laneId: `wa-${id}`, content: { kind: 'media', mediaId: file.id, caption: 'In daylight' } } })
    expect(response.statusCode, response.body).toBe(201)
    const entry = response.json<MessageEntry>()
    expect(entry).toMatchObject({ kind: 'image', text: 'In daylight', attachments: [{ id: file.id, state: 'ready' }] })
    await house.ctx.models.outbox.updateOne({ _id: entry.id }, { $set: { dueAt: new Date(now()) } })
    house.ctx.bus.emit('outbox.due', { at: new Date(now()) })
    await vi.waitFor(() => expect(left).toMatchObject([{ type: 'image', image: { id: 'uploaded-1', caption: 'In daylight' } }]), { timeout: 10_000 })

    expect((await fetched(file.id, dana)).statusCode).toBe(200)
    const [hidden, absent] = [await fetched(file.id, bilal), await fetched('no-such-file', bilal)]
    expect([hidden.statusCode, hidden.body]).toEqual([404, absent.body])
    expect((await fetched(file.id, {})).statusCode).toBe(401)
  })

  it('is served so that it can be shown, kept and run nowhere', async () => {
    const file = await uploaded(png, 'réve.png', 'image/png')
    const { headers } = await fetched(file.id, asha)
    expect(headers).toMatchObject({
      'content-type': 'image/png',
      'content-length': String(png.length),
      'content-disposition': 'inline; filename*=UTF-8\'\'r%C3%A9ve.png',
      'content-security-policy': 'default-src \'none\'; sandbox',
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, max-age=86400, immutable',
    })
  })

  it('is served in part where a part is asked for, also of one that would be compressed', async () => {
    const text = Buffer.from('halo '.repeat(1_000))
    const file = await uploaded(text, 'notes.txt', 'text/plain')
    const ask = (range: string) => house.inject({ method: 'GET', url: `/api/v1/media/${file.id}`, headers: { ...asha, range, 'accept-encoding': 'gzip, br' } })
    const part = await ask('bytes=5-9')
    expect(part.statusCode).toBe(206)
    expect(part.headers).toMatchObject({ 'content-range': 'bytes 5-9/5000', 'content-length': '5' })
    expect(part.rawPayload.toString()).toBe('halo ')
    const rest = await ask('bytes=5-')
    expect(rest.rawPayload.equals(text.subarray(5))).toBe(true)
    const whole = await house.inject({ method: 'GET', url: `/api/v1/media/${file.id}`, headers: { ...asha, 'accept-encoding': 'gzip, br' } })
    expect(whole.headers).toMatchObject({ 'content-length': '5000', 'accept-ranges': 'bytes' })
    expect(whole.rawPayload.equals(text)).toBe(true)
    expect((await ask('bytes=9000-')).statusCode).toBe(416)
  })

  it.each([
    ['page.html', 'text/html', '<!doctype html><script>alert(1)</script>'],
    ['drawing.svg', 'image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'],
    ['ring.png', 'image/png', '<!doctype html><script>alert(1)</script>'],
  ])('is a download when it could run: %s', async (filename, mime, text) => {
    const file = await uploaded(Buffer.from(text), filename, mime)
    expect(file.kind).toBe('document')
    const { headers } = await fetched(file.id, asha)
    expect(headers['content-disposition']).toMatch(/^attachment;/)
    expect(headers['content-security-policy']).toBe('default-src \'none\'; sandbox')
    expect(headers['content-type']).not.toMatch(/html|svg|image/)
    expect(headers['x-content-type-options']).toBe('nosniff')
  })

  it('is not sent by somebody else before its uploader has sent it', async () => {
    const id = await aConversation()
    const file = await uploaded(png, 'ring.png', 'image/png')
    const send = (headers: Headers, clientId: string) => house.inject({ method: 'POST', url: `/api/v1/conversations/${id}/messages`, headers, payload: { clientId, laneId: `wa-${id}`, content: { kind: 'media', mediaId: file.id } } })
    expect((await send(await house.signIn('dana'), 'from-dana')).statusCode).toBe(404)
    expect((await send(asha, 'from-asha')).statusCode).toBe(201)
  })

  it('is named in one line that turns nothing beside it', async () => {
    expect((await uploaded(png, 'ring\u202Egnp.png', 'image/png')).filename).toBe('ring gnp.png')
    expect([...(await uploaded(png, `${'💍'.repeat(300)}.png`, 'image/png')).filename!]).toHaveLength(200)
  })

  it('is refused when there is nothing in it, and when its form cannot be read', async () => {
    expect((await upload(Buffer.alloc(0), 'empty.png', 'image/png')).json()).toMatchObject({ error: { code: 'invalid', message: 'That file is empty. Choose another.' } })
    const post = (payload: string, type: string) => house.inject({ method: 'POST', url: '/api/v1/uploads', headers: { ...asha, 'content-type': type }, payload })
    const head = '--x\r\ncontent-disposition: form-data; name="file"; filename="a.png"\r\n\r\nabc'
    const answers = [await post(head, 'multipart/form-data; boundary=x'), await post(head, 'multipart/form-data'), await post('{}', 'application/json')]
    expect(answers.map(answer => answer.statusCode)).toEqual([400, 400, 415])
  })

  it('is drawn before it plays, where it is a WAV file', async () => {
    const file = await uploaded(wav, 'voice.wav', 'audio/wav', 'voice')
    expect(file).toMatchObject({ kind: 'voice', mime: 'audio/wav', seconds: 1 })
    expect(file.waveform).toHaveLength(64)
  })

  it('is taken away two days after it was uploaded and not sent', async () => {
    const { models, connection } = house.ctx
    const [unsent, fresh, sent] = [await uploaded(png, 'a.png', 'image/png'), await uploaded(png, 'b.png', 'image/png'), await uploaded(png, 'c.png', 'image/png')]
    const createdAt = new Date(now() - unsentForMs - 1)
    await models.media.updateOne({ _id: unsent.id }, { $set: { createdAt } })
    await models.media.updateOne({ _id: sent.id }, { $set: { createdAt, conversationId: await aConversation() } })
    while (await sweepUnsent(house.ctx) > 0);
    const left = await models.media.find({ _id: { $in: [unsent.id, fresh.id, sent.id] } }, { _id: 1 }).lean()
    expect(left.map(file => file._id).sort()).toEqual([fresh.id, sent.id].sort())
    const bytes = (id: string | null) => connection.db?.collection('files.files').countDocuments({ filename: id })
    expect([await bytes(unsent.id), await bytes(fresh.id), await bytes(sent.id)]).toEqual([0, 1, 1])
  })

  it('may be of some megabytes, but not of any size', async () => {
    expect((await uploaded(Buffer.alloc(3_000_000, 1), 'scan.bin', 'application/octet-stream')).bytes).toBe(3_000_000)
    expect((await upload(Buffer.alloc(16 * 1024 * 1024 + 1, 1), 'film.bin', 'application/octet-stream')).statusCode).toBe(413)
  })
})

describe('a file of a customer', () => {
  const fileHost = 'lookaside.fbsbx.com'

  it('is fetched once, kept, and shown to those who may see the conversation', async () => {
    answers = {
      'media-77': () => Response.json({ url: `https://${fileHost}/file`, mime_type: 'image/png' }),
      [fileHost]: () => new Response(png, { headers: { 'content-type': 'image/png' } }),
    }
    const id = await aConversation()
    const messageId = await anInbound(id, 'wa', { mediaId: 'media-77' })
    const attachment = await settled(messageId)
    expect(attachment).toMatchObject({ state: 'ready', kind: 'image', mime: 'image/png', bytes: png.length })
    const { body } = await house.inject({ method: 'GET', url: `/api/v1/conversations/${id}/thread`, headers: asha })
    expect(body).not.toContain('media-77')
    expect((await fetched(attachment.id, asha)).rawPayload.equals(png)).toBe(true)
    expect((await fetched(attachment.id, bilal)).statusCode).toBe(404)

    await house.ctx.models.messages.updateOne({ _id: messageId }, { $set: { 'attachments.0.state': 'pending', 'fetchAt': new Date(now() - 1) } })
    house.ctx.bus.emit('message.changed', { message: (await house.ctx.models.messages.findById(messageId).lean())! })
    expect((await settled(messageId)).id).toBe(attachment.id)
    expect(await house.ctx.models.media.countDocuments({ conversationId: id })).toBe(1)
    expect(await house.ctx.connection.db?.collection('files.files').countDocuments({ filename: attachment.id })).toBe(1)
  })

  it('follows its message to where that was moved while the file was on its way', async () => {
    const [first, second] = [await aConversation(), await aConversation()]
    let arrive = () => {}
    const arriving = new Promise<void>((resolve) => { arrive = resolve })
    answers = {
      'media-80': () => Response.json({ url: `https://${fileHost}/file`, mime_type: 'image/png' }),
      [fileHost]: () => new Response(new ReadableStream({ async start(controller) { await arriving; controller.enqueue(png); controller.close() } })),
    }
    const messageId = await anInbound(first, 'wa', { mediaId: 'media-80' })
    await vi.waitFor(() => expect(calls.some(url => url.includes(fileHost))).toBe(true))
    await house.ctx.models.messages.updateOne({ _id: messageId }, { $set: { conversationId: second } })
    await house.ctx.models.conversations.updateOne({ _id: first }, { $set: { mergedInto: second } })
    arrive()
    const { id } = await settled(messageId)
    await vi.waitFor(async () => expect((await fetched(id, asha)).statusCode).toBe(200))
  })

  it('keeps what it was called and is drawn where it is a WAV file', async () => {
    answers = {
      'media-78': () => Response.json({ url: `https://${fileHost}/sound`, mime_type: 'audio/wav' }),
      [fileHost]: () => new Response(wav, { headers: { 'content-type': 'audio/wav' } }),
    }
    const attachment = await settled(await anInbound(await aConversation(), 'wa', { mediaId: 'media-78' }, 'voice'))
    expect(attachment).toMatchObject({ kind: 'voice', mime: 'audio/wav', seconds: 1 })
    expect(attachment.waveform).toHaveLength(64)
  })

  it.each([
    'http://169.254.169.254/latest/meta-data',
    'https://lookaside.fbsbx.com.evil.example/file',
    'https://user:secret@scontent.cdninstagram.com/file',
    'file:///etc/passwd',
  ])('is never fetched from %s, and shown as missing', async (url) => {
    const attachment = await settled(await anInbound(await aConversation(), 'ig', { url }))
    expect(attachment).toMatchObject({ state: 'missing', id: null })
    expect(calls).toEqual([])
  })

  it('is not fetched from where the provider\'s own answer leads astray', async () => {
    answers = {
      'media-79': () => Response.json({ url: `https://${fileHost}/moved`, mime_type: 'image/png' }),
      [fileHost]: () => new Response(null, { status: 302, headers: { location: 'http://127.0.0.1:6379/' } }),
    }
    const attachment = await settled(await anInbound(await aConversation(), 'wa', { mediaId: 'media-79' }))
    expect(attachment.state).toBe('missing')
    expect(calls.map(url => new URL(url).hostname)).not.toContain('127.0.0.1')
  })

  it('is missing when the provider no longer has it', async () => {
    expect((await settled(await anInbound(await aConversation(), 'wa', { mediaId: 'forgotten' }))).state).toBe('missing')
  })
})
