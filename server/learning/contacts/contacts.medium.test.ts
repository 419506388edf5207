import type { Readiness } from '#contracts'
import type { Customer } from '../../models/index.ts'
import type { TestHouse } from '../../testing/harness.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { emptyState, foldInto, gainOf, priorModel, randomFrom } from '#scoring'
import { costsOf } from '../../conversations/testing/cost.ts'
import { aCustomer, aSignal, put } from '../../conversations/testing/people.ts'
import { startTestHouse } from '../../testing/harness.ts'
import { decideContact, orderForContact } from '../index.ts'
import { learnOnce } from '../run.ts'
import { studyHere } from '../testing/simulated.ts'
import { joinContacts } from './join.ts'
import { houseGain } from './keep.ts'
import { readContacts } from './read.ts'

const dayMs = 86_400_000
const beginning = Date.parse('2026-05-04T06:00:00.000Z')
let now = beginning
let draw: () => number = () => 0.5
let house: TestHouse
beforeAll(async () => { house = await startTestHouse({ now: () => now, random: () => draw() }) }, 120_000)
beforeEach(() => { draw = () => 0.5 })
afterAll(() => house.close())

type Advice = [kind: Readiness['nextAction']['kind'], code: string]

/** Somebody who came by every `rhythm` days, with this advice. */
function somebody(id: string, [kind, code]: Advice, rhythm = 10): Customer {
  const state = emptyState()
  for (let i = 6; i >= 1; i--) foldInto(priorModel(), state, { id: `${id}-${i}`, type: 'piece_viewed', at: beginning - i * rhythm * dayMs })
  const readiness = { p30: 0.2, modelVersion: priorModel().version, nextAction: { kind, reason: { code, params: {} }, expiresAt: new Date(beginning + 400 * dayMs).toISOString() } } as unknown as Readiness
  return aCustomer({ _id: id, scoringState: { ...state }, readiness })
}
const moments = () => house.ctx.models.contactMoments
const came = (id: string, days: number, type: 'walk_in' | 'message' = 'walk_in') => put(house.ctx.models, { signals: [aSignal({ _id: `${id}-${type}-${days}`, customerId: id, conversationId: id, type, at: new Date(now + days * dayMs) })] })

describe('whether an automation contacts somebody', () => {
  it('follows their advice, and is kept with what they showed and with its chance', async () => {
    const advised = somebody('advised', ['nurture', 'quiet_longer_than_usual'])
    expect(await decideContact(house.ctx, advised, 'birthdays', '2026')).toEqual({ act: true, chance: 0.975, explored: false })
    const [kept] = await moments().find({ customerId: 'advised' }).lean()
    expect(kept).toMatchObject({ automation: 'birthdays', advice: 'quiet_longer_than_usual', act: true, chance: 0.975, explored: false, came: null, engine: priorModel().version })
    expect(kept!.x.length).toBeGreaterThan(10)
    expect(kept!.x.every(Number.isFinite)).toBe(true)
  })

  it('is decided once for each occasion, whatever chance says when it is asked again', async () => {
    const calm = somebody('calm', ['wait', 'within_rhythm'])
    draw = () => 0.01
    const first = await decideContact(house.ctx, calm, 'birthdays', '2026')
    expect(first).toEqual({ act: true, chance: 0.025, explored: true })
    draw = () => 0.9
    expect(await Promise.all([1, 2, 3].map(() => decideContact(house.ctx, calm, 'birthdays', '2026')))).toEqual([first, first, first])
    expect(await decideContact(house.ctx, calm, 'birthdays', '2027')).toMatchObject({ act: false, explored: false })
    draw = randomFrom(3).next
    const [one, two] = await Promise.all([1, 2].map(() => decideContact(house.ctx, calm, 'birthdays', '2028')))
    expect(one).toEqual(two)
    expect(await moments().countDocuments({ customerId: 'calm' })).toBe(3)
  })

  it('is never left to chance, nor kept, for those who must be left alone or have no advice of today', async () => {
    draw = () => 0
    const gone = somebody('gone', ['nurture', 'quiet_longer_than_usual'])
    gone.readiness!.nextAction.expiresAt = new Date(beginning - 1).toISOString()
    for (const person of [somebody('out', ['suppress', 'opted_out']), somebody('just', ['wait', 'just_came']), gone, aCustomer({ _id: 'unknown' })])
      expect(await decideContact(house.ctx, person, 'birthdays', '2026')).toEqual({ act: false, chance: 1, explored: false })
    expect(await moments().countDocuments({ customerId: { $in: ['out', 'just', 'gone', 'unknown'] } })).toBe(0)
  })
})

