import type { BusEvents } from '../platform/bus.ts'
import type { TestHouse } from '../testing/harness.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ConversationView } from '#contracts'
import { mutateConversation } from './mutate.ts'
import { startInbox } from './testing/house.ts'
import { aLane, aSignal, minutesAfter, put, putPerson, testDay } from './testing/people.ts'
import { createWaker } from './waker.ts'

let house: TestHouse
let now = testDay.getTime()
let run = 0
let id: string
let heard: BusEvents['conversation.changed'][] = []

beforeAll(async () => {
  house = await startInbox({ now: () => now })
  house.ctx.bus.on('conversation.changed', event => heard.push(event))
})
beforeEach(async () => {
  now = testDay.getTime()
  id = `c${run++}`
  await putPerson(house.ctx.models, { _id: id, lanes: [aLane()] })
  heard = []
})
afterAll(() => house.close())

type Method = 'GET' | 'PATCH' | 'POST' | 'PUT'
async function ask(who: string, method: Method, path: string, payload?: object) {
  const answer = await house.inject({ method, url: `/api/v1${path}`, headers: await house.signIn(who), ...(payload ? { payload } : {}) })
  return { status: answer.statusCode, body: answer.json() }
}
const stored = () => house.ctx.models.conversations.findById(id).lean()
const auditOf = async () => (await house.ctx.models.audit.find({ subjectId: id }).sort({ at: 1 }).lean()).map(({ action, actorId, details }) => ({ action, actorId, details }))

