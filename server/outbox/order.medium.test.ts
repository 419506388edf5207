import type { OutboxHouse } from './testing/house.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { longestWaitMs } from './order.ts'
import { accepted, hour, nameOf, refused, startOutbox } from './testing/house.ts'

let box: OutboxHouse
beforeAll(async () => { box = await startOutbox() })
beforeEach(() => box.forget())
afterAll(() => box.house.close())

const text = (words: string) => box.body({ content: { kind: 'text', text: words } })
const asked = () => box.calls.map(call => call.body.text?.body)
const allAccepted = (...ids: string[]) => box.until(async () => (await Promise.all(ids.map(id => box.status(id)))).every(status => status === 'accepted'))
const change = (id: string, set: object) => box.house.ctx.models.outbox.updateOne({ _id: id }, { $set: set })
/** Long enough for the sender to have looked several times. */
const aWhile = () => new Promise(resolve => setTimeout(resolve, 250))

describe('messages of one lane', () => {
  it('leave in their order even when the first is slow', async () => {
    const id = await box.aConversation()
    box.answer = async (call) => {
      if (call.body.text?.body === 'first') await new Promise(resolve => setTimeout(resolve, 150))
      return accepted(nameOf(call.body.biz_opaque_callback_data))
    }
    const first = await box.sent(id, text('first'))
    const second = await box.sent(id, text('second'))
    await allAccepted(first, second)
    expect(asked()).toEqual(['first', 'second'])
  })

  it('wait for one that has to be tried again', async () => {
    const id = await box.aConversation()
    box.answer = call => box.calls.length === 1 ? refused(503, 2) : accepted(nameOf(call.body.biz_opaque_callback_data))
    const first = await box.sent(id, text('first'))
    await box.until(async () => box.calls.length === 1)
    const second = await box.sent(id, text('second'))
    const third = await box.sent(id, text('third'))
    await allAccepted(first, second, third)
    expect(asked()).toEqual(['first', 'first', 'second', 'third'])
  })

  it('go on once the one before them has failed for good', async () => {
    const id = await box.aConversation()
    box.answer = call => call.body.text?.body === 'first' ? refused(400, 131009) : accepted(nameOf(call.body.biz_opaque_callback_data))
    const first = await box.sent(id, text('first'))
    const second = await box.sent(id, text('second'))
    await allAccepted(second)
    expect(await box.status(first)).toBe('failed')
  })

  it('go on when nobody knows what became of the one before them', async () => {
    const id = await box.aConversation()
    box.answer = (call) => {
      if (call.body.text?.body === 'first') throw new DOMException('timed out', 'TimeoutError')
      return accepted(nameOf(call.body.biz_opaque_callback_data))
    }
    const first = await box.sent(id, text('first'))
    const second = await box.sent(id, text('second'))
    await allAccepted(second)
    expect(await box.message(first)).toMatchObject({ failure: { code: 'uncertain' } })
  })

  it('go on past one that cannot leave, but not before they have waited', async () => {
    const id = await box.aConversation()
    const stuck = (await box.send(id, text('stuck'))).json<{ id: string }>().id
    await change(stuck, { dueAt: new Date(box.now() + hour), turnAt: new Date(box.now() - 2 * longestWaitMs) })
    const later = await box.sent(id, text('later'))
    await aWhile()
    expect(asked()).toEqual([])
    await change(later, { turnAt: new Date(box.now() - longestWaitMs - 1) })
    await box.hurry(later)
    await allAccepted(later)
    expect(asked()).toEqual(['later'])
  })

  it('do not wait for what is to leave at a later time', async () => {
    const id = await box.aConversation()
    await box.send(id, { ...text('tomorrow'), sendAt: new Date(box.now() + 24 * hour).toISOString() })
    await allAccepted(await box.sent(id, text('now')))
    expect(asked()).toEqual(['now'])
  })

  it('do not wait for another lane', async () => {
    const id = await box.aConversation()
    await box.house.ctx.models.conversations.updateOne({ _id: id }, { $push: { lanes: { id: `other-${id}`, channelId: 'wa-dubai', channel: 'whatsapp', storeId: 'dubai', addressKey: 'phone:+919820000001', wire: '919820000001', windowClosesAt: new Date(box.now() + hour) } } })
    const stuck = (await box.send(id, text('stuck'))).json<{ id: string }>().id
    await change(stuck, { dueAt: new Date(box.now() + hour), turnAt: new Date(box.now() - 1) })
    const response = await box.send(id, { ...text('elsewhere'), laneId: `other-${id}` })
    const { id: elsewhere } = response.json<{ id: string }>()
    await box.hurry(elsewhere)
    await allAccepted(elsewhere)
    expect(asked()).toEqual(['elsewhere'])
  })

  it('sent again by a person go behind what waits already', async () => {
    const id = await box.aConversation()
    box.answer = () => refused(400, 190)
    const failed = await box.sent(id, text('failed'))
    await box.until(async () => await box.status(failed) === 'failed')
    await box.house.ctx.models.channels.updateOne({ _id: 'wa-mumbai' }, { $set: { state: 'live' } })
    box.forget()
    const waiting = (await box.send(id, text('waiting'))).json<{ id: string }>().id
    await change(waiting, { turnAt: new Date(box.now() - 1), dueAt: new Date(box.now() + 400) })
    expect((await box.act('POST', `conversations/${id}/messages/${failed}/retry`)).statusCode).toBe(200)
    await allAccepted(failed, waiting)
    expect(asked()).toEqual(['waiting', 'failed'])
  })
})
