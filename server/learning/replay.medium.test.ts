import type { ReadinessExplanation, ReadinessReplay } from '#contracts'
import type { TestHouse } from '../testing/harness.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { assess, emptyState, fold, priorModel, regions } from '#scoring'
import { aMessage, aSignal, put, putPerson } from '../conversations/testing/people.ts'
import { modelInUse, putInUse, refold } from '../readiness/index.ts'
import { startTestHouse } from '../testing/harness.ts'
import { explained } from './explain.ts'
import { daySpan } from './replay.ts'

const now = Date.parse('2026-03-20T10:00:00.000Z')
const noon = (day: string) => new Date(`${day}T06:30:00.000Z`)

/** Priya's weeks in Mumbai: a look, a price, a visit, a complaint. */
const story = [
  ['first', 'inquiry', '2026-02-01'],
  ['look', 'piece_viewed', '2026-02-05'],
  ['price', 'price_asked', '2026-02-20'],
  ['visit', 'walk_in', '2026-03-03'],
  ['angry', 'complaint', '2026-03-10'],
  ['voice', 'voice', '2026-03-18'],
] as const

let house: TestHouse
beforeAll(async () => {
  house = await startTestHouse({ now: () => now })
  await putPerson(house.ctx.models, { _id: 'row', name: 'Priya Sharma' })
  await put(house.ctx.models, {
    signals: story.map(([id, type, day]) => aSignal({ _id: id, conversationId: 'row', type, at: noon(day) })),
    messages: [aMessage({ _id: 'm1', conversationId: 'row', at: noon('2026-02-20') }), aMessage({ _id: 'm2', conversationId: 'row', at: noon('2026-02-22'), direction: 'out' })],
  })
  await refold(house.ctx, 'customer-of-row')
})
afterAll(() => house.close())

async function ask<T>(who: string, path: string): Promise<{ status: number, body: T }> {
  const answer = await house.inject({ url: `/api/v1/customers/customer-of-row/readiness/${path}`, headers: await house.signIn(who) })
  return { status: answer.statusCode, body: answer.json() }
}
const replayed = (day: string, more = '') => ask<ReadinessReplay>('asha', `replay?day=${day}${more}`)

/** The same days folded by hand. */
function byHand(day: string) {
  const model = priorModel()
  const { end } = daySpan(day, 'Asia/Kolkata')
  let state = emptyState()
  for (const [id, type, on] of story) { if (noon(on).getTime() < end) state = fold(model, state, { id, type, at: noon(on).getTime() }) }
  return { state, end, model }
}

describe('the replay of a day', () => {
  it('knows nothing before the first sign', async () => {
    expect((await replayed('2026-01-31')).body).toMatchObject({ readiness: null, known: 0, onDay: [], inWords: { reasons: [], nextAction: null }, came: { signal: 'walk_in', days: 30.5 } })
  })

  it.each(['2026-02-01', '2026-02-19', '2026-02-20', '2026-03-03', '2026-03-12'])('of %s says what the engine says of what had happened by then', async (day) => {
    const { body } = await replayed(day)
    const { state, end, model } = byHand(day)
    const expected = assess(model, state, end - 1, { timeZone: 'Asia/Kolkata', region: regions.india, awaitingReply: day === '2026-02-20', complaintOpen: day === '2026-03-12' })
    expect(body.readiness).toEqual(expected)
    expect(body).toMatchObject({ day, at: new Date(end - 1).toISOString(), timeZone: 'Asia/Kolkata', known: state.folded, modelVersion: model.version })
    expect(body.inWords.reasons).toHaveLength(expected.reasons.length)
    expect(body.behind.map(({ events }) => events.length > 0 && events.every(event => event.at <= body.at))).toEqual(expected.reasons.map(() => true))
  })

  it('tells what was done on the day and what came of it', async () => {
    expect((await replayed('2026-02-20')).body).toMatchObject({ onDay: [{ id: 'price', signal: 'price_asked' }], came: { signal: 'walk_in', at: noon('2026-03-03').toISOString() } })
    expect((await replayed('2026-03-03')).body.came).toBeNull()
  })

  it('of today is what stands', async () => {
    const { body } = await replayed('2026-03-20')
    const standing = await house.ctx.models.customers.findOne({ _id: 'customer-of-row' }).lean()
    expect(body.readiness!.p30).toBe(standing!.readiness!.p30)
    expect(body.readiness!.stage).toBe(standing!.readiness!.stage)
  })

  it('speaks with the model of that day, or with today\'s where asked', async () => {
    const prior = priorModel()
    const learnt = { ...prior, version: 'learnt-one', heads: prior.heads.map(head => ({ ...head, bias: head.bias + 1 })) }
    await house.ctx.models.readinessModels.create({ _id: 'learnt-one', engine: prior.version, model: learnt, madeAt: noon('2026-03-01'), people: 1, windows: 1, positives: 1, comparison: {}, learned: [] })
    expect(await putInUse(house.ctx, await modelInUse(house.ctx), { pinned: false, use: { version: 'learnt-one', since: noon('2026-03-01').toISOString(), by: null, why: 'better', reason: null } })).toBe(true)
    expect((await replayed('2026-02-20')).body.modelVersion).toBe(prior.version)
    expect((await replayed('2026-03-02')).body.modelVersion).toBe('learnt-one')
    const [then, today] = [(await replayed('2026-02-20')).body, (await replayed('2026-02-20', '&model=now')).body]
    expect(today.modelVersion).toBe('learnt-one')
    expect(today.readiness!.p30).toBeGreaterThan(then.readiness!.p30)
  })

  it('is refused for days to come, for what is no day, and for somebody else\'s person', async () => {
    expect((await replayed('2026-03-22')).status).toBe(400)
    expect((await replayed('2026-02-31')).status).toBe(400)
    expect((await ask('bilal', 'replay?day=2026-02-20')).status).toBe(404)
    expect((await ask('bilal', 'explain')).status).toBe(404)
  })
})

describe('an explanation', () => {
  it('adds up to the forecast of every horizon', async () => {
    const { body } = await ask<ReadinessExplanation>('asha', 'explain')
    expect(body.horizons.map(horizon => horizon.horizonDays)).toEqual([7, 30, 90])
    for (const { p, bias, parts } of body.horizons) {
      const logit = parts.reduce((sum, part) => sum + part.logit, bias)
      expect(1 / (1 + Math.exp(-logit))).toBeCloseTo(p, 9)
    }
  })

  it('points at the signals behind each reason and says what would change it', async () => {
    const { body } = await ask<ReadinessExplanation>('asha', 'explain')
    const ids = story.map(([id]) => id as string)
    expect(body.reasons.flatMap(reason => reason.signalIds).every(id => ids.includes(id))).toBe(true)
    expect(body.reasons.every(reason => reason.inWords.length > 5)).toBe(true)
    expect(body.change.map(change => change.code)).toEqual(expect.arrayContaining(['if_signal', 'if_quiet']))
    expect(body.change.find(change => change.code === 'if_signal')!.then).not.toBe(body.change[0]!.now)
  })

  it('takes less than two milliseconds to compute', () => {
    const { state, end, model } = byHand('2026-03-20')
    for (let i = 0; i < 200; i++) explained(model, state, end)
    const times = Array.from({ length: 200 }, () => {
      const begun = performance.now()
      explained(model, state, end)
      return performance.now() - begun
    }).sort((a, b) => a - b)
    expect(times[40]).toBeLessThan(2)
  })
})
