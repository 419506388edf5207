import type { MessageEntry, SendBody } from '#contracts'
import type { Conversation, Message } from '../models/index.ts'
import type { TestHouse } from '../testing/harness.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { messageIdOf } from '../identity/index.ts'
import { startTestHouse } from '../testing/harness.ts'
import { applyStatuses } from './status.ts'

const hour = 3_600_000
/** Noon in Mumbai, so that quiet hours do not speak. */
const noon = Date.UTC(2026, 10, 20, 6, 30)
const started = Date.now()
const now = () => noon + (Date.now() - started)

interface Call { url: string, body: { type?: string, text?: { body: string }, biz_opaque_callback_data?: string } }

let house: TestHouse
let calls: Call[]
let answer: (call: Call) => Response | Promise<Response>
let headers: Record<string, string>

const accepted = (id: string) => Response.json({ messaging_product: 'whatsapp', messages: [{ id }] })
const refused = (status: number, code: number) => Response.json({ error: { message: 'no', code } }, { status })

/** What the provider calls a message of ours, unless a test says otherwise. */
const nameOf = (id: string | undefined) => `wamid.${id}`
const laneOf = (id: string) => `lane-${id}`

beforeAll(async () => {
  house = await startTestHouse({
    now,
    fetch: async (url, init) => {
      const call = { url, body: JSON.parse(String(init?.body)) as Call['body'] }
      calls.push(call)
      return answer(call)
    },
  })
  headers = await house.signIn('asha')
})
beforeEach(() => {
  calls = []
  answer = call => accepted(nameOf(call.body.biz_opaque_callback_data))
})
afterAll(() => house.close())

/** A conversation of its own, with a lane of its own, for the pace of a lane is remembered. */
async function aConversation(changes: { windowClosesAt?: Date | null, waitingSince?: Date | null, channelId?: string } = {}): Promise<string> {
  const { models } = house.ctx
  const at = new Date(now() - hour)
  const windowClosesAt = changes.windowClosesAt === undefined ? new Date(now() + 20 * hour) : changes.windowClosesAt
  const id = house.ctx.newId()
  await models.customers.create({ _id: `c-${id}`, name: 'Priya', nameSource: 'profile', timeZone: 'Asia/Kolkata', createdAt: at, revision: 1 })
  await models.conversations.create({
    _id: id,
    customerId: `c-${id}`,
    name: 'Priya',
    storeIds: ['mumbai'],
    storeId: 'mumbai',
    channel: 'whatsapp',
    lanes: [{ id: laneOf(id), channelId: changes.channelId ?? 'wa-mumbai', channel: 'whatsapp', storeId: 'mumbai', addressKey: 'phone:+919820000001', wire: '919820000001', lastInboundAt: at, windowClosesAt, blocked: false }],
    firstAt: at,
    lastAt: at,
    lastInboundAt: at,
    waitingSince: changes.waitingSince === undefined ? at : changes.waitingSince,
    preview: { text: 'Hello', kind: 'text', mine: false },
    revision: 1,
  })
  return id
}

let clientIds = 0
function body(changes: Partial<SendBody> = {}): Omit<SendBody, 'laneId'> {
  return { clientId: `client-${++clientIds}-x`, content: { kind: 'text', text: 'It is still here.' }, ...changes }
}

const send = (id: string, payload: Omit<SendBody, 'laneId'>) => house.inject({ method: 'POST', url: `/api/v1/conversations/${id}/messages`, headers, payload: { laneId: laneOf(id), ...payload } })
const message = (id: string) => house.ctx.models.messages.findById(id).lean()
const conversation = (id: string) => house.ctx.models.conversations.findById(id).lean<Conversation>()
/** Asks the sender to leave the undo time out, so that a test need not wait for it. */
async function hurry(id: string): Promise<void> {
  await house.ctx.models.outbox.updateOne({ _id: id }, { $set: { dueAt: new Date(now()) } })
  house.ctx.bus.emit('outbox.due', { at: new Date(now()) })
}
const until = (check: () => Promise<unknown>) => vi.waitFor(async () => expect(await check()).toBeTruthy(), { timeout: 10_000, interval: 30 })
const status = async (id: string) => (await message(id))?.status

