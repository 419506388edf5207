import type { OutboxHouse } from './testing/house.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { applyStatuses } from './status.ts'
import { accepted, nameOf, startOutbox } from './testing/house.ts'

let box: OutboxHouse
beforeAll(async () => { box = await startOutbox() })
beforeEach(() => box.forget())
afterAll(() => box.house.close())

describe('ticks', () => {
  const report = (id: string, word: string, errorCodes?: number[]) => ({ channelId: 'wa-mumbai', at: new Date(box.now()), event: { channel: 'whatsapp', provider: 'meta', kind: 'status', id, from: null, to: null, at: new Date(box.now()).toISOString(), status: word, ...(errorCodes ? { errorCodes } : {}) } as const })

  it('only go up, in whatever order the statuses come', async () => {
    const id = await box.aConversation()
    const messageId = await box.sent(id)
    await box.until(async () => await box.status(messageId) === 'accepted')
    await applyStatuses(box.house.ctx, [report(nameOf(messageId), 'read'), report(nameOf(messageId), 'sent')])
    await applyStatuses(box.house.ctx, [report(nameOf(messageId), 'delivered')])
    await applyStatuses(box.house.ctx, [report(nameOf(messageId), 'failed', [131026])])
    expect(await box.message(messageId)).toMatchObject({ status: 'read', failure: null })
  })

  it('say why a message failed after it was accepted', async () => {
    const id = await box.aConversation()
    const messageId = await box.sent(id)
    await box.until(async () => await box.status(messageId) === 'accepted')
    await applyStatuses(box.house.ctx, [report(nameOf(messageId), 'failed', [131047])])
    expect(await box.message(messageId)).toMatchObject({ status: 'failed', failure: { code: 'window_closed' } })
  })

  it('that came before the provider answered are applied when it has', async () => {
    const id = await box.aConversation()
    box.answer = async (call) => {
      await applyStatuses(box.house.ctx, [report('wamid.early', 'delivered')])
      return accepted(call.body.text ? 'wamid.early' : '')
    }
    const messageId = await box.sent(id)
    await box.until(async () => await box.status(messageId) === 'delivered')
  })
})
