import type { MessageEntry } from '#contracts'
import type { Message } from '../models/index.ts'
import type { OutboxHouse } from './testing/house.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { messageIdOf } from '../identity/index.ts'
import { applyStatuses } from './status.ts'
import { accepted, hour, laneOf, nameOf, startOutbox } from './testing/house.ts'

let box: OutboxHouse
beforeAll(async () => { box = await startOutbox() })
beforeEach(() => box.forget())
afterAll(() => box.house.close())

describe('an echo that is faster than the provider\'s answer', () => {
  /** What intake writes of an echo, for it takes it for something written on the phone. */
  async function anEcho(conversationId: string, providerId: string, changes: Partial<Message> = {}): Promise<void> {
    await box.house.ctx.models.messages.create({
      _id: messageIdOf('wa-mumbai', providerId),
      conversationId,
      customerId: `c-${conversationId}`,
      laneId: laneOf(conversationId),
      channelId: 'wa-mumbai',
      direction: 'out',
      author: { kind: 'phone_app', id: null, name: null },
      kind: 'text',
      text: 'It is still here.',
      at: new Date(box.now()),
      providerId,
      status: 'sent',
      revision: await box.house.ctx.revisions.reserve(1),
      ...changes,
    })
  }
  const thread = async (id: string) => (await box.act('GET', `conversations/${id}/thread`)).json<{ items: MessageEntry[] }>().items.filter(entry => entry.type === 'message')

  it('leaves one message in the thread, ours, with the ticks that the echo had', async () => {
    const id = await box.aConversation()
    const gone: string[] = []
    const off = box.house.ctx.bus.on('message.changed', ({ message: changed }) => { if (changed.status === 'cancelled') gone.push(changed._id) })
    box.answer = async (call) => {
      const name = nameOf(call.body.biz_opaque_callback_data)
      await anEcho(id, name)
      await applyStatuses(box.house.ctx, [{ channelId: 'wa-mumbai', at: new Date(box.now()), event: { channel: 'whatsapp', provider: 'meta', kind: 'status', id: name, from: null, to: null, at: new Date(box.now()).toISOString(), status: 'delivered' } }])
      return accepted(name)
    }
    const messageId = await box.sent(id)
    await box.until(() => box.house.ctx.models.outbox.findOne({ _id: messageId, state: 'sent' }).lean())
    off()
    expect(await thread(id)).toMatchObject([{ id: messageId, status: 'delivered' }])
    expect(await box.message(messageId)).toMatchObject({ providerId: nameOf(messageId) })
    expect(gone).toEqual([messageIdOf('wa-mumbai', nameOf(messageId))])
    await applyStatuses(box.house.ctx, [{ channelId: 'wa-mumbai', at: new Date(box.now()), event: { channel: 'whatsapp', provider: 'meta', kind: 'status', id: nameOf(messageId), from: null, to: null, at: new Date(box.now()).toISOString(), status: 'read' } }])
    expect(await box.status(messageId)).toBe('read')
  })

  it('is taken out as well when we learn only from a status that ours was sent', async () => {
    const id = await box.aConversation()
    box.answer = () => { throw new DOMException('timed out', 'TimeoutError') }
    const messageId = await box.sent(id)
    await box.until(async () => await box.status(messageId) === 'failed')
    await anEcho(id, nameOf(messageId))
    await applyStatuses(box.house.ctx, [{ channelId: 'wa-mumbai', at: new Date(box.now()), event: { channel: 'whatsapp', provider: 'meta', kind: 'status', id: nameOf(messageId), from: null, to: null, at: new Date(box.now()).toISOString(), status: 'delivered', reference: messageId } }])
    expect(await thread(id)).toMatchObject([{ id: messageId, status: 'delivered', failure: null }])
  })

  it('is taken out once more when the first time was interrupted', async () => {
    const id = await box.aConversation()
    const response = await box.send(id, box.body({ sendAt: new Date(box.now() + hour).toISOString() }))
    const messageId = response.json<{ id: string }>().id
    await anEcho(id, nameOf(messageId), { status: 'cancelled', providerId: undefined })
    const { models, bus } = box.house.ctx
    await models.messages.updateOne({ _id: messageId }, { $set: { status: 'delivered' } })
    await models.outbox.updateOne({ _id: messageId }, { $set: { state: 'sending', attempts: 1, providerId: nameOf(messageId), lease: { holder: 'a process that is gone', until: new Date(box.now() - 1) } } })
    bus.emit('outbox.due', { at: new Date(box.now()) })
    await box.until(() => models.outbox.findOne({ _id: messageId, state: 'sent' }).lean())
    expect(await thread(id)).toMatchObject([{ id: messageId, status: 'delivered' }])
    expect(await box.message(messageId)).toMatchObject({ providerId: nameOf(messageId) })
  })
})