async function sent(conversationId: string, payload = body()): Promise<string> {
  const response = await send(conversationId, payload)
  expect(response.statusCode, response.body).toBe(201)
  const { id } = response.json<{ id: string }>()
  await hurry(id)
  return id
}

describe('sending', () => {
  it('shows the message at once, ends the wait, and hands it to the provider when the undo time is over', async () => {
    const id = await aConversation()
    const response = await send(id, body())
    expect(response.json()).toMatchObject({ status: 'queued', text: 'It is still here.', direction: 'out' })
    expect(await conversation(id)).toMatchObject({ waitingSince: null, preview: { text: 'It is still here.', mine: true } })
    expect(calls).toHaveLength(0)
    const entry = response.json<{ id: string }>()
    await hurry(entry.id)
    await until(async () => await status(entry.id) === 'accepted')
    expect(calls).toMatchObject([{ body: { type: 'text', text: { body: 'It is still here.' } } }])
  })

  it('sends once when the same request comes twice', async () => {
    const id = await aConversation()
    const payload = body()
    const [one, two] = await Promise.all([send(id, payload), send(id, payload)])
    expect(one.json<{ id: string }>().id).toBe(two.json<{ id: string }>().id)
    await hurry(one.json<{ id: string }>().id)
    await until(async () => await status(one.json<{ id: string }>().id) === 'accepted')
    expect(calls).toHaveLength(1)
  })

  it('keeps the order of one conversation even when the first is slow', async () => {
    const id = await aConversation()
    answer = async (call) => {
      if (call.body.text?.body === 'first') await new Promise(resolve => setTimeout(resolve, 150))
      return accepted(nameOf(call.body.biz_opaque_callback_data))
    }
    const first = await sent(id, body({ content: { kind: 'text', text: 'first' } }))
    const second = await sent(id, body({ content: { kind: 'text', text: 'second' } }))
    await until(async () => await status(first) === 'accepted' && await status(second) === 'accepted')
    expect(calls.map(call => call.body.text?.body)).toEqual(['first', 'second'])
  })

  it('is not put off by another message that is due later', async () => {
    const id = await aConversation()
    const messageId = (await send(id, body())).json<{ id: string }>().id
    const soon = new Date(now() + 300)
    await house.ctx.models.outbox.updateOne({ _id: messageId }, { $set: { dueAt: soon } })
    house.ctx.bus.emit('outbox.due', { at: soon })
    house.ctx.bus.emit('outbox.due', { at: new Date(now() + 60_000) })
    await vi.waitFor(async () => expect(await status(messageId)).toBe('accepted'), { timeout: 2_500, interval: 30 })
  })

  it('counts as a touch once it has left', async () => {
    const id = await aConversation()
    const messageId = await sent(id)
    await until(async () => await status(messageId) === 'accepted')
    await until(() => house.ctx.models.signals.findOne({ customerId: `c-${id}`, type: 'touch_advisor' }).lean())
  })
})

describe('taking back', () => {
  it('never asks the provider, and the row is as it was', async () => {
    const id = await aConversation()
    const response = await send(id, body())
    const messageId = response.json<{ id: string }>().id
    const undone = await house.inject({ method: 'DELETE', url: `/api/v1/conversations/${id}/messages/${messageId}`, headers })
    expect(undone.statusCode).toBe(204)
    expect(await message(messageId)).toMatchObject({ status: 'cancelled' })
    expect(await conversation(id)).toMatchObject({ preview: { text: 'Hello', mine: false }, waitingSince: expect.any(Date) })
    await hurry(messageId)
    await new Promise(resolve => setTimeout(resolve, 200))
    expect(calls).toHaveLength(0)
  })

  it('says that it is too late once the message has left', async () => {
    const id = await aConversation()
    const messageId = await sent(id)
    await until(async () => await status(messageId) === 'accepted')
    const late = await house.inject({ method: 'DELETE', url: `/api/v1/conversations/${id}/messages/${messageId}`, headers })
    expect(late.json()).toMatchObject({ error: { code: 'too_late' } })
  })
})

