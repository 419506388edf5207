import type { Message } from '../models/index.ts'
import type { TestHouse } from '../testing/harness.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { startTestHouse } from '../testing/harness.ts'

const at = Date.UTC(2026, 10, 20, 6, 30)

let house: TestHouse
let headers: Record<string, string>
let calls: { url: string, body: Record<string, unknown> }[]
let answer: () => Response

beforeAll(async () => {
  house = await startTestHouse({
    now: () => at,
    fetch: async (url, init) => {
      calls.push({ url, body: JSON.parse(String(init?.body)) as Record<string, unknown> })
      return answer()
    },
  })
  headers = await house.signIn('dana')
})
beforeEach(async () => {
  calls = []
  answer = () => Response.json({ success: true })
  await house.ctx.models.channels.updateMany({}, { $set: { state: 'live' } })
})
afterAll(() => house.close())

type Line = [lane: 'mumbai' | 'dubai' | 'instagram' | 'sms', providerId: string, changes?: Partial<Message>]

const lanes = {
  mumbai: { id: 'mumbai', channelId: 'wa-mumbai', channel: 'whatsapp', storeId: 'mumbai', addressKey: 'phone:+919820000001', wire: '919820000001' },
  dubai: { id: 'dubai', channelId: 'wa-dubai', channel: 'whatsapp', storeId: 'dubai', addressKey: 'phone:+919820000001', wire: '919820000001' },
  instagram: { id: 'instagram', channelId: 'ig-house', channel: 'instagram', storeId: null, addressKey: 'instagram:77', wire: '77' },
  sms: { id: 'sms', channelId: 'twilio-house', channel: 'sms', storeId: null, addressKey: 'phone:+919820000001', wire: '+919820000001' },
} as const

/** A conversation with these messages of the customer, oldest first, none of them read. */
async function aConversation(...lines: Line[]): Promise<string> {
  const { models, newId } = house.ctx
  const id = newId()
  await models.conversations.create({ _id: id, customerId: `c-${id}`, name: 'Priya', storeIds: ['mumbai'], storeId: 'mumbai', channel: 'whatsapp', lanes: Object.values(lanes), firstAt: new Date(at), lastAt: new Date(at), unread: lines.length, preview: { text: 'Hello', kind: 'text', mine: false }, revision: 1 })
  await add(id, ...lines)
  return id
}

let position = 0
async function add(id: string, ...lines: Line[]): Promise<void> {
  for (const [lane, providerId, changes] of lines) {
    await house.ctx.models.messages.create({ _id: house.ctx.newId(), conversationId: id, customerId: `c-${id}`, laneId: lane, channelId: lanes[lane].channelId, direction: 'in', author: { kind: 'customer', id: `c-${id}`, name: 'Priya' }, kind: 'text', text: 'Hello', at: new Date(at - 3_600_000 + ++position), providerId, revision: 1, ...changes })
  }
  await house.ctx.models.conversations.updateOne({ _id: id }, { $set: { unread: lines.length } })
}

const read = (id: string) => house.inject({ method: 'POST', url: `/api/v1/conversations/${id}/read`, headers })
const heard = (count: number) => vi.waitFor(() => expect(calls).toHaveLength(count), { timeout: 5_000, interval: 20 })
/** Long enough for a mark that must not come. */
const quiet = () => new Promise(resolve => setTimeout(resolve, 150))

describe('reading a conversation', () => {
  it('shows the customer, on every lane, that their last message was read', async () => {
    const id = await aConversation(['mumbai', 'wamid.a'], ['mumbai', 'wamid.b'], ['dubai', 'wamid.c'], ['instagram', 'mid.d'], ['mumbai', 'wamid.reaction', { kind: 'reaction' }], ['mumbai', 'wamid.ours', { direction: 'out' }])
    await read(id)
    await heard(3)
    const seen = calls.map(call => call.body)
    expect(seen).toContainEqual(expect.objectContaining({ status: 'read', message_id: 'wamid.b' }))
    expect(seen).toContainEqual(expect.objectContaining({ status: 'read', message_id: 'wamid.c' }))
    expect(seen).toContainEqual({ recipient: { id: '77' }, sender_action: 'mark_seen' })
    expect(calls.find(call => call.body.message_id === 'wamid.c')?.url).toContain('106540352242923')
  })

  it('says it once of a message, and again of a newer one', async () => {
    const id = await aConversation(['mumbai', 'wamid.once'])
    await read(id)
    await heard(1)
    house.ctx.bus.emit('conversation.read', { conversationId: id })
    await quiet()
    expect(calls).toHaveLength(1)
    await add(id, ['mumbai', 'wamid.newer'])
    await read(id)
    await heard(2)
    expect(calls[1]?.body).toMatchObject({ message_id: 'wamid.newer' })
  })

  it('says nothing where the channel is dead or the network has no such sign', async () => {
    await house.ctx.models.channels.updateOne({ _id: 'wa-mumbai' }, { $set: { state: 'dead' } })
    const id = await aConversation(['mumbai', 'wamid.dead'], ['sms', 'SM1'])
    await read(id)
    await quiet()
    expect(calls).toEqual([])
  })

  it('goes on with the other lanes, and does not ask again, when a provider refuses', async () => {
    answer = () => Response.json({ error: { message: 'no', code: 131000 } }, { status: 500 })
    const id = await aConversation(['mumbai', 'wamid.refused'], ['dubai', 'wamid.other'])
    expect((await read(id)).statusCode).toBeLessThan(300)
    await heard(2)
    house.ctx.bus.emit('conversation.read', { conversationId: id })
    await quiet()
    expect(calls).toHaveLength(2)
  })
})
