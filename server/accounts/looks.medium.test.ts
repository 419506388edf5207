import type { TestHouse } from '../testing/harness.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { aCustomer, put, putPerson } from '../conversations/testing/people.ts'
import { startTestHouse } from '../testing/harness.ts'

let house: TestHouse
let clock = Date.UTC(2026, 10, 20, 10, 5)
beforeAll(async () => {
  house = await startTestHouse({ now: () => clock })
  await putPerson(house.ctx.models, { _id: 'hers' }, {}, '+919876544410')
  await put(house.ctx.models, { customers: [aCustomer({ _id: 'nameless' })] })
})
beforeEach(async () => {
  clock += 3 * 3_600_000
  await house.ctx.models.audit.deleteMany({})
})
afterAll(() => house.close())

async function look(who: string | Record<string, string>, path: string) {
  const headers = typeof who === 'string' ? await house.signIn(who) : who
  expect((await house.inject({ url: `/api/v1${path}`, headers })).statusCode).toBe(200)
}
const kept = async () => (await house.ctx.models.audit.find({ action: { $in: ['customer.looked', 'customers.taken'] } }).sort({ at: 1 }).lean()).map(({ actorId, action, subjectId, details }) => ({ actorId, action, subjectId, details: details as unknown }))

describe('a look at what is masked for others', () => {
  it('is kept with who looked at whom, and without what they saw', async () => {
    await look('meera', '/customers/customer-of-hers')
    expect(await kept()).toEqual([{ actorId: 'meera', action: 'customer.looked', subjectId: 'customer-of-hers', details: { addresses: ['phone'] } }])
    expect(JSON.stringify(await house.ctx.models.audit.find().lean())).not.toContain('9876544410')
  })

  it('is kept once an hour, however often and on whichever page', async () => {
    for (const path of ['/customers/customer-of-hers', '/conversations/hers', '/customers/customer-of-hers']) await look('dana', path)
    expect(await kept()).toHaveLength(1)
    clock += 3_600_000
    await look('dana', '/conversations/hers')
    expect(await kept()).toHaveLength(2)
  })

  it('is no look for who sees it masked, nor at somebody without an address', async () => {
    await look('asha', '/customers/customer-of-hers')
    await look('asha', '/conversations/hers')
    await look('dana', '/customers/nameless')
    expect(await kept()).toEqual([])
  })

  it('is kept of a machine as well, and so is its reading by the page', async () => {
    const key = await house.key('read:customers', 'read:conversations')
    await look(key, '/customers/customer-of-hers')
    await look(key, '/customers?limit=200')
    await look(key, '/customers?limit=1')
    await look(key, '/conversations')
    await look('dana', '/customers')
    expect((await kept()).map(({ action, subjectId }) => `${action} ${subjectId}`).sort()).toEqual(['customer.looked customer-of-hers', 'customers.taken conversations', 'customers.taken customers'])
  })
})
