import type { Socket } from 'socket.io-client'
import type { ClientToServer, ServerToClient } from '#contracts'
import type { Conversation, Message } from '../models/index.ts'
import type { TestHouse } from '../testing/harness.ts'
import { io } from 'socket.io-client'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { boxesOf } from '../conversations/index.ts'
import { startTestHouse } from '../testing/harness.ts'

type Client = Socket<ServerToClient, ClientToServer>
type Heard = { [K in keyof ServerToClient]: Parameters<ServerToClient[K]>[0][] }

describe('live updates', () => {
  let house: TestHouse
  const clients: Client[] = []
  beforeAll(async () => { house = await startTestHouse({ listen: true }) })
  afterEach(async () => {
    for (const client of clients.splice(0)) client.disconnect()
    await house.ctx.models.conversations.deleteMany({})
  })
  afterAll(() => house.close())

  async function connect(who: string | null, headers: Record<string, string> = {}) {
    const session = who ? await house.signIn(who) : null
    const extraHeaders = { ...(session ? { cookie: session.cookie, origin: session.origin } : {}), ...headers }
    const client: Client = io(house.url, { transports: ['websocket'], extraHeaders, reconnection: false, forceNew: true })
    clients.push(client)
    const heard: Heard = { 'conversation:changed': [], 'conversation:gone': [], 'thread:changed': [], 'entry:changed': [], 'customer:changed': [], 'presence': [], 'draft:changed': [], 'queues:changed': [], 'session:ended': [] }
    client.onAny((name: keyof Heard, event) => { (heard[name] as unknown[]).push(event) })
    await new Promise<void>((resolve, reject) => client.once('connect', resolve).once('connect_error', reject))
    return { client, heard, headers: session! }
  }

  let count = 0
  async function conversation(fields: Partial<Conversation> = {}): Promise<Conversation> {
    const id = `c${++count}`
    const at = new Date()
    const draft = {
      _id: id, customerId: `p${id}`, name: 'Priya Shah', storeIds: ['mumbai'], storeId: 'mumbai', channel: 'whatsapp' as const, lanes: [], ownerId: null, state: 'open' as const,
      firstAt: at, lastAt: at, waitingSince: null, unread: 0, preview: { text: 'hello', kind: 'text', mine: false }, tags: [], mark: 'steady' as const, nextAction: 'wait' as const, revision: await house.ctx.revisions.reserve(1), ...fields,
    }
    const [made] = await house.ctx.models.conversations.insertMany([{ ...draft, boxes: boxesOf({ snoozedUntil: null, mergedInto: null, ...draft }, at.getTime()) }])
    return made!.toObject()
  }

  async function change(before: Conversation, fields: Partial<Conversation>): Promise<Conversation> {
    const after = { ...before, ...fields, revision: await house.ctx.revisions.reserve(1) }
    await house.ctx.models.conversations.updateOne({ _id: before._id }, { $set: { ...fields, revision: after.revision } })
    house.ctx.bus.emit('conversation.changed', { conversation: after, before })
    return after
  }

  function message(of: Conversation, fields: Partial<Message> = {}): Message {
    return {
      _id: `m${++count}`, conversationId: of._id, customerId: of.customerId, laneId: 'lane', channelId: 'wa-mumbai', direction: 'in', author: { kind: 'customer', id: null, name: null }, kind: 'text', at: new Date(),
      text: 'Is the ring still there?', attachments: [], extra: {}, pieceSkus: [], replyTo: null, reactions: [], forwarded: false, editedAt: null, deletedAt: null, status: null, failure: null, undoUntil: null, clientId: null, override: null, revision: 1, ...fields,
    } as Message
  }

  const open = (client: Client, conversationId: string) => client.emitWithAck('conversation:open', { conversationId })
  /** Long enough for what is gathered to be pushed and to arrive. */
  const settle = () => new Promise(resolve => setTimeout(resolve, 120))
  const eventually = async (check: () => void) => expect.poll(() => { check(); return true }, { timeout: 5000 }).toBe(true)

  it('refuse strangers, cookies that are none, and pages of somebody else', async () => {
    await expect(connect(null)).rejects.toThrow()
    await expect(connect(null, { cookie: `loupe=${'x'.repeat(43)}` })).rejects.toThrow()
    await expect(connect('asha', { origin: 'https://evil.example' })).rejects.toThrow()
    await expect(connect('asha')).resolves.toBeDefined()
  })

  it('bring a row to everyone who may see it and to nobody else', async () => {
    const [asha, bilal, meera, dana] = await Promise.all(['asha', 'bilal', 'meera', 'dana'].map(who => connect(who)))
    const mumbai = await conversation()
    await change(mumbai, { unread: 3 })
    await eventually(() => expect(asha!.heard['conversation:changed']).toHaveLength(1))
    await settle()
    expect(asha!.heard['conversation:changed'][0]).toMatchObject({ row: { id: mumbai._id, unread: 3, name: 'Priya Shah' } })
    expect([meera, dana].map(one => one!.heard['conversation:changed'].length)).toEqual([1, 1])
    expect(bilal!.heard['conversation:changed']).toEqual([])
  })

  it('reach an advisor of another store who owns it, once though several reasons apply', async () => {
    const [asha, bilal] = await Promise.all([connect('asha'), connect('bilal')])
    await change(await conversation({ ownerId: 'bilal', storeIds: ['mumbai', 'dubai'] }), { unread: 1 })
    await eventually(() => expect(bilal.heard['conversation:changed']).toHaveLength(1))
    await settle()
    expect([asha, bilal].map(one => one.heard['conversation:changed'].length)).toEqual([1, 1])
  })

  it('reach everyone while it has no store', async () => {
    const [asha, bilal] = await Promise.all([connect('asha'), connect('bilal')])
    await change(await conversation({ storeIds: [], storeId: null }), { unread: 1 })
    await eventually(() => expect([asha, bilal].map(one => one.heard['conversation:changed'].length)).toEqual([1, 1]))
  })

  it('mask a number that stands for a name, for those who may not see it whole', async () => {
    const [asha, meera] = await Promise.all([connect('asha'), connect('meera')])
    await change(await conversation({ name: '+91 98765 43210' }), { unread: 1 })
    await eventually(() => expect([asha, meera].map(one => one.heard['conversation:changed'].length)).toEqual([1, 1]))
    expect(meera.heard['conversation:changed'][0]!.row.name).toBe('+91 98765 43210')
    expect(JSON.stringify(asha.heard)).not.toContain('98765')
  })

  it('push the last of several quick changes, once', async () => {
    const asha = await connect('asha')
    const row = await conversation()
    for (const unread of [1, 2, 5, 3]) house.ctx.bus.emit('conversation.changed', { conversation: { ...row, unread, revision: unread } })
    await eventually(() => expect(asha.heard['conversation:changed']).toHaveLength(1))
    await settle()
    expect(asha.heard['conversation:changed']).toMatchObject([{ row: { unread: 5 }, revision: 5 }])
  })

  it('tell those who lose sight of a conversation, and take them out of it', async () => {
    const [bilal, dana] = await Promise.all([connect('bilal'), connect('dana')])
    const owned = await conversation({ ownerId: 'bilal' })
    expect(await open(bilal.client, owned._id)).toEqual({ ok: true })
    const handed = await change(owned, { ownerId: 'asha' })
    await eventually(() => expect(bilal.heard['conversation:gone']).toEqual([{ id: owned._id, revision: handed.revision }]))
    house.ctx.bus.emit('message.changed', { message: message(handed) })
    await settle()
    expect(bilal.heard['entry:changed']).toEqual([])
    expect(bilal.heard['conversation:changed']).toEqual([])
    expect(dana.heard['conversation:gone']).toEqual([])
  })

  it('tell everyone that a merged conversation is gone', async () => {
    const asha = await connect('asha')
    await change(await conversation(), { mergedInto: 'other' })
    await eventually(() => expect(asha.heard['conversation:gone']).toHaveLength(1))
    expect(asha.heard['conversation:changed']).toEqual([])
  })

  it('tell where a merged conversation stands now, also when a change of it was still on its way', async () => {
    const [asha, bilal] = await Promise.all([connect('asha'), connect('bilal')])
    const [loser, winner] = [await conversation(), await conversation()]
    expect(await open(asha.client, loser._id)).toEqual({ ok: true })
    // Nobody has heard of it since the start but for this change, which the merge overtakes.
    house.ctx.bus.emit('conversation.changed', { conversation: { ...loser, unread: 1, revision: await house.ctx.revisions.reserve(1) } })
    const gone = { ...loser, mergedInto: winner._id, revision: await house.ctx.revisions.reserve(1) }
    house.ctx.bus.emit('conversation.gone', { conversation: gone })
    await eventually(() => expect(asha.heard['conversation:gone']).toEqual([{ id: loser._id, revision: gone.revision, mergedInto: winner._id }]))
    expect(asha.heard['conversation:changed']).toEqual([])
    expect(bilal.heard['conversation:gone']).toEqual([])
    house.ctx.bus.emit('message.changed', { message: message(loser) })
    await settle()
    expect(asha.heard['entry:changed']).toEqual([])
  })

  it('bring back a conversation that was made two of one again', async () => {
    const asha = await connect('asha')
    const merged = await conversation()
    house.ctx.bus.emit('conversation.gone', { conversation: { ...merged, mergedInto: 'other', revision: await house.ctx.revisions.reserve(1) } })
    await eventually(() => expect(asha.heard['conversation:gone']).toHaveLength(1))
    house.ctx.bus.emit('conversation.changed', { conversation: { ...merged, mergedInto: null, revision: await house.ctx.revisions.reserve(1) } })
    await eventually(() => expect(asha.heard['conversation:changed']).toMatchObject([{ row: { id: merged._id } }]))
  })

  it('tell those who have a thread open that much of it came or left at once', async () => {
    const [asha, meera] = await Promise.all([connect('asha'), connect('meera')])
    const mumbai = await conversation()
    await open(asha.client, mumbai._id)
    house.ctx.bus.emit('thread.changed', { conversationId: mumbai._id, revision: 7 })
    await eventually(() => expect(asha.heard['thread:changed']).toEqual([{ conversationId: mumbai._id, revision: 7 }]))
    expect(meera.heard['thread:changed']).toEqual([])
  })

  it('bring entries only to those who have the conversation open and may see it', async () => {
    const [asha, meera, bilal] = await Promise.all([connect('asha'), connect('meera'), connect('bilal')])
    const mumbai = await conversation()
    expect(await open(asha.client, mumbai._id)).toEqual({ ok: true })
    expect(await open(bilal.client, mumbai._id)).toEqual({ ok: false, code: 'not_found' })
    expect(await open(bilal.client, 'no-such')).toEqual({ ok: false, code: 'not_found' })
    house.ctx.bus.emit('message.changed', { message: message(mumbai) })
    await eventually(() => expect(asha.heard['entry:changed']).toHaveLength(1))
    expect(asha.heard['entry:changed'][0]).toMatchObject({ conversationId: mumbai._id, entry: { type: 'message', text: 'Is the ring still there?' } })
    await settle()
    expect([meera, bilal].map(one => one.heard['entry:changed'].length)).toEqual([0, 0])
  })

  it('stop bringing entries when the conversation is closed', async () => {
    const asha = await connect('asha')
    const mumbai = await conversation()
    await open(asha.client, mumbai._id)
    asha.client.emit('conversation:close', { conversationId: mumbai._id })
    await settle()
    house.ctx.bus.emit('message.changed', { message: message(mumbai) })
    await settle()
    expect(asha.heard['entry:changed']).toEqual([])
  })

  it('refuse what is not well formed, and what comes too fast', async () => {
    const { client } = await connect('asha')
    for (const event of [null, {}, { conversationId: 7 }, { conversationId: { $ne: null } }, { conversationId: 'x'.repeat(65) }])
      expect(await client.emitWithAck('conversation:open', event as never)).toEqual({ ok: false, code: 'invalid' })
    const asked = []
    for (let time = 0; time < 100; time++) asked.push(open(client, 'no-such'))
    const answers = await Promise.all(asked)
    expect(answers.filter(answer => !answer.ok && answer.code === 'too_many').length).toBeGreaterThan(20)
    client.emit('typing', undefined as never)
    client.emit('conversation:close', 'nonsense' as never)
    await settle()
    expect(client.connected).toBe(true)
  })

  it('show who looks and who writes, once per person', async () => {
    const [asha, again, meera] = await Promise.all([connect('asha'), connect('asha'), connect('meera')])
    const mumbai = await conversation()
    for (const { client } of [asha, again, meera]) await open(client, mumbai._id)
    await eventually(() => expect(meera.heard.presence.at(-1)?.viewers.map(viewer => viewer.id).sort()).toEqual(['asha', 'meera']))
    asha.client.emit('typing', { conversationId: mumbai._id, typing: true })
    await eventually(() => expect(meera.heard.presence.at(-1)?.viewers).toContainEqual({ id: 'asha', name: 'Asha', typing: true }))
    asha.client.emit('typing', { conversationId: mumbai._id, typing: false })
    await eventually(() => expect(meera.heard.presence.at(-1)?.viewers).toContainEqual({ id: 'asha', name: 'Asha', typing: false }))
    asha.client.disconnect()
    again.client.disconnect()
    await eventually(() => expect(meera.heard.presence.at(-1)?.viewers.map(viewer => viewer.id)).toEqual(['meera']))
  })

  it('bring a draft to the same person\'s other devices and to nobody else', async () => {
    const [asha, again, meera] = await Promise.all([connect('asha'), connect('asha'), connect('meera')])
    house.ctx.bus.emit('draft.changed', { conversationId: 'c', advisorId: 'asha', draft: { text: 'Dear Priya', laneId: null, updatedAt: null } })
    await eventually(() => expect([asha, again].map(one => one.heard['draft:changed'].length)).toEqual([1, 1]))
    expect(meera.heard['draft:changed']).toEqual([])
  })

  it('count the queues anew for those whom a change concerns, at most once a second', async () => {
    const [asha, bilal] = await Promise.all([connect('asha'), connect('bilal')])
    let row = await conversation()
    for (let unread = 1; unread <= 10; unread++) row = await change(row, { unread })
    await eventually(() => expect(asha.heard['queues:changed'].at(-1)?.counts).toMatchObject({ all: 1, unassigned: 1, mine: 0 }))
    expect(asha.heard['queues:changed']).toHaveLength(1)
    expect(bilal.heard['queues:changed']).toEqual([])
  })

  it('end with the session: for that browser when it signs out, for all of a person\'s when rights change', async () => {
    const [here, elsewhere, meera] = await Promise.all([connect('asha'), connect('asha'), connect('meera')])
    await house.inject({ method: 'DELETE', url: '/api/v1/session', headers: here.headers })
    await eventually(() => expect(here.client.connected).toBe(false))
    expect(here.heard['session:ended']).toEqual([{ reason: 'signed_out' }])
    expect(elsewhere.client.connected).toBe(true)
    const admin = await house.signIn('administrator')
    await house.inject({ method: 'PATCH', url: '/api/v1/advisors/asha', headers: admin, payload: { storeIds: ['mumbai', 'dubai'] } })
    await eventually(() => expect(elsewhere.client.connected).toBe(false))
    expect(elsewhere.heard['session:ended']).toEqual([{ reason: 'role_changed' }])
    expect(meera.client.connected).toBe(true)
  })

  it('take twenty pages of one person and no more', async () => {
    for (let page = 0; page < 20; page++) await connect('chen')
    await expect(connect('chen')).rejects.toThrow('too_many')
  })
})