describe('when the provider does not take it', () => {
  it('tries again after a passing fault', async () => {
    const id = await aConversation()
    answer = call => calls.indexOf(call) === 0 ? refused(503, 2) : accepted('wamid.second')
    const messageId = await sent(id)
    await until(async () => await status(messageId) === 'accepted')
    expect(calls).toHaveLength(2)
  })

  it('shows a closed window as failed and does not try again', async () => {
    const id = await aConversation()
    answer = () => refused(400, 131047)
    const messageId = await sent(id)
    await until(async () => await status(messageId) === 'failed')
    expect(await message(messageId)).toMatchObject({ failure: { code: 'window_closed', canRetry: false } })
    expect(calls).toHaveLength(1)
  })

  it('shows a dead token as a dead channel, and closes the gate with it', async () => {
    const id = await aConversation({ channelId: 'wa-dubai' })
    answer = () => refused(401, 190)
    const messageId = await sent(id)
    await until(async () => await status(messageId) === 'failed')
    expect(await house.ctx.models.channels.findById('wa-dubai').lean()).toMatchObject({ state: 'dead' })
    const gate = await house.inject({ method: 'GET', url: `/api/v1/conversations/${id}/gate?laneId=${laneOf(id)}`, headers })
    expect(gate.json()).toMatchObject({ verdict: 'closed', reasons: [{ code: 'channel_dead' }] })
  })

  it('never sends again by itself what the provider may have, and lets a person do so', async () => {
    const id = await aConversation()
    answer = () => { throw new DOMException('timed out', 'TimeoutError') }
    const messageId = await sent(id)
    await until(async () => await status(messageId) === 'failed')
    expect(await message(messageId)).toMatchObject({ failure: { code: 'uncertain', canRetry: true } })
    expect(calls).toHaveLength(1)
    answer = () => accepted('wamid.again')
    const retried = await house.inject({ method: 'POST', url: `/api/v1/conversations/${id}/messages/${messageId}/retry`, headers })
    expect(retried.statusCode).toBe(200)
    expect(retried.json()).toMatchObject({ id: messageId, status: 'queued', failure: null })
    await until(async () => await status(messageId) === 'accepted')
    expect(calls).toHaveLength(2)
  })

  it('leaves a try that a crash interrupted uncertain, until a status about it settles it', async () => {
    const id = await aConversation()
    const response = await send(id, body({ sendAt: new Date(now() + hour).toISOString() }))
    const messageId = response.json<{ id: string }>().id
    const { models, bus } = house.ctx
    await models.outbox.updateOne({ _id: messageId }, { $set: { state: 'sending', attempts: 1, lease: { holder: 'a process that is gone', until: new Date(now() - 1) } } })
    bus.emit('outbox.due', { at: new Date(now()) })
    await until(async () => (await message(messageId))?.failure?.code === 'uncertain')
    expect(calls).toHaveLength(0)
    await applyStatuses(house.ctx, [{ channelId: 'wa-mumbai', event: { channel: 'whatsapp', provider: 'meta', kind: 'status', id: 'wamid.it-arrived', from: null, to: '919820000001', at: new Date(now()).toISOString(), status: 'delivered', reference: messageId } }])
    expect(await message(messageId)).toMatchObject({ status: 'delivered', failure: null, providerId: 'wamid.it-arrived' })
  })

  it('sends again, at a person\'s wish, what failed after it had been accepted', async () => {
    const id = await aConversation()
    const messageId = await sent(id)
    await until(() => house.ctx.models.outbox.findOne({ _id: messageId, state: 'sent' }).lean())
    const failed = { channelId: 'wa-mumbai', event: { channel: 'whatsapp', provider: 'meta', kind: 'status', id: nameOf(messageId), from: null, to: null, at: new Date(now()).toISOString(), status: 'failed' } } as const
    await applyStatuses(house.ctx, [failed])
    expect(await message(messageId)).toMatchObject({ status: 'failed', failure: { canRetry: true } })
    answer = () => accepted(`wamid.second-of-${messageId}`)
    await house.inject({ method: 'POST', url: `/api/v1/conversations/${id}/messages/${messageId}/retry`, headers })
    await until(async () => await status(messageId) === 'accepted')
    await applyStatuses(house.ctx, [failed])
    expect(await message(messageId)).toMatchObject({ status: 'accepted', providerId: `wamid.second-of-${messageId}`, failure: null })
  })

  it('finishes what a crash interrupted after the provider had taken it, without asking the provider', async () => {
    const id = await aConversation()
    const response = await send(id, body({ sendAt: new Date(now() + hour).toISOString() }))
    const messageId = response.json<{ id: string }>().id
    const { models, bus } = house.ctx
    await models.outbox.updateOne({ _id: messageId }, { $set: { state: 'sending', attempts: 1, providerId: nameOf(messageId), lease: { holder: 'a process that is gone', until: new Date(now() - 1) } } })
    bus.emit('outbox.due', { at: new Date(now()) })
    await until(async () => await status(messageId) === 'accepted')
    await until(() => models.outbox.findOne({ _id: messageId, state: 'sent', lease: null }).lean())
    expect(await models.signals.findOne({ customerId: `c-${id}`, type: 'touch_advisor' }).lean()).toBeTruthy()
    expect(calls).toHaveLength(0)
  })
})