describe('what came of it', () => {
  it('is told once a month and the days in which tills tell late are over, by visits and purchases alone', async () => {
    const people = ['came', 'wrote', 'late', 'merged', 'into'].map(id => somebody(id, ['nurture', 'quiet_longer_than_usual']))
    people[3]!.mergedInto = 'into'
    await put(house.ctx.models, { customers: people })
    for (const person of [...people.slice(0, 4), somebody('erased', ['nurture', 'quiet_longer_than_usual'])]) await decideContact(house.ctx, person, 'anniversaries', '2026')
    await came('came', 12)
    await came('wrote', 3, 'message')
    await came('late', 31)
    await came('into', 29)
    await joinContacts(house.ctx, now + 31 * dayMs)
    expect(await moments().countDocuments({ came: { $ne: null } })).toBe(0)
    await joinContacts(house.ctx, now + 32 * dayMs)
    const told = await moments().find({ automation: 'anniversaries' }).sort({ customerId: 1 }).lean()
    expect(told.map(moment => [moment.customerId, moment.came, moment.closesAt])).toEqual([['came', true, null], ['into', true, null], ['late', false, null], ['wrote', false, null]])
  })
})

describe('the gain of contact', () => {
  const rhythms = [4, 30] as const

  beforeAll(async () => {
    await moments().deleteMany({})
    // Of those who come by often a contact moves nobody; of the others it brings most.
    const people = Array.from({ length: 320 }, (_, i) => somebody(`p${i}`, i % 4 < 2 ? ['nurture', 'quiet_longer_than_usual'] : ['wait', 'within_rhythm'], rhythms[i % 2]))
    await put(house.ctx.models, { customers: people })
    const random = randomFrom(11)
    draw = () => 0.5
    const signals = []
    for (const [i, person] of people.entries()) {
      const { act } = await decideContact(house.ctx, person, 'birthdays', '2026')
      const chance = i % 2 === 0 ? 0.5 : act ? 0.9 : 0.4
      if (random.chance(chance)) signals.push(aSignal({ _id: `came-${i}`, customerId: person._id, conversationId: person._id, type: 'walk_in', at: new Date(now + 9 * dayMs) }))
    }
    await put(house.ctx.models, { signals })
  }, 120_000)

  it('is not known as long as nothing came of a contact, and advice orders whom to write to', async () => {
    await learnOnce(house.ctx, null, studyHere(house.ctx))
    expect(await houseGain(house.ctx)).toBeNull()
    const people = [somebody('a', ['wait', 'within_rhythm']), somebody('b', ['nurture', 'quiet_longer_than_usual']), somebody('c', ['ready', 'likely_now'])]
    expect((await orderForContact(house.ctx, people)).map(({ _id }) => _id)).toEqual(['c', 'b', 'a'])
  }, 60_000)

  it('is learnt by a night from what came, kept by its version, and orders whom to write to', async () => {
    now += 33 * dayMs
    await learnOnce(house.ctx, null, studyHere(house.ctx))
    expect(await house.ctx.models.contactGains.countDocuments()).toBe(1)
    const gain = (await houseGain(house.ctx))!
    expect(gain.contacts.contacted + gain.contacts.left).toBe(320)
    const [kept] = await house.ctx.models.contactMoments.find({ customerId: 'p0' }).lean()
    const [seldom] = await house.ctx.models.contactMoments.find({ customerId: 'p1' }).lean()
    expect(gainOf(gain, seldom!.x)).toBeGreaterThan(gainOf(gain, kept!.x) + 0.1)
    now = beginning
    const people = [somebody('often', ['ready', 'likely_now'], rhythms[0]), somebody('seldom', ['wait', 'within_rhythm'], rhythms[1])]
    expect((await orderForContact(house.ctx, people)).map(({ _id }) => _id)).toEqual(['seldom', 'often'])
  }, 60_000)

  it('is read through indexes alone', async () => {
    const costs = await costsOf(house.ctx.models, async () => {
      await readContacts(house.ctx.models)
      await joinContacts(house.ctx, now + 90 * dayMs)
      await houseGain(house.ctx)
    })
    for (const cost of costs.filter(one => one.collection.startsWith('contact'))) {
      expect(cost.plan).toContain('IXSCAN')
      expect(cost.plan).not.toContain('"SORT"')
    }
  })
})
