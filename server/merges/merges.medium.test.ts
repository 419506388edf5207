import type { MergeResult, MergesView } from '#contracts'
import type { Address, Conversation, Customer, Message } from '../models/index.ts'
import type { TestHouse } from '../testing/harness.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { startInbox } from '../conversations/testing/house.ts'
import { aConversation, aCustomer, aLane, aMessage, minutesAfter, put } from '../conversations/testing/people.ts'
import { conversationIdOf, messageIdOf } from '../identity/index.ts'
import { completeMerges, suggestMerge } from '../identity/merging/index.ts'
import { sendMessage } from '../outbox/send.ts'

let house: TestHouse
let asha: Record<string, string>
let count = 0
beforeAll(async () => {
  house = await startInbox()
  asha = await house.signIn('asha')
})
beforeEach(async () => {
  for (const model of ['customers', 'conversations', 'messages', 'addresses', 'signals', 'notes', 'drafts', 'merges', 'audit'] as const) await house.ctx.models[model].collection.deleteMany({})
})
afterAll(() => house.close())

type Person = { customerId: string, conversationId: string, laneId: string }

/** Somebody with one lane, one address and one message through it. */
async function person(name: string, fields: { storeId?: string, channel?: 'whatsapp' | 'instagram', ownerId?: string, tags?: string[], text?: string, minutes?: number } = {}): Promise<Person> {
  const { storeId = 'mumbai', channel = 'whatsapp', ownerId = null, tags = [], text = 'Hello', minutes = 0 } = fields
  const n = ++count
  const customerId = `p${n}`
  const conversationId = conversationIdOf(customerId)
  const laneId = `lane-${n}`
  const at = minutesAfter(minutes)
  const address = (channel === 'whatsapp'
    ? { _id: `phone:+9198765400${String(n).padStart(2, '0')}`, kind: 'phone', channel: null, value: `+9198765400${String(n).padStart(2, '0')}` }
    : { _id: `user:instagram:${n}`, kind: 'user', channel: 'instagram', value: `17841400${n}` }) as Pick<Address, '_id' | 'kind' | 'channel' | 'value'>
  const channelId = channel === 'whatsapp' ? `wa-${storeId}` : 'ig-house'
  await put(house.ctx.models, {
    customers: [aCustomer({ _id: customerId, name, tags } as Partial<Customer> & { _id: string })],
    conversations: [aConversation({ _id: conversationId, customerId, name, channel, storeIds: [storeId], storeId, ownerId, tags, unread: 1, lastAt: at, lastInboundAt: at, waitingSince: at, lanes: [aLane({ id: laneId, channelId, channel, storeId: channel === 'whatsapp' ? storeId : null, addressKey: address._id })] } as Partial<Conversation> & { _id: string }, address.kind === 'phone' ? address.value : undefined)],
    addresses: [{ ...address, customerId, since: at, evidence: 'wrote', former: [] } as Address],
    messages: [aMessage({ _id: messageIdOf(channelId, `m-${n}`), providerId: `m-${n}`, conversationId, customerId, laneId, channelId, at, text } as Partial<Message> & { _id: string, conversationId: string })],
  })
  return { customerId, conversationId, laneId }
}
/** A suggestion that the other gave a number of the first. Gives its id. */
async function suggested(first: Person, other: Person, cause = 'phone:+919876540001'): Promise<string> {
  await suggestMerge(house.ctx, { winnerId: first.customerId, loserId: other.customerId, evidence: 'shared_in_thread', cause, actorId: null })
  return (await house.ctx.models.merges.findOne({ winnerId: first.customerId, loserId: other.customerId }).lean())!._id
}
const get = async (customerId: string, headers = asha) => (await house.inject({ url: `/api/v1/customers/${customerId}/merges`, headers })).json<MergesView>()
const post = (path: string, payload: object = {}, headers = asha) => house.inject({ method: 'POST', url: `/api/v1/merges${path}`, headers, payload })
const rows = () => house.ctx.models.conversations.find({ mergedInto: null }).lean<Conversation[]>()
const row = (id: string) => house.ctx.models.conversations.findById(id).lean<Conversation>()
const audited = async () => (await house.ctx.models.audit.find({ action: /^customer\.(?:un)?merge/ }).lean()).map(({ action, actorId, subjectId }) => ({ action, actorId, subjectId }))