describe('the guarded write', () => {
  it('keeps boxes true, stamps a new revision, tells the bus and keeps the audit', async () => {
    const after = await mutateConversation(house.ctx, id, () => ({ ownerId: 'asha' }), 'meera')
    expect(after.boxes).toContain('owner:asha|all')
    expect(after.boxes).not.toContain('all|unassigned')
    expect(after.revision).toBe(await house.ctx.revisions.latest())
    expect(await stored()).toMatchObject({ ownerId: 'asha', revision: after.revision, boxes: after.boxes })
    expect(heard).toMatchObject([{ conversation: { _id: id, revision: after.revision } }])
    expect(await auditOf()).toEqual([{ action: 'conversation.owner', actorId: 'meera', details: { from: null, to: 'asha' } }])
  })

  it('writes nothing when nothing changes', async () => {
    const before = await stored()
    await mutateConversation(house.ctx, id, () => ({ ownerId: null, tags: [], snoozedUntil: null }))
    await mutateConversation(house.ctx, id, () => null)
    expect(await stored()).toEqual(before)
    expect(heard).toEqual([])
  })

  it('loses none of many writes at once', async () => {
    await Promise.all(Array.from({ length: 6 }, (_, i) => mutateConversation(house.ctx, id, conversation => ({ tags: [...conversation.tags, `t${i}`] }))))
    expect((await stored())!.tags.sort()).toEqual(['t0', 't1', 't2', 't3', 't4', 't5'])
    expect(new Set(heard.map(event => event.conversation.revision)).size).toBe(6)
  })

  it('asks again after somebody else wrote in between, on what they wrote', async () => {
    let asked = 0
    await mutateConversation(house.ctx, id, async (conversation) => {
      if (asked++ === 0) await house.ctx.models.conversations.updateOne({ _id: id }, { $set: { unread: 3, revision: conversation.revision + 100 } })
      return { unread: conversation.unread + 1 }
    })
    expect(asked).toBe(2)
    expect(await stored()).toMatchObject({ unread: 4 })
  })

  it('says that there is none', async () => {
    await expect(mutateConversation(house.ctx, 'nobody', () => null)).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('one conversation', () => {
  it('is shown with its person, lanes and purchases, as the contract says', async () => {
    await put(house.ctx.models, { signals: [aSignal({ _id: `${id}-p`, conversationId: id, type: 'purchase', meta: { pieceId: 'r-221', amount: 420_000, currency: 'INR', storeId: 'mumbai' } })] })
    await house.ctx.models.customers.updateOne({ _id: `customer-of-${id}` }, { $set: { pieces: [{ pieceId: 'r-221', seen: 3, wished: true, lastAt: testDay }, { pieceId: 'X-1', seen: 1, wished: false, lastAt: minutesAfter(-9) }], line: [{ at: minutesAfter(-100 * 24 * 60), p: 0.1 }, { at: testDay, p: 0.4 }] } })
    const { status, body } = await ask('asha', 'GET', `/conversations/${id}`)
    expect(status).toBe(200)
    expect(ConversationView.parse(body)).toEqual(body)
    expect(body).toMatchObject({
      row: { id, name: 'Priya Sharma', initials: 'PS' },
      customer: {
        pieces: [{ piece: { name: 'Solitaire R-221' }, seen: 3, wished: true }, { piece: { name: 'X-1', price: null } }],
        purchases: [{ pieceName: 'Solitaire R-221', amount: 420_000, storeId: 'mumbai' }],
        line: [{ p: 0.4 }],
        readiness: null,
      },
      lanes: [{ id: 'lane-1', label: 'WhatsApp Mumbai', state: 'open', address: '•• 4410' }],
    })
  })

  it('is shown with masked numbers to an advisor and with whole ones to a manager', async () => {
    const other = `${id}-bare`
    await putPerson(house.ctx.models, { _id: other, name: '+91 98765 11111', lanes: [aLane({ addressKey: 'phone:+919876511111', wire: '919876511111' })] }, {}, `+9198765${11_111}`)
    const masked = await ask('asha', 'GET', `/conversations/${other}`)
    expect(JSON.stringify(masked.body)).not.toMatch(/98765|1{5}/)
    expect(masked.body).toMatchObject({ row: { name: '+91 •• 1111' }, customer: { name: '+91 •• 1111', addresses: [{ value: '+91 •• 1111' }] }, lanes: [{ address: '+91 •• 1111' }] })
    const whole = await ask('meera', 'GET', `/conversations/${other}`)
    expect(whole.body).toMatchObject({ row: { name: '+91 98765 11111' }, customer: { addresses: [{ value: '+919876511111' }] }, lanes: [{ address: '+919876511111' }] })
  })

  it('is assigned, snoozed, closed and opened again, each kept in the audit', async () => {
    expect(await ask('asha', 'PATCH', `/conversations/${id}`, { ownerId: 'asha' })).toMatchObject({ status: 200, body: { ownerId: 'asha' } })
    expect(await ask('asha', 'PATCH', `/conversations/${id}`, { snoozedUntil: minutesAfter(60).toISOString() })).toMatchObject({ status: 200, body: { snoozedUntil: minutesAfter(60).toISOString() } })
    expect((await stored())!.boxes).toEqual(['all|snoozed', 'store:mumbai|snoozed', 'owner:asha|snoozed'])
    expect(await ask('asha', 'PATCH', `/conversations/${id}`, { state: 'closed' })).toMatchObject({ status: 200, body: { state: 'closed', snoozedUntil: null } })
    expect(await ask('asha', 'PATCH', `/conversations/${id}`, { state: 'open' })).toMatchObject({ status: 200, body: { state: 'open' } })
    const actions = (await auditOf()).map(record => record.action)
    expect(actions.filter(action => action === 'conversation.state')).toHaveLength(2)
    expect(actions).toEqual(expect.arrayContaining(['conversation.owner', 'conversation.snooze']))
  })

  it('is not given to somebody of another store, and the refusal says so', async () => {
    expect(await ask('asha', 'PATCH', `/conversations/${id}`, { ownerId: 'bilal' })).toMatchObject({ status: 409, body: { error: { code: 'conflict', message: expect.stringContaining('Bilal does not work') } } })
    expect(await stored()).toMatchObject({ ownerId: null, revision: 1 })
  })

  it('is read: nothing is unread, and the bus hears of it when something was', async () => {
    await house.ctx.models.conversations.updateOne({ _id: id }, { $set: { unread: 3 } })
    const told: string[] = []
    const off = house.ctx.bus.on('conversation.read', event => told.push(event.conversationId))
    const first = await ask('asha', 'POST', `/conversations/${id}/read`, {})
    expect(first).toMatchObject({ status: 200, body: { unread: 0, revision: await house.ctx.revisions.latest() } })
    expect(await ask('asha', 'POST', `/conversations/${id}/read`, {})).toEqual(first)
    off()
    expect(told).toEqual([id])
  })
})

describe('many conversations at once', () => {
  it('are changed one by one, and what is refused for one hinders no other', async () => {
    await putPerson(house.ctx.models, { _id: `${id}-dubai`, storeIds: ['dubai'], storeId: 'dubai' })
    await putPerson(house.ctx.models, { _id: `${id}-two`, storeIds: ['dubai', 'mumbai'] })
    const { status, body } = await ask('asha', 'POST', '/conversations/bulk', { ids: [id, `${id}-dubai`, `${id}-two`, 'nobody', id], patch: { ownerId: 'asha', addTags: [' VIP ', 'Wedding'], removeTags: ['Old'] } })
    expect(status).toBe(200)
    expect(body.rows.map((row: { id: string }) => row.id).sort()).toEqual([id, `${id}-two`].sort())
    for (const row of body.rows) expect(row).toMatchObject({ ownerId: 'asha', tags: ['VIP', 'Wedding'] })
    expect(body.refused).toMatchObject([{ id: `${id}-dubai`, code: 'not_found' }, { id: 'nobody', code: 'not_found' }].sort((a, b) => a.id < b.id ? -1 : 1))
    expect(await house.ctx.models.customers.findById(`customer-of-${id}`).lean()).toMatchObject({ tags: ['VIP', 'Wedding'] })
    expect(await stored()).toMatchObject({ searchKeys: expect.arrayContaining(['t:vip', 't:wedding', 'n:priya sharma']), boxes: expect.arrayContaining(['all|all#VIP']) })
    expect(await house.ctx.models.conversations.findById(`${id}-dubai`).lean()).toMatchObject({ ownerId: null, tags: [] })
  })

  it('leave the tags alone of those that cannot be assigned', async () => {
    const { body } = await ask('asha', 'POST', '/conversations/bulk', { ids: [id], patch: { ownerId: 'bilal', addTags: ['VIP'] } })
    expect(body).toMatchObject({ rows: [], refused: [{ id, code: 'conflict', message: expect.stringContaining('Bilal') }] })
    expect(await stored()).toMatchObject({ tags: [] })
  })

  it('lose their tags together, and never have more than thirty', async () => {
    await ask('asha', 'POST', '/conversations/bulk', { ids: [id], patch: { addTags: ['VIP', 'Gold'] } })
    await ask('asha', 'POST', '/conversations/bulk', { ids: [id], patch: { removeTags: ['VIP'] } })
    expect(await stored()).toMatchObject({ tags: ['Gold'] })
    for (const half of ['a', 'b', 'c']) await ask('asha', 'POST', '/conversations/bulk', { ids: [id], patch: { addTags: Array.from({ length: 9 }, (_, i) => `${half}${i}`) } })
    expect(await ask('asha', 'POST', '/conversations/bulk', { ids: [id], patch: { addTags: ['x', 'y', 'z'] } })).toMatchObject({ body: { refused: [{ code: 'conflict' }] } })
    expect((await stored())!.tags).toHaveLength(28)
  })
})

describe('a draft', () => {
  it('is each advisor\'s own, and their other devices hear of it', async () => {
    const told: BusEvents['draft.changed'][] = []
    const off = house.ctx.bus.on('draft.changed', event => told.push(event))
    expect(await ask('asha', 'GET', `/conversations/${id}/draft`)).toEqual({ status: 200, body: { text: '', laneId: null, updatedAt: null } })
    await ask('asha', 'PUT', `/conversations/${id}/draft`, { text: 'Dear Priya', laneId: 'lane-1' })
    expect(await ask('asha', 'GET', `/conversations/${id}/draft`)).toMatchObject({ body: { text: 'Dear Priya', laneId: 'lane-1', updatedAt: testDay.toISOString() } })
    expect(await ask('meera', 'GET', `/conversations/${id}/draft`)).toMatchObject({ body: { text: '' } })
    await ask('asha', 'PUT', `/conversations/${id}/draft`, { text: '', laneId: null })
    expect(await house.ctx.models.drafts.findById(`${id}:asha`).lean()).toBeNull()
    off()
    expect(told).toMatchObject([{ conversationId: id, advisorId: 'asha', draft: { text: 'Dear Priya' } }, { draft: { text: '' } }])
  })

  it('goes through a lane of its conversation only', async () => {
    expect(await ask('asha', 'PUT', `/conversations/${id}/draft`, { text: 'x', laneId: 'elsewhere' })).toMatchObject({ status: 400 })
  })
})

describe('a note', () => {
  it('asked for twice with one id, even at once, is written once', async () => {
    const told: string[] = []
    const off = house.ctx.bus.on('note.added', ({ note, authorName }) => told.push(`${note.text} ${authorName}`))
    const body = { clientId: 'client-0001', text: 'Loves platinum' }
    const answers = await Promise.all([1, 2, 3].map(() => ask('asha', 'POST', `/conversations/${id}/notes`, body)))
    off()
    expect(new Set(answers.map(answer => answer.body.id)).size).toBe(1)
    expect(answers[0]).toMatchObject({ status: 201, body: { type: 'note', authorId: 'asha', authorName: 'Asha', text: 'Loves platinum' } })
    expect(await house.ctx.models.notes.countDocuments({ conversationId: id })).toBe(1)
    expect(told).toEqual(['Loves platinum Asha'])
    await ask('meera', 'POST', `/conversations/${id}/notes`, body)
    expect(await house.ctx.models.notes.countDocuments({ conversationId: id })).toBe(2)
  })
})

describe('the waker', () => {
  it('brings back what is due and only that, once, whoever else does so', async () => {
    await mutateConversation(house.ctx, id, () => ({ snoozedUntil: minutesAfter(10) }))
    const waker = createWaker(house.ctx)
    expect(await waker.wakeDue()).toBe(0)
    now = minutesAfter(10).getTime()
    heard = []
    await Promise.all([waker.wakeDue(), createWaker(house.ctx).wakeDue()])
    const after = (await stored())!
    expect(after.snoozedUntil).toBeNull()
    expect(after.boxes).toEqual(expect.arrayContaining(['all|all', 'store:mumbai|unassigned']))
    expect(after.boxes).not.toContain('all|snoozed')
    // The application's own waker may be the one that did it.
    await expect.poll(() => heard.filter(event => event.conversation._id === id)).toHaveLength(1)
    expect(await waker.wakeDue()).toBe(0)
  })

  it('finds what is due through the index', async () => {
    const { costsOf } = await import('./testing/cost.ts')
    const [cost] = await costsOf(house.ctx.models, () => createWaker(house.ctx).wakeDue())
    expect(cost!.plan).toContain('snoozedUntil_1')
    expect(cost!.docs).toBe(cost!.returned)
  })

  it('starts and stops, leaving nothing behind', async () => {
    const waker = createWaker(house.ctx)
    waker.start()
    waker.start()
    await waker.stop()
  })
})
