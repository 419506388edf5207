import type { Socket } from 'socket.io-client'
import type { ClientToServer, ServerToClient } from '#contracts'
import type { Conversation } from '../models/index.ts'
import type { TestHouse } from '../testing/harness.ts'
import { io } from 'socket.io-client'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { boxesOf } from '../conversations/index.ts'
import { startTestHouse } from '../testing/harness.ts'

type Client = Socket<ServerToClient, ClientToServer>

/** Two processes for one house: the second and third work on the store that the first has opened. */
describe('several processes on one database', () => {
  let keeper: TestHouse
  let left: TestHouse
  let right: TestHouse
  const clients: Client[] = []
  beforeAll(async () => {
    keeper = await startTestHouse()
    left = await startTestHouse({ listen: true, beside: keeper })
    right = await startTestHouse({ listen: true, beside: keeper })
  })
  afterEach(() => { for (const client of clients.splice(0)) client.disconnect() })
  afterAll(async () => {
    await left.close()
    await right.close()
    await keeper.close()
  })

  async function connect(house: TestHouse, who: string) {
    const { cookie, origin } = await house.signIn(who)
    const client: Client = io(house.url, { transports: ['websocket'], extraHeaders: { cookie, origin }, reconnection: false, forceNew: true })
    clients.push(client)
    const heard: { name: string, event: unknown }[] = []
    client.onAny((name: string, event: unknown) => { heard.push({ name, event }) })
    await new Promise<void>((resolve, reject) => client.once('connect', resolve).once('connect_error', reject))
    return { client, heard: (name: keyof ServerToClient) => heard.filter(one => one.name === name).map(one => one.event) }
  }

  let count = 0
  async function conversation(): Promise<Conversation> {
    const id = `shared-${++count}`
    const at = new Date()
    const draft = {
      _id: id, customerId: `p-${id}`, name: 'Priya Shah', storeIds: ['mumbai'], storeId: 'mumbai', channel: 'whatsapp' as const, lanes: [], ownerId: null, state: 'open' as const,
      firstAt: at, lastAt: at, waitingSince: null, unread: 0, preview: { text: 'hello', kind: 'text', mine: false }, tags: [], mark: 'steady' as const, nextAction: 'wait' as const, revision: await left.ctx.revisions.reserve(1),
    }
    const [made] = await left.ctx.models.conversations.insertMany([{ ...draft, boxes: boxesOf({ snoozedUntil: null, mergedInto: null, ...draft }, at.getTime()) }])
    return made!.toObject()
  }

  async function change(row: Conversation, unread: number): Promise<void> {
    const revision = await left.ctx.revisions.reserve(1)
    await left.ctx.models.conversations.updateOne({ _id: row._id }, { $set: { unread, revision } })
    left.ctx.bus.emit('conversation.changed', { conversation: { ...row, unread, revision }, before: row })
  }

  const eventually = (check: () => void) => expect.poll(() => { check(); return true }, { timeout: 5000 }).toBe(true)

  it('push what happens in one to the pages of all, and only to those who may see it', async () => {
    const here = await connect(left, 'asha')
    const there = await connect(right, 'meera')
    const elsewhere = await connect(right, 'bilal')
    await change(await conversation(), 3)
    await eventually(() => expect(here.heard('conversation:changed')).toMatchObject([{ row: { unread: 3 } }]))
    await eventually(() => expect(there.heard('conversation:changed')).toMatchObject([{ row: { unread: 3 } }]))
    expect(elsewhere.heard('conversation:changed')).toEqual([])
  })

  it('push what stands in a thread to whoever has it open on another one', async () => {
    const row = await conversation()
    const there = await connect(right, 'meera')
    await there.client.emitWithAck('conversation:open', { conversationId: row._id })
    left.ctx.bus.emit('customer.changed', { customerId: row.customerId, conversationId: row._id, revision: 9 })
    left.ctx.bus.emit('note.added', { note: { _id: 'n1', conversationId: row._id, authorId: 'asha', text: 'Prefers rose gold', at: new Date(), revision: 10 } as never, authorName: 'Asha' })
    await eventually(() => expect(there.heard('customer:changed')).toMatchObject([{ conversationId: row._id }]))
    await eventually(() => expect(there.heard('entry:changed')).toMatchObject([{ entry: { text: 'Prefers rose gold' } }]))
  })

  it('tell who else has a conversation open, wherever they are connected, and when they leave', async () => {
    const row = await conversation()
    const here = await connect(left, 'asha')
    const there = await connect(right, 'meera')
    const present = (page: typeof here) => (page.heard('presence').at(-1) as { viewers: { id: string, typing: boolean }[] } | undefined)?.viewers.map(({ id, typing }) => `${id}${typing ? ' writes' : ''}`).sort()
    await here.client.emitWithAck('conversation:open', { conversationId: row._id })
    await there.client.emitWithAck('conversation:open', { conversationId: row._id })
    await eventually(() => expect(present(here)).toEqual(['asha', 'meera']))
    there.client.emit('typing', { conversationId: row._id, typing: true })
    await eventually(() => expect(present(here)).toEqual(['asha', 'meera writes']))
    there.client.disconnect()
    await eventually(() => expect(present(here)).toEqual(['asha']))
  })

  it('count the queues of people on the others anew', async () => {
    const there = await connect(right, 'meera')
    await change(await conversation(), 1)
    await eventually(() => expect(there.heard('queues:changed').length).toBeGreaterThan(0))
  })

  it('end a session on all of them', async () => {
    const there = await connect(right, 'meera')
    left.ctx.bus.emit('session.ended', { advisorId: 'meera', sessionId: null, reason: 'role_changed' })
    await eventually(() => expect(there.heard('session:ended')).toMatchObject([{ reason: 'role_changed' }]))
    await eventually(() => expect(there.client.connected).toBe(false))
  })
})
