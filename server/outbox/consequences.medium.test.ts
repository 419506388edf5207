import type { OutboxHouse } from './testing/house.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { applyStatuses } from './status.ts'
import { hour, laneOf, nameOf, refused, startOutbox } from './testing/house.ts'

const day = 24 * hour
let box: OutboxHouse
beforeAll(async () => { box = await startOutbox() })
beforeEach(async () => {
  box.forget()
  await box.house.ctx.models.channels.updateMany({}, { $set: { state: 'live', stateReason: null, knownGoodAt: null } })
})
afterAll(() => box.house.close())

/** A message that the provider took. */
async function taken(id: string): Promise<string> {
  const messageId = await box.sent(id)
  await box.until(() => box.house.ctx.models.outbox.findOne({ _id: messageId, state: 'sent' }).lean())
  return messageId
}

function failedLater(messageId: string, code: number | number[], at = new Date(box.now())) {
  return applyStatuses(box.house.ctx, [{
    channelId: 'wa-mumbai',
    at,
    event: { channel: 'whatsapp', provider: 'meta', kind: 'status', id: nameOf(messageId), from: null, to: null, at: at.toISOString(), status: 'failed', errorCodes: [code].flat() },
  }])
}

/** The two ways in which a provider says no. */
const ways: [string, (id: string, code: number) => Promise<string>][] = [
  ['refused at once', async (id, code) => {
    box.answer = () => refused(400, code)
    const messageId = await box.sent(id)
    await box.until(async () => await box.status(messageId) === 'failed')
    return messageId
  }],
  ['taken and failed later', async (id, code) => {
    const messageId = await taken(id)
    await failedLater(messageId, code)
    return messageId
  }],
]

const channel = () => box.house.ctx.models.channels.findById('wa-mumbai').lean()
const customerOf = (id: string) => box.house.ctx.models.customers.findById(`c-${id}`).lean()
const gateOf = async (id: string) => (await box.act('GET', `conversations/${id}/gate?laneId=${laneOf(id)}`)).json()

describe.each(ways)('a message that is %s', (_, fail) => {
  it.each([190, 368, 131031, 130497])('because our account does not work (%i) shows the channel as dead', async (code) => {
    const id = await box.aConversation()
    const messageId = await fail(id, code)
    expect(await box.message(messageId)).toMatchObject({ failure: { code: 'channel_dead' } })
    expect(await channel()).toMatchObject({ state: 'dead', stateReason: String(code) })
    expect(await gateOf(id)).toMatchObject({ verdict: 'closed', reasons: [{ code: 'channel_dead' }] })
  })

  it('because the user id cannot be written to closes the lane', async () => {
    const id = await box.aConversation()
    await fail(id, 131062)
    expect(await gateOf(id)).toMatchObject({ verdict: 'closed', reasons: [{ code: 'lane_blocked' }] })
  })

  it('because they want no more is kept as their asking us not to write', async () => {
    const id = await box.aConversation({ waitingSince: null })
    const messageId = await fail(id, 131050)
    expect(await box.message(messageId)).toMatchObject({ failure: { code: 'suppressed', canRetry: false } })
    const { optedOutAt } = (await customerOf(id))!
    expect(optedOutAt).toEqual(expect.any(Date))
    expect(await box.house.ctx.models.signals.find({ customerId: `c-${id}`, type: 'opt_out' }).lean()).toMatchObject([{ at: optedOutAt, meta: { source: 'whatsapp' } }])
    expect((await gateOf(id)).reasons).toContainEqual({ code: 'opted_out', params: {} })
  })

  it('because they have had enough of its kind says from when it may be sent again, and is not sent before', async () => {
    const id = await box.aConversation()
    const before = box.now()
    const messageId = await fail(id, 131049)
    const failure = (await box.message(messageId))?.failure
    expect(failure).toMatchObject({ code: 'not_yet', canRetry: true })
    expect(failure!.retryAt!.getTime()).toBeGreaterThanOrEqual(before + day)
    expect((await box.act('POST', `conversations/${id}/messages/${messageId}/retry`)).statusCode).toBe(409)
    expect(await box.status(messageId)).toBe('failed')
    expect(box.calls).toHaveLength(1)
    await box.house.ctx.models.messages.updateOne({ _id: messageId }, { $set: { 'failure.retryAt': new Date(box.now()) } })
    expect((await box.act('POST', `conversations/${id}/messages/${messageId}/retry`)).statusCode).toBe(200)
  })

  it.each([130472, 131026])('because they are out of reach (%i) is not to be sent again, and closes nothing', async (code) => {
    const id = await box.aConversation()
    const messageId = await fail(id, code)
    expect(await box.message(messageId)).toMatchObject({ failure: { code: 'undeliverable', canRetry: false } })
    expect(await gateOf(id)).not.toMatchObject({ verdict: 'closed' })
    expect(await channel()).toMatchObject({ state: 'live' })
  })
})

describe('a failure that is told later', () => {
  it('acts once, however often it comes', async () => {
    const id = await box.aConversation()
    const messageId = await taken(id)
    await failedLater(messageId, 190)
    await failedLater(messageId, 190)
    await box.house.ctx.models.channels.updateOne({ _id: 'wa-mumbai' }, { $set: { state: 'live' } })
    await failedLater(messageId, 190)
    expect(await channel()).toMatchObject({ state: 'live' })
  })

  it('with several codes acts on the one that says most', async () => {
    const id = await box.aConversation()
    const messageId = await taken(id)
    await failedLater(messageId, [131000, 131062])
    expect(await box.message(messageId)).toMatchObject({ failure: { code: 'undeliverable', canRetry: false } })
    expect((await box.conversation(id))!.lanes).toMatchObject([{ blocked: true, blockedAt: expect.any(Date) }])
  })

  it('does nothing about a message that has been read', async () => {
    const id = await box.aConversation()
    const messageId = await taken(id)
    await box.house.ctx.models.messages.updateOne({ _id: messageId }, { $set: { status: 'read' } })
    for (const code of [190, 131062, 131050]) await failedLater(messageId, code)
    expect(await channel()).toMatchObject({ state: 'live' })
    expect((await box.conversation(id))!.lanes).toMatchObject([{ blocked: false }])
    expect((await customerOf(id))!.optedOutAt ?? null).toBeNull()
  })

  it('does not kill a channel that has worked since', async () => {
    const id = await box.aConversation()
    const messageId = await taken(id)
    await failedLater(messageId, 190, new Date(box.now() - hour))
    expect(await box.message(messageId)).toMatchObject({ status: 'failed', failure: { code: 'channel_dead' } })
    expect(await channel()).toMatchObject({ state: 'live' })
  })

  it('does not close a lane through which they have written since', async () => {
    const id = await box.aConversation()
    await failedLater(await taken(id), 131062, new Date(box.now() - 2 * hour))
    expect((await box.conversation(id))!.lanes).toMatchObject([{ blocked: false }])
  })

  it('does not silence who has asked for more since', async () => {
    const id = await box.aConversation()
    const messageId = await taken(id)
    await box.house.ctx.models.signals.create({ _id: `in-${id}`, customerId: `c-${id}`, conversationId: id, type: 'opt_in', at: new Date(box.now()), revision: 1 })
    await failedLater(messageId, 131050, new Date(box.now() - hour))
    expect((await customerOf(id))!.optedOutAt ?? null).toBeNull()
  })
})