describe('an echo that is faster than the provider\'s answer', () => {
  /** What intake writes of an echo, for it takes it for something written on the phone. */
  async function anEcho(conversationId: string, providerId: string, changes: Partial<Message> = {}): Promise<void> {
    await house.ctx.models.messages.create({
      _id: messageIdOf('wa-mumbai', providerId),
      conversationId,
      customerId: `c-${conversationId}`,
      laneId: laneOf(conversationId),
      channelId: 'wa-mumbai',
      direction: 'out',
      author: { kind: 'phone_app', id: null, name: null },
      kind: 'text',
      text: 'It is still here.',
      at: new Date(now()),
      providerId,
      status: 'sent',
      revision: await house.ctx.revisions.reserve(1),
      ...changes,
    })
  }
  const thread = async (id: string) => (await house.inject({ method: 'GET', url: `/api/v1/conversations/${id}/thread`, headers })).json<{ items: MessageEntry[] }>().items.filter(entry => entry.type === 'message')

  it('leaves one message in the thread, ours, with the ticks that the echo had', async () => {
    const id = await aConversation()
    const gone: string[] = []
    const off = house.ctx.bus.on('message.changed', ({ message: changed }) => { if (changed.status === 'cancelled') gone.push(changed._id) })
    answer = async (call) => {
      const name = nameOf(call.body.biz_opaque_callback_data)
      await anEcho(id, name)
      await applyStatuses(house.ctx, [{ channelId: 'wa-mumbai', event: { channel: 'whatsapp', provider: 'meta', kind: 'status', id: name, from: null, to: null, at: new Date(now()).toISOString(), status: 'delivered' } }])
      return accepted(name)
    }
    const messageId = await sent(id)
    await until(() => house.ctx.models.outbox.findOne({ _id: messageId, state: 'sent' }).lean())
    off()
    expect(await thread(id)).toMatchObject([{ id: messageId, status: 'delivered' }])
    expect(await message(messageId)).toMatchObject({ providerId: nameOf(messageId) })
    expect(gone).toEqual([messageIdOf('wa-mumbai', nameOf(messageId))])
    await applyStatuses(house.ctx, [{ channelId: 'wa-mumbai', event: { channel: 'whatsapp', provider: 'meta', kind: 'status', id: nameOf(messageId), from: null, to: null, at: new Date(now()).toISOString(), status: 'read' } }])
    expect(await status(messageId)).toBe('read')
  })

  it('is taken out as well when we learn only from a status that ours was sent', async () => {
    const id = await aConversation()
    answer = () => { throw new DOMException('timed out', 'TimeoutError') }
    const messageId = await sent(id)
    await until(async () => await status(messageId) === 'failed')
    await anEcho(id, nameOf(messageId))
    await applyStatuses(house.ctx, [{ channelId: 'wa-mumbai', event: { channel: 'whatsapp', provider: 'meta', kind: 'status', id: nameOf(messageId), from: null, to: null, at: new Date(now()).toISOString(), status: 'delivered', reference: messageId } }])
    expect(await thread(id)).toMatchObject([{ id: messageId, status: 'delivered', failure: null }])
  })

  it('is taken out once more when the first time was interrupted', async () => {
    const id = await aConversation()
    const response = await send(id, body({ sendAt: new Date(now() + hour).toISOString() }))
    const messageId = response.json<{ id: string }>().id
    await anEcho(id, nameOf(messageId), { status: 'cancelled', providerId: undefined })
    const { models, bus } = house.ctx
    await models.messages.updateOne({ _id: messageId }, { $set: { status: 'delivered' } })
    await models.outbox.updateOne({ _id: messageId }, { $set: { state: 'sending', attempts: 1, providerId: nameOf(messageId), lease: { holder: 'a process that is gone', until: new Date(now() - 1) } } })
    bus.emit('outbox.due', { at: new Date(now()) })
    await until(() => models.outbox.findOne({ _id: messageId, state: 'sent' }).lean())
    expect(await thread(id)).toMatchObject([{ id: messageId, status: 'delivered' }])
    expect(await message(messageId)).toMatchObject({ providerId: nameOf(messageId) })
  })
})