describe('a suggestion', () => {
  it('stands with both people, with what it rests on, and masks what the reader may not see whole', async () => {
    const priya = await person('Priya Shah')
    const other = await person('priya.s', { channel: 'instagram', text: 'call my husband at +91 98765 40001', minutes: 5 })
    await suggested(priya, other, `ig-house|instagram:meta:text:m-${count}`)
    const { suggestions } = await get(priya.customerId)
    expect(suggestions).toMatchObject([{
      evidence: 'shared_in_thread',
      stays: 'this',
      other: { customerId: other.customerId, conversationId: other.conversationId, name: 'priya.s', channel: 'instagram', addresses: [] },
      message: { text: 'call my husband at +91 98765 40001', conversationId: other.conversationId },
    }])
    expect((await get(other.customerId)).suggestions).toMatchObject([{ stays: 'other', other: { customerId: priya.customerId, name: 'Priya Shah', addresses: [{ kind: 'phone', value: expect.stringMatching(/^\+91 •• \d{4}$/) }] } }])
    expect((await get(other.customerId, await house.signIn('dana'))).suggestions[0]!.other.addresses[0]!.value).toBe(`+9198765400${String(count - 1).padStart(2, '0')}`)
  })

  it('is shown to nobody who may not see both', async () => {
    const mumbai = await person('Priya Shah')
    const dubai = await person('Priya S', { storeId: 'dubai' })
    const id = await suggested(mumbai, dubai)
    expect((await get(mumbai.customerId)).suggestions).toEqual([])
    for (const decision of ['accept', 'dismiss', 'undo']) expect((await post(`/${id}/${decision}`)).statusCode).toBe(404)
    expect((await post('', { winnerId: mumbai.customerId, loserId: dubai.customerId })).statusCode).toBe(404)
    expect((await get(mumbai.customerId, await house.signIn('dana'))).suggestions).toHaveLength(1)
    expect(await rows()).toHaveLength(2)
  })

  it('that is accepted makes one of two, keeps who did it, and is done once however often it is said', async () => {
    const priya = await person('Priya Shah')
    const other = await person('priya.s', { channel: 'instagram', minutes: 5, tags: ['VIP'] })
    const id = await suggested(priya, other)
    const answers = await Promise.all([post(`/${id}/accept`), post(`/${id}/accept`)])
    expect(answers.map(answer => answer.json<MergeResult>())).toEqual([0, 1].map(() => ({ mergeId: id, customerId: priya.customerId, conversationId: priya.conversationId })))
    expect(await rows()).toMatchObject([{ _id: priya.conversationId, unread: 2, tags: ['VIP'] }])
    expect(await house.ctx.models.messages.countDocuments({ conversationId: priya.conversationId })).toBe(2)
    expect(await audited()).toEqual([{ action: 'customer.merge', actorId: 'asha', subjectId: priya.customerId }])
    expect(await get(other.customerId)).toMatchObject({ suggestions: [], merged: [{ id, customerId: other.customerId, name: 'priya.s', evidence: 'shared_in_thread', actorId: 'asha' }] })
  })

  it('that is dismissed leaves two, and is not asked again, whichever way round', async () => {
    const [priya, other] = [await person('Priya Shah'), await person('Priya')]
    const id = await suggested(priya, other)
    expect((await post(`/${id}/dismiss`)).statusCode).toBe(204)
    expect((await post(`/${id}/dismiss`)).statusCode).toBe(204)
    await suggestMerge(house.ctx, { winnerId: other.customerId, loserId: priya.customerId, evidence: 'same_event', cause: 'phone:+919876540001', actorId: null })
    expect(await get(priya.customerId)).toEqual({ suggestions: [], merged: [] })
    expect(await audited()).toEqual([{ action: 'customer.merge_dismissed', actorId: 'asha', subjectId: priya.customerId }])
    expect((await post(`/${id}/accept`)).json()).toMatchObject({ error: { code: 'conflict' } })
    expect(await rows()).toHaveLength(2)
  })

  it('follows somebody who was joined with another meanwhile', async () => {
    const [priya, second, third] = [await person('Priya Shah'), await person('Priya'), await person('P. Shah')]
    const id = await suggested(second, third)
    await post('', { winnerId: priya.customerId, loserId: second.customerId })
    expect((await get(priya.customerId)).suggestions).toMatchObject([{ id, other: { name: 'P. Shah' } }])
    expect((await post(`/${id}/accept`)).json()).toMatchObject({ customerId: priya.customerId })
    expect(await rows()).toHaveLength(1)
    expect((await get(priya.customerId)).suggestions).toEqual([])
  })

  it('reaches the pages of both', async () => {
    const told: string[] = []
    const off = house.ctx.bus.on('customer.changed', ({ customerId }) => told.push(customerId))
    const [priya, other] = [await person('Priya Shah'), await person('Priya')]
    const id = await suggested(priya, other)
    expect(told).toEqual([priya.customerId, other.customerId])
    await post(`/${id}/dismiss`)
    off()
    expect(told).toHaveLength(4)
  })
})

