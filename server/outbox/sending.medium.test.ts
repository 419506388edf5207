import type { OutboxHouse } from './testing/house.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { hour, startOutbox } from './testing/house.ts'

let box: OutboxHouse
beforeAll(async () => { box = await startOutbox() })
beforeEach(() => box.forget())
afterAll(() => box.house.close())

describe('sending', () => {
  it('shows the message at once, ends the wait, and hands it to the provider when the undo time is over', async () => {
    const id = await box.aConversation()
    const response = await box.send(id, box.body())
    expect(response.json()).toMatchObject({ status: 'queued', text: 'It is still here.', direction: 'out' })
    expect(await box.conversation(id)).toMatchObject({ waitingSince: null, preview: { text: 'It is still here.', mine: true } })
    expect(box.calls).toHaveLength(0)
    const entry = response.json<{ id: string }>()
    await box.hurry(entry.id)
    await box.until(async () => await box.status(entry.id) === 'accepted')
    expect(box.calls).toMatchObject([{ body: { type: 'text', text: { body: 'It is still here.' } } }])
  })

  it('sends once when the same request comes twice', async () => {
    const id = await box.aConversation()
    const payload = box.body()
    const [one, two] = await Promise.all([box.send(id, payload), box.send(id, payload)])
    expect(one.json<{ id: string }>().id).toBe(two.json<{ id: string }>().id)
    await box.hurry(one.json<{ id: string }>().id)
    await box.until(async () => await box.status(one.json<{ id: string }>().id) === 'accepted')
    expect(box.calls).toHaveLength(1)
  })

  it('is not put off by another message that is due later', async () => {
    const id = await box.aConversation()
    const messageId = (await box.send(id, box.body())).json<{ id: string }>().id
    const soon = new Date(box.now() + 300)
    await box.house.ctx.models.outbox.updateOne({ _id: messageId }, { $set: { dueAt: soon } })
    box.house.ctx.bus.emit('outbox.due', { at: soon })
    box.house.ctx.bus.emit('outbox.due', { at: new Date(box.now() + 60_000) })
    await vi.waitFor(async () => expect(await box.status(messageId)).toBe('accepted'), { timeout: 2_500, interval: 30 })
  })

  it('counts as a touch once it has left', async () => {
    const id = await box.aConversation()
    const messageId = await box.sent(id)
    await box.until(async () => await box.status(messageId) === 'accepted')
    await box.until(() => box.house.ctx.models.signals.findOne({ customerId: `c-${id}`, type: 'touch_advisor' }).lean())
  })
})

describe('taking back', () => {
  it('never asks the provider, and the row is as it was', async () => {
    const id = await box.aConversation()
    const response = await box.send(id, box.body())
    const messageId = response.json<{ id: string }>().id
    const undone = await box.act('DELETE', `conversations/${id}/messages/${messageId}`)
    expect(undone.statusCode).toBe(204)
    expect(await box.message(messageId)).toMatchObject({ status: 'cancelled' })
    expect(await box.conversation(id)).toMatchObject({ preview: { text: 'Hello', mine: false }, waitingSince: expect.any(Date) })
    await box.hurry(messageId)
    await new Promise(resolve => setTimeout(resolve, 200))
    expect(box.calls).toHaveLength(0)
  })

  it('says that it is too late once the message has left', async () => {
    const id = await box.aConversation()
    const messageId = await box.sent(id)
    await box.until(async () => await box.status(messageId) === 'accepted')
    const late = await box.act('DELETE', `conversations/${id}/messages/${messageId}`)
    expect(late.json()).toMatchObject({ error: { code: 'too_late' } })
  })
})

describe('the gate', () => {
  it('refuses free text outside the window and lets a template through', async () => {
    const id = await box.aConversation({ windowClosesAt: new Date(box.now() - 1), waitingSince: null })
    const closed = await box.send(id, box.body())
    expect(closed.statusCode).toBe(409)
    expect(closed.json()).toMatchObject({ error: { code: 'gate_closed', details: { reasons: [{ code: 'window_closed' }] } } })
    await box.house.ctx.models.templates.create({ _id: 'saved', name: 'saved_piece', language: 'en', category: 'utility', body: 'Dear {{1}}, your {{2}} is kept until Friday.', params: ['name', 'piece'] })
    const response = await box.send(id, box.body({ content: { kind: 'template', name: 'saved_piece', language: 'en', params: ['Priya', 'halo ring'] } }))
    expect(response.json()).toMatchObject({ text: 'Dear Priya, your halo ring is kept until Friday.' })
  })

  it('asks for a reason, takes it, and keeps it with the message', async () => {
    const id = await box.aConversation({ waitingSince: null })
    const { models } = box.house.ctx
    await models.conversations.updateOne({ _id: id }, { $set: { lastInboundAt: new Date(box.now() - 60 * hour) } })
    await models.signals.create({ _id: box.house.ctx.newId(), customerId: `c-${id}`, conversationId: id, type: 'touch_advisor', at: new Date(box.now() - 10 * hour), meta: { source: 'bilal', storeId: 'dubai' }, revision: 1 })
    const asked = await box.send(id, box.body())
    expect(asked.json()).toMatchObject({ error: { code: 'gate_asks', details: { reasons: [{ code: 'colleague_wrote', params: { name: 'Bilal', store: 'Dubai' } }] } } })
    const response = await box.send(id, box.body({ override: { reason: 'She asked me to call today' } }))
    expect(response.statusCode).toBe(201)
    expect(await box.message(response.json<{ id: string }>().id)).toMatchObject({ override: { reason: 'She asked me to call today' } })
  })
})