describe('ticks', () => {
  const report = (id: string, word: string, errorCodes?: number[]) => ({ channelId: 'wa-mumbai', event: { channel: 'whatsapp', provider: 'meta', kind: 'status', id, from: null, to: null, at: new Date(now()).toISOString(), status: word, ...(errorCodes ? { errorCodes } : {}) } as const })

  it('only go up, in whatever order the statuses come', async () => {
    const id = await aConversation()
    const messageId = await sent(id)
    await until(async () => await status(messageId) === 'accepted')
    await applyStatuses(house.ctx, [report(nameOf(messageId), 'read'), report(nameOf(messageId), 'sent')])
    await applyStatuses(house.ctx, [report(nameOf(messageId), 'delivered')])
    await applyStatuses(house.ctx, [report(nameOf(messageId), 'failed', [131026])])
    expect(await message(messageId)).toMatchObject({ status: 'read', failure: null })
  })

  it('say why a message failed after it was accepted', async () => {
    const id = await aConversation()
    const messageId = await sent(id)
    await until(async () => await status(messageId) === 'accepted')
    await applyStatuses(house.ctx, [report(nameOf(messageId), 'failed', [131047])])
    expect(await message(messageId)).toMatchObject({ status: 'failed', failure: { code: 'window_closed' } })
  })

  it('that came before the provider answered are applied when it has', async () => {
    const id = await aConversation()
    answer = async (call) => {
      await applyStatuses(house.ctx, [report('wamid.early', 'delivered')])
      return accepted(call.body.text ? 'wamid.early' : '')
    }
    const messageId = await sent(id)
    await until(async () => await status(messageId) === 'delivered')
  })
})

describe('the gate', () => {
  it('refuses free text outside the window and lets a template through', async () => {
    const id = await aConversation({ windowClosesAt: new Date(now() - 1), waitingSince: null })
    const closed = await send(id, body())
    expect(closed.statusCode).toBe(409)
    expect(closed.json()).toMatchObject({ error: { code: 'gate_closed', details: { reasons: [{ code: 'window_closed' }] } } })
    await house.ctx.models.templates.create({ _id: 'saved', name: 'saved_piece', language: 'en', category: 'utility', body: 'Dear {{1}}, your {{2}} is kept until Friday.', params: ['name', 'piece'] })
    const response = await send(id, body({ content: { kind: 'template', name: 'saved_piece', language: 'en', params: ['Priya', 'halo ring'] } }))
    expect(response.json()).toMatchObject({ text: 'Dear Priya, your halo ring is kept until Friday.' })
  })

  it('asks for a reason, takes it, and keeps it with the message', async () => {
    const id = await aConversation({ waitingSince: null })
    const { models } = house.ctx
    await models.conversations.updateOne({ _id: id }, { $set: { lastInboundAt: new Date(now() - 60 * hour) } })
    await models.signals.create({ _id: house.ctx.newId(), customerId: `c-${id}`, conversationId: id, type: 'touch_advisor', at: new Date(now() - 10 * hour), meta: { source: 'bilal', storeId: 'dubai' }, revision: 1 })
    const asked = await send(id, body())
    expect(asked.json()).toMatchObject({ error: { code: 'gate_asks', details: { reasons: [{ code: 'colleague_wrote', params: { name: 'Bilal', store: 'Dubai' } }] } } })
    const response = await send(id, body({ override: { reason: 'She asked me to call today' } }))
    expect(response.statusCode).toBe(201)
    expect(await message(response.json<{ id: string }>().id)).toMatchObject({ override: { reason: 'She asked me to call today' } })
  })
})