describe('two people', () => {
  it('are joined by hand, and what was begun to write to either is kept', async () => {
    const [priya, other] = [await person('Priya Shah'), await person('Priya')]
    const draft = (id: string, text: string) => house.inject({ method: 'PUT', url: `/api/v1/conversations/${id}/draft`, headers: asha, payload: { text, laneId: null } })
    await draft(priya.conversationId, 'Dear Priya,')
    await draft(other.conversationId, 'the ring is back')
    const answer = await post('', { winnerId: priya.customerId, loserId: other.customerId })
    expect(answer.statusCode).toBe(201)
    expect((await house.inject({ url: `/api/v1/conversations/${priya.conversationId}/draft`, headers: asha })).json()).toMatchObject({ text: 'Dear Priya,\nthe ring is back' })
    expect((await post('', { winnerId: priya.customerId, loserId: other.customerId })).json()).toMatchObject({ error: { code: 'conflict' } })
    expect((await post('', { winnerId: priya.customerId, loserId: priya.customerId })).statusCode).toBe(409)
  })

  it('are found under the one by whoever asks for the other', async () => {
    const [priya, other] = [await person('Priya Shah'), await person('Priya')]
    const { revision: since } = (await house.inject({ url: '/api/v1/changes?since=0', headers: asha })).json<{ revision: number }>()
    await post('', { winnerId: priya.customerId, loserId: other.customerId })
    const gone = await house.inject({ url: `/api/v1/conversations/${other.conversationId}`, headers: asha })
    expect([gone.statusCode, gone.json()]).toMatchObject([404, { error: { code: 'not_found', details: { mergedInto: priya.conversationId } } }])
    expect((await house.inject({ url: `/api/v1/conversations/${other.conversationId}`, headers: await house.signIn('bilal') })).json().error).not.toHaveProperty('details')
    const changes = (await house.inject({ url: `/api/v1/changes?since=${since}`, headers: asha })).json()
    expect(changes).toMatchObject({ gone: [other.conversationId], moved: [{ id: other.conversationId, to: priya.conversationId }] })
  })

  it('are made two again: rows, stores, owners, tags, names and what finds them are as they were', async () => {
    const priya = await person('Priya Shah', { tags: ['Gold'] })
    const other = await person('Priya', { storeId: 'dubai', ownerId: 'bilal', tags: ['VIP'], minutes: 5, text: 'In Dubai now' })
    const [rowBefore, otherBefore] = [await row(priya.conversationId), await row(other.conversationId)]
    const dana = await house.signIn('dana')
    const { mergeId } = (await post('', { winnerId: priya.customerId, loserId: other.customerId }, dana)).json<MergeResult>()
    expect(await row(priya.conversationId)).toMatchObject({ storeIds: ['mumbai', 'dubai'], ownerId: 'bilal', unread: 2 })
    const threads: string[] = []
    const off = house.ctx.bus.on('thread.changed', ({ conversationId }) => threads.push(conversationId))
    expect((await post(`/${mergeId}/undo`, {}, dana)).statusCode).toBe(204)
    expect((await post(`/${mergeId}/undo`, {}, dana)).statusCode).toBe(204)
    off()
    expect(threads).toEqual([priya.conversationId])
    const shape = ({ storeIds, ownerId, tags, unread, searchKeys, preview, boxes, name }: Conversation) => ({ storeIds, ownerId: ownerId ?? null, tags, unread, searchKeys: [...searchKeys].sort(), preview: preview.text, boxes: [...boxes].sort(), name })
    expect(shape((await row(priya.conversationId))!)).toEqual({ ...shape(rowBefore!), preview: 'Hello' })
    expect(shape((await row(other.conversationId))!)).toEqual({ ...shape(otherBefore!), preview: 'In Dubai now' })
    expect(await house.ctx.models.customers.findById(priya.customerId).lean()).toMatchObject({ name: 'Priya Shah', tags: ['Gold'], mergedInto: null })
    expect(await house.ctx.models.messages.countDocuments({ conversationId: priya.conversationId })).toBe(1)
    expect((await audited()).map(entry => entry.action).sort()).toEqual(['customer.merge', 'customer.unmerge'])
    expect((await get(priya.customerId, dana)).merged).toEqual([])
  })

  it('keep what was said of the joined one since, when they are made two again', async () => {
    const [priya, other] = [await person('Priya Shah'), await person('Priya', { tags: ['VIP'] })]
    const { mergeId } = (await post('', { winnerId: priya.customerId, loserId: other.customerId })).json<MergeResult>()
    await house.inject({ method: 'PATCH', url: `/api/v1/customers/${priya.customerId}`, headers: asha, payload: { name: 'Priya Shah Mehta', tags: ['VIP', 'Wedding'] } })
    await post(`/${mergeId}/undo`)
    expect(await house.ctx.models.customers.findById(priya.customerId).lean()).toMatchObject({ name: 'Priya Shah Mehta', tags: ['Wedding'] })
    expect(await row(priya.conversationId)).toMatchObject({ name: 'Priya Shah Mehta', tags: ['Wedding'] })
  })

  it('tell a page that was away that entries have left the thread', async () => {
    const [priya, other] = [await person('Priya Shah'), await person('Priya')]
    const { mergeId } = (await post('', { winnerId: priya.customerId, loserId: other.customerId })).json<MergeResult>()
    const thread = async (since: number) => (await house.inject({ url: `/api/v1/conversations/${priya.conversationId}/thread?since=${since}`, headers: asha })).json<{ revision: number, reset?: boolean, items: unknown[] }>()
    const { revision } = await thread(0)
    await post(`/${mergeId}/undo`)
    expect((await thread(revision)).reset).toBe(true)
    expect((await thread(await house.ctx.revisions.reserve(10_000))).reset).toBeUndefined()
  })

  it('cannot be made two while the one is part of a third', async () => {
    const [first, second, third] = [await person('A'), await person('B'), await person('C')]
    const { mergeId } = (await post('', { winnerId: second.customerId, loserId: third.customerId })).json<MergeResult>()
    const later = (await post('', { winnerId: first.customerId, loserId: second.customerId })).json<MergeResult>()
    expect((await post(`/${mergeId}/undo`)).json()).toMatchObject({ error: { code: 'conflict' } })
    await post(`/${later.mergeId}/undo`)
    expect((await post(`/${mergeId}/undo`)).statusCode).toBe(204)
    expect(await rows()).toHaveLength(3)
  })

  it('are made two at the next start when the process ended in the middle of it', async () => {
    const [priya, other] = [await person('Priya Shah'), await person('Priya')]
    const { mergeId } = (await post('', { winnerId: priya.customerId, loserId: other.customerId })).json<MergeResult>()
    await house.ctx.models.merges.updateOne({ _id: mergeId }, { $set: { state: 'undoing', actorId: 'asha' } })
    await completeMerges(house.ctx)
    expect(await rows()).toHaveLength(2)
    expect(await audited()).toContainEqual({ action: 'customer.unmerge', actorId: 'asha', subjectId: priya.customerId })
  })

  it('of whom one never wrote leave no empty conversation behind', async () => {
    const other = await person('Priya')
    await put(house.ctx.models, { customers: [aCustomer({ _id: 'walk-in', name: 'Priya Shah' })] })
    const { mergeId } = (await post('', { winnerId: 'walk-in', loserId: other.customerId })).json<MergeResult>()
    expect(await rows()).toMatchObject([{ _id: conversationIdOf('walk-in') }])
    await post(`/${mergeId}/undo`)
    expect(await rows()).toMatchObject([{ _id: other.conversationId }])
  })

  it('are not joined by a key that may only read, nor by a stranger', async () => {
    const [priya, other] = [await person('Priya Shah'), await person('Priya')]
    const body = { winnerId: priya.customerId, loserId: other.customerId }
    expect((await post('', body, await house.key('read:customers'))).statusCode).toBe(403)
    expect((await post('', body, {})).statusCode).toBe(401)
    expect((await post('', { winnerId: { $gt: '' }, loserId: 'x' })).statusCode).toBe(400)
    expect((await post('', body, await house.key('write:customers'))).statusCode).toBe(201)
  })
})

