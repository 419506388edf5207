import type { Readiness } from '#contracts'
import type { BusEvents } from '../platform/bus.ts'
import type { TestHouse } from '../testing/harness.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { costsOf } from '../conversations/testing/cost.ts'
import { people, startInbox } from '../conversations/testing/house.ts'
import { aCustomer, aNote, aSignal, minutesAfter, put, putPerson, testDay } from '../conversations/testing/people.ts'
import { listCustomers } from './list.ts'
import { timelinePage } from './timeline.ts'

let house: TestHouse
beforeAll(async () => { house = await startInbox() })
afterAll(() => house.close())

async function ask(who: string, method: 'GET' | 'PATCH', path: string, payload?: object) {
  const answer = await house.inject({ method, url: `/api/v1${path}`, headers: await house.signIn(who), ...(payload ? { payload } : {}) })
  return { status: answer.statusCode, body: answer.json() }
}
const asha = { ...people.mumbai, storeIds: ['mumbai'] }
const dana = { ...people.administrator, storeIds: [] }

describe('people in a list', () => {
  const stores = ['mumbai', 'dubai', 'singapore']
  beforeAll(async () => {
    for (let i = 0; i < 60; i++) {
      const storeId = stores[i % 3]!
      await putPerson(house.ctx.models, { _id: `c${i}`, storeIds: [storeId], storeId }, { createdAt: minutesAfter(-Math.floor(i / 4)), ...(i === 5 ? { mergedInto: 'customer-of-c0' } : {}) })
    }
    await put(house.ctx.models, { customers: [aCustomer({ _id: 'silent', createdAt: minutesAfter(-30) })] })
  })

  async function everyone(actor: typeof asha | typeof dana, limit: number): Promise<string[]> {
    const ids: string[] = []
    let cursor: string | undefined
    do {
      const page: Awaited<ReturnType<typeof listCustomers>> = await listCustomers(house.ctx, actor, { limit, cursor })
      expect(page.items.length).toBeLessThanOrEqual(limit)
      ids.push(...page.items.map(one => one.id))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    return ids
  }

  it.each([1, 7, 100])('are all that the reader may see, each once, in pages of %i', async (limit) => {
    const whole = await everyone(dana, limit)
    expect(whole).toHaveLength(60)
    expect(new Set(whole).size).toBe(60)
    expect(whole).not.toContain('customer-of-c5')
    expect(whole.at(-1)).toBe('silent')
    expect(await everyone(asha, limit)).toEqual(whole.filter(id => id === 'silent' || Number(id.replace(/\D/g, '')) % 3 === 0))
  })

  it('are read through indexes', async () => {
    for (const cost of await costsOf(house.ctx.models, () => listCustomers(house.ctx, dana, { limit: 20 }))) {
      expect(cost.plan).toContain('IXSCAN')
      expect(cost.plan).not.toContain('"SORT"')
      expect(cost.docs).toBeLessThanOrEqual(21 + 4)
    }
  })
})

describe('one person', () => {
  it('given a name by an advisor has it everywhere and is found by it', async () => {
    await putPerson(house.ctx.models, { _id: 'n1', name: '+91 98765 44410' }, { nameSource: 'address' }, '+919876544410')
    const told: BusEvents['customer.changed'][] = []
    const off = house.ctx.bus.on('customer.changed', event => told.push(event))
    expect(await ask('asha', 'PATCH', '/customers/customer-of-n1', { name: 'Zoya Khan', city: 'Pune', tags: ['VIP', 'VIP'] })).toMatchObject({ status: 200, body: { name: 'Zoya Khan', city: 'Pune', tags: ['VIP'], addresses: [{ value: '+91 •• 4410' }] } })
    off()
    expect(told).toMatchObject([{ customerId: 'customer-of-n1', conversationId: 'n1' }])
    expect(await house.ctx.models.customers.findById('customer-of-n1').lean()).toMatchObject({ nameSource: 'advisor' })
    expect(await house.ctx.models.conversations.findById('n1').lean()).toMatchObject({ name: 'Zoya Khan', tags: ['VIP'], boxes: expect.arrayContaining(['store:mumbai|all#VIP']) })
    for (const typed of ['zoya', 'khan', 'vip', '4410']) expect((await ask('asha', 'GET', `/search?q=${typed}`)).body.items.map((hit: { conversationId: string }) => hit.conversationId)).toContain('n1')
    expect(await house.ctx.models.audit.findOne({ subjectId: 'customer-of-n1' }).lean()).toMatchObject({ action: 'customer.changed', actorId: 'asha', details: { fields: ['name', 'city', 'tags'] } })
  })

  it('renamed by two colleagues at once has one name in both places', async () => {
    await putPerson(house.ctx.models, { _id: 'n2' })
    await Promise.all(['One', 'Two', 'Three'].map(name => ask('asha', 'PATCH', '/customers/customer-of-n2', { name })))
    const customer = await house.ctx.models.customers.findById('customer-of-n2').lean()
    expect(await house.ctx.models.conversations.findById('n2').lean()).toMatchObject({ name: customer!.name })
  })

  it('who was found to be another one is that one', async () => {
    await putPerson(house.ctx.models, { _id: 'n3', name: 'Survivor' })
    await put(house.ctx.models, { customers: [aCustomer({ _id: 'former', mergedInto: 'customer-of-n3' }), aCustomer({ _id: 'circle-a', mergedInto: 'circle-b' }), aCustomer({ _id: 'circle-b', mergedInto: 'circle-a' })] })
    expect(await ask('asha', 'GET', '/customers/former')).toMatchObject({ status: 200, body: { id: 'customer-of-n3', name: 'Survivor' } })
    expect(await ask('asha', 'GET', '/customers/circle-a')).toMatchObject({ status: 404 })
  })
})

describe('a timeline', () => {
  it('is everything a person did and what was noted, in pages, whatever the moment', async () => {
    await putPerson(house.ctx.models, { _id: 't1' })
    await put(house.ctx.models, {
      signals: Array.from({ length: 40 }, (_, i) => aSignal({ _id: `ts${i}`, conversationId: 't1', at: minutesAfter(Math.floor(i / 5)), type: i % 2 ? 'message' : 'piece_viewed' })),
      notes: Array.from({ length: 9 }, (_, i) => aNote({ _id: `tn${i}`, conversationId: 't1', at: minutesAfter(i) })),
    })
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page: Awaited<ReturnType<typeof timelinePage>> = await timelinePage(house.ctx, asha, 'customer-of-t1', { limit: 7, cursor })
      seen.unshift(...page.items.map(entry => `${entry.at} ${entry.id}`))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    expect(seen).toHaveLength(49)
    expect(seen).toEqual([...new Set(seen)].sort())
    for (const cost of await costsOf(house.ctx.models, () => timelinePage(house.ctx, asha, 'customer-of-t1', { limit: 7 }))) expect(cost.docs).toBeLessThanOrEqual(8)
  })
})

describe('how ready somebody is', () => {
  const readiness: Readiness = {
    at: testDay.toISOString(), p7: 0.2, p30: 0.4, p90: 0.6, stage: 'considering', momentum: 'warming', mark: 'warming', momentumSince: testDay.toISOString(),
    silence: { days: 2, usual: 0.8, withinRhythm: true },
    reasons: [{ code: 'signal_seen', params: { signal: 'piece_viewed', times: 2, days: 0 }, logit: 0.7, signalIds: ['rs1', 'gone'] }],
    nextAction: { kind: 'wait', expiresAt: minutesAfter(60).toISOString(), reason: { code: 'within_rhythm', params: { days: 2, usual: 5 } } },
    modelVersion: 'prior-1',
  }

  it('is said with its reasons in words and the events behind each, of this person alone', async () => {
    await putPerson(house.ctx.models, { _id: 'r1' }, { readiness })
    await put(house.ctx.models, { signals: [aSignal({ _id: 'rs1', conversationId: 'r1', at: minutesAfter(1) }), aSignal({ _id: 'rs2', conversationId: 'r1', at: minutesAfter(2) }), aSignal({ _id: 'foreign', conversationId: 'c0' })] })
    const { status, body } = await ask('asha', 'GET', '/customers/customer-of-r1/readiness')
    expect(status).toBe(200)
    expect(body).toMatchObject({ customerId: 'customer-of-r1', readiness, behind: [{ events: [{ id: 'rs2', entryId: 'rs2' }, { id: 'rs1', entryId: 'rs1' }], more: false }] })
    expect(body.inWords.reasons).toHaveLength(1)
    expect(body.inWords.nextAction).toEqual(expect.any(String))
  })

  it('is nothing as long as nothing is known', async () => {
    await putPerson(house.ctx.models, { _id: 'r2' })
    expect(await ask('asha', 'GET', '/customers/customer-of-r2/readiness')).toMatchObject({ status: 200, body: { readiness: null, behind: [], inWords: { reasons: [], nextAction: null } } })
  })
})
