import type { OutboxHouse } from './testing/house.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { applyStatuses } from './status.ts'
import { accepted, hour, laneOf, nameOf, refused, startOutbox } from './testing/house.ts'

let box: OutboxHouse
beforeAll(async () => { box = await startOutbox() })
beforeEach(() => box.forget())
afterAll(() => box.house.close())

describe('what nobody can mean', () => {
  it('is refused before it is written: a time years away, a text that shows nothing', async () => {
    const id = await box.aConversation()
    const answers = [
      await box.send(id, box.body({ sendAt: '9999-12-31T00:00:00Z' })),
      await box.send(id, box.body({ content: { kind: 'text', text: '\u0000\u200B \uD800' } })),
    ]
    expect(answers.map(answer => answer.statusCode)).toEqual([400, 400])
    expect(await box.house.ctx.models.outbox.countDocuments({ conversationId: id })).toBe(0)
  })
})

describe('when the provider does not take it', () => {
  it('tries again after a passing fault', async () => {
    const id = await box.aConversation()
    box.answer = call => box.calls.indexOf(call) === 0 ? refused(503, 2) : accepted('wamid.second')
    const messageId = await box.sent(id)
    await box.until(async () => await box.status(messageId) === 'accepted')
    expect(box.calls).toHaveLength(2)
  })

  it('shows a closed window as failed and does not try again', async () => {
    const id = await box.aConversation()
    box.answer = () => refused(400, 131047)
    const messageId = await box.sent(id)
    await box.until(async () => await box.status(messageId) === 'failed')
    expect(await box.message(messageId)).toMatchObject({ failure: { code: 'window_closed', canRetry: false } })
    expect(box.calls).toHaveLength(1)
  })

  it('shows a dead token as a dead channel, and closes the gate with it', async () => {
    const id = await box.aConversation({ channelId: 'wa-dubai' })
    box.answer = () => refused(401, 190)
    const messageId = await box.sent(id)
    await box.until(async () => await box.status(messageId) === 'failed')
    expect(await box.house.ctx.models.channels.findById('wa-dubai').lean()).toMatchObject({ state: 'dead' })
    const gate = await box.act('GET', `conversations/${id}/gate?laneId=${laneOf(id)}`)
    expect(gate.json()).toMatchObject({ verdict: 'closed', reasons: [{ code: 'channel_dead' }] })
  })

  it('never sends again by itself what the provider may have, and lets a person do so', async () => {
    const id = await box.aConversation()
    box.answer = () => { throw new DOMException('timed out', 'TimeoutError') }
    const messageId = await box.sent(id)
    await box.until(async () => await box.status(messageId) === 'failed')
    expect(await box.message(messageId)).toMatchObject({ failure: { code: 'uncertain', canRetry: true } })
    expect(box.calls).toHaveLength(1)
    box.answer = () => accepted('wamid.again')
    const retried = await box.act('POST', `conversations/${id}/messages/${messageId}/retry`)
    expect(retried.statusCode).toBe(200)
    expect(retried.json()).toMatchObject({ id: messageId, status: 'queued', failure: null })
    await box.until(async () => await box.status(messageId) === 'accepted')
    expect(box.calls).toHaveLength(2)
  })

  it('leaves a try that a crash interrupted uncertain, until a status about it settles it', async () => {
    const id = await box.aConversation()
    const response = await box.send(id, box.body({ sendAt: new Date(box.now() + hour).toISOString() }))
    const messageId = response.json<{ id: string }>().id
    const { models, bus } = box.house.ctx
    await models.outbox.updateOne({ _id: messageId }, { $set: { state: 'sending', attempts: 1, lease: { holder: 'a process that is gone', until: new Date(box.now() - 1) } } })
    bus.emit('outbox.due', { at: new Date(box.now()) })
    await box.until(async () => (await box.message(messageId))?.failure?.code === 'uncertain')
    expect(box.calls).toHaveLength(0)
    await applyStatuses(box.house.ctx, [{ channelId: 'wa-mumbai', at: new Date(box.now()), event: { channel: 'whatsapp', provider: 'meta', kind: 'status', id: 'wamid.it-arrived', from: null, to: '919820000001', at: new Date(box.now()).toISOString(), status: 'delivered', reference: messageId } }])
    expect(await box.message(messageId)).toMatchObject({ status: 'delivered', failure: null, providerId: 'wamid.it-arrived' })
  })

  it('sends again, at a person\'s wish, what failed after it had been accepted', async () => {
    const id = await box.aConversation()
    const messageId = await box.sent(id)
    await box.until(() => box.house.ctx.models.outbox.findOne({ _id: messageId, state: 'sent' }).lean())
    const failed = { channelId: 'wa-mumbai', at: new Date(box.now()), event: { channel: 'whatsapp', provider: 'meta', kind: 'status', id: nameOf(messageId), from: null, to: null, at: new Date(box.now()).toISOString(), status: 'failed' } } as const
    await applyStatuses(box.house.ctx, [failed])
    expect(await box.message(messageId)).toMatchObject({ status: 'failed', failure: { canRetry: true } })
    box.answer = () => accepted(`wamid.second-of-${messageId}`)
    await box.act('POST', `conversations/${id}/messages/${messageId}/retry`)
    await box.until(async () => await box.status(messageId) === 'accepted')
    await applyStatuses(box.house.ctx, [failed])
    expect(await box.message(messageId)).toMatchObject({ status: 'accepted', providerId: `wamid.second-of-${messageId}`, failure: null })
  })

  it('finishes what a crash interrupted after the provider had taken it, without asking the provider', async () => {
    const id = await box.aConversation()
    const response = await box.send(id, box.body({ sendAt: new Date(box.now() + hour).toISOString() }))
    const messageId = response.json<{ id: string }>().id
    const { models, bus } = box.house.ctx
    await models.outbox.updateOne({ _id: messageId }, { $set: { state: 'sending', attempts: 1, providerId: nameOf(messageId), lease: { holder: 'a process that is gone', until: new Date(box.now() - 1) } } })
    bus.emit('outbox.due', { at: new Date(box.now()) })
    await box.until(async () => await box.status(messageId) === 'accepted')
    await box.until(() => models.outbox.findOne({ _id: messageId, state: 'sent', lease: null }).lean())
    expect(await models.signals.findOne({ customerId: `c-${id}`, type: 'touch_advisor' }).lean()).toBeTruthy()
    expect(box.calls).toHaveLength(0)
  })
})