describe('several at the same moment', () => {
  const standing = async () => (await house.ctx.models.customers.find({ mergedInto: null }).lean()).map(customer => customer._id)

  it('leave one person standing when each of two is said to be the other', async () => {
    for (let round = 0; round < 5; round++) {
      for (const model of ['customers', 'conversations', 'messages', 'merges'] as const) await house.ctx.models[model].collection.deleteMany({})
      const [one, other] = [await person('Priya Shah'), await person('Priya S', { minutes: 5 })]
      const answers = await Promise.all([post('', { winnerId: one.customerId, loserId: other.customerId }), post('', { winnerId: other.customerId, loserId: one.customerId })])
      expect(answers.map(answer => answer.statusCode).sort()).toEqual([201, 409])
      expect(await standing()).toHaveLength(1)
      expect(await rows()).toHaveLength(1)
      const [row] = await rows()
      expect(await house.ctx.models.messages.countDocuments({ conversationId: row!._id })).toBe(2)
    }
  })

  it('change nothing of a row that has just been joined to another', async () => {
    const [priya, other] = [await person('Priya Shah'), await person('Priya S', { minutes: 5 })]
    await post('', { winnerId: priya.customerId, loserId: other.customerId })
    const patch = await house.inject({ method: 'PATCH', url: `/api/v1/conversations/${other.conversationId}`, headers: asha, payload: { ownerId: 'asha' } })
    const read = await house.inject({ method: 'POST', url: `/api/v1/conversations/${other.conversationId}/read`, headers: asha })
    expect([patch.statusCode, read.statusCode]).toEqual([404, 404])
    expect(await row(other.conversationId)).toMatchObject({ ownerId: null, mergedInto: priya.conversationId })
  })

  it('bring along what somebody was sending to one of them meanwhile', async () => {
    const { ctx } = house
    const [priya, other] = [await person('Priya Shah', { minutes: -10 }), await person('Priya S', { minutes: -5 })]
    const read = (await row(other.conversationId))!
    await post('', { winnerId: priya.customerId, loserId: other.customerId })
    const entry = await sendMessage(ctx, read, { kind: 'advisor', id: 'asha', name: 'Asha' }, { clientId: 'sent-meanwhile', laneId: other.laneId, content: { kind: 'text', text: 'It is ready.' }, override: { reason: 'it is late there' } })
    expect(await ctx.models.messages.findById(entry!.id).lean()).toMatchObject({ conversationId: priya.conversationId, customerId: priya.customerId })
    expect(await ctx.models.outbox.findById(entry!.id).lean()).toMatchObject({ conversationId: priya.conversationId, message: { conversationId: priya.conversationId } })
    expect(await row(priya.conversationId)).toMatchObject({ preview: { text: 'It is ready.', mine: true }, waitingSince: null })
  })

  it('bring along what somebody notes or begins to write meanwhile', async () => {
    const { models } = house.ctx
    const [priya, other] = [await person('Priya Shah', { minutes: -10 }), await person('Priya S', { minutes: -5 })]
    const save = (id: string, text: string) => house.inject({ method: 'PUT', url: `/api/v1/conversations/${id}/draft`, headers: asha, payload: { text, laneId: null } })
    await save(priya.conversationId, 'Dear Priya,')
    const { create } = models.notes
    const joinFirst = vi.spyOn(models.notes, 'create').mockImplementationOnce((async (notes: never) => {
      await post('', { winnerId: priya.customerId, loserId: other.customerId })
      return create.call(models.notes, notes)
    }) as never)
    const noted = await house.inject({ method: 'POST', url: `/api/v1/conversations/${other.conversationId}/notes`, headers: asha, payload: { clientId: 'noted-meanwhile', text: 'Prefers platinum' } })
    joinFirst.mockRestore()
    expect(noted.statusCode).toBe(201)
    expect(await models.notes.find().lean()).toMatchObject([{ conversationId: priya.conversationId, customerId: priya.customerId, text: 'Prefers platinum' }])

    const third = await person('P. Shah')
    const { updateOne } = models.drafts
    const joinAgain = vi.spyOn(models.drafts, 'updateOne').mockImplementationOnce((async (...given: never[]) => {
      await post('', { winnerId: priya.customerId, loserId: third.customerId })
      return updateOne.apply(models.drafts, given as never)
    }) as never)
    const saved = await save(third.conversationId, 'the ring is back')
    joinAgain.mockRestore()
    expect(saved.json()).toMatchObject({ text: 'Dear Priya,\nthe ring is back' })
    expect(await models.drafts.find().lean()).toMatchObject([{ _id: `${priya.conversationId}:asha`, text: 'Dear Priya,\nthe ring is back' }])
  })

  it('bring everything to the one who stands at the end of a chain', async () => {
    const [one, two, three] = [await person('Priya Shah'), await person('Priya S', { minutes: 5 }), await person('P. Shah', { minutes: 9 })]
    const answers = await Promise.all([post('', { winnerId: two.customerId, loserId: one.customerId }), post('', { winnerId: three.customerId, loserId: two.customerId })])
    expect(answers.map(answer => answer.statusCode)).toEqual([201, 201])
    expect(await standing()).toEqual([three.customerId])
    expect(await house.ctx.models.messages.countDocuments({ conversationId: three.conversationId })).toBe(3)
    expect(await house.ctx.models.addresses.countDocuments({ customerId: three.customerId })).toBe(3)
  })
})
