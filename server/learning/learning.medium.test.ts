import type { LearningModels, LearningReport, LearningStatus, SignalMeta, SignalType } from '#contracts'
import type { StoredSignal } from '../models/index.ts'
import type { TestHouse } from '../testing/harness.ts'
import type { Study, StudyAsk } from './study.ts'
import type { simulatedPeople } from './testing/simulated.ts'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { priorModel } from '#scoring'
import { aSignal, put } from '../conversations/testing/people.ts'
import { houseModel, refold } from '../readiness/index.ts'
import { startTestHouse } from '../testing/harness.ts'
import { createLearner, rereadNext } from './learner.ts'
import { readHouse } from './read-house.ts'
import { learnOnce } from './run.ts'
import { heldOutDays, neededOutcomes } from './study.ts'
import { beginning, customerIdOf, fillSimulated, night, studyHere } from './testing/simulated.ts'
import { studyInThread } from './thread-host.ts'

const dayMs = 86_400_000
const prior = priorModel().version

/** What the simulation knows nothing of: Asha writes to three people of Mumbai, two of whom buy elsewhere, and a campaign loses one of Dubai for good. */
const endings = [
  ...[0, 3, 6].map(i => ended(i, 10, 'touch_advisor', { source: 'asha', storeId: 'mumbai' })),
  ...[0, 3].map(i => ended(i, 3, 'lost', { outcome: 'bought elsewhere' })),
  ended(1, 6, 'touch_campaign', { storeId: 'dubai' }),
  ended(1, 5, 'opt_out'),
]
function ended(i: number, ago: number, type: SignalType, meta?: SignalMeta): StoredSignal {
  return aSignal({ _id: `${type}-${i}`, customerId: customerIdOf(i), conversationId: `row-${customerIdOf(i)}`, type, at: new Date(night - ago * dayMs), ...(meta ? { meta } : {}) })
}

let house: TestHouse
let made: ReturnType<typeof simulatedPeople>
let now = night
beforeAll(async () => {
  house = await startTestHouse({ now: () => now })
  // The application's own worker stays idle: another holder has its lease.
  await house.ctx.models.leases.create({ _id: 'learning', holder: 'this test', until: new Date(night + dayMs) })
  made = await fillSimulated(house.ctx, 300)
  await put(house.ctx.models, { signals: endings })
  made.signals.push(...endings)
  for (let i = 0; i < 12; i++) await refold(house.ctx, made.customers[i]!._id)
  await learnOnce(house.ctx, null, studyHere(house.ctx))
}, 240_000)
afterAll(() => house.close())

async function ask<T>(who: string, path: string, body?: object): Promise<{ status: number, body: T }> {
  const answer = await house.inject({ method: body ? 'POST' : 'GET', url: `/api/v1${path}`, headers: await house.signIn(who), ...(body ? { payload: body } : {}) })
  return { status: answer.statusCode, body: answer.json() }
}

const comes = (type: string) => ['walk_in', 'purchase', 'appointment_kept'].includes(type)
/** People known at a moment, and those of them who came within days of it, told from the ledger alone. */
function counted(at: number, horizonDays: number, storeId?: string): { known: number, came: number } {
  const people = made.conversations.filter(row => !storeId || row.storeId === storeId).map(row => made.signals.filter(signal => signal.customerId === row.customerId).map(signal => ({ type: signal.type, at: signal.at.getTime() })))
  const known = people.filter(signals => signals.some(signal => signal.at <= at))
  return { known: known.length, came: known.filter(signals => signals.some(signal => comes(signal.type) && signal.at > at && signal.at <= at + horizonDays * dayMs)).length }
}

describe('a night of learning', () => {
  it('keeps the new model where it foretold the held-out weeks better, and reads the house with it', async () => {
    const { body } = await ask<LearningModels>('dana', '/learning/models')
    const [learnt, first] = body.models
    expect(body).toMatchObject({ inUse: learnt!.version, pinned: false })
    expect(first).toMatchObject({ version: prior, isPrior: true, inUse: false, uses: [{ why: 'beginning', since: new Date(beginning).toISOString(), until: learnt!.uses[0]!.since }] })
    expect(learnt).toMatchObject({ inUse: true, people: 300, learntUntil: new Date(night - heldOutDays * dayMs).toISOString(), uses: [{ why: 'better', by: null, until: null }] })
    expect(learnt!.comparison).toMatchObject({ against: prior, better: true })
    const loss = (which: 'old' | 'new') => learnt!.comparison!.horizons.reduce((sum, horizon) => sum + horizon[which].logLoss, 0)
    expect(loss('new')).toBeLessThan(loss('old'))
    expect(learnt!.learned.length).toBeGreaterThan(3)
    for (const weight of learnt!.learned.filter(one => one.signal)) expect(weight).toMatchObject({ group: 'signal', word: `signal.${weight.signal}`, name: `${weight.signal}:${weight.aspect}` })
    expect((await houseModel(house.ctx)).version).toBe(learnt!.version)
  })

  it('judges the held-out weeks by what the ledger holds', async () => {
    const { body } = await ask<LearningModels>('dana', '/learning/models')
    const held = night - heldOutDays * dayMs
    const weeks = [0, 7, 14, 21, 28].map(days => counted(held + days * dayMs, 7))
    const sum = (of: 'known' | 'came') => weeks.reduce((total, week) => total + week[of], 0)
    expect(body.models[0]!.figures[0]).toMatchObject({ horizonDays: 7, figures: { forecasts: sum('known'), came: sum('came') } })
    const month = counted(held, 30)
    expect(body.models[0]!.figures[1]).toMatchObject({ horizonDays: 30, figures: { forecasts: month.known, came: month.came } })
  })

  it('reads people anew with what was learnt, a few at a time', async () => {
    const { version } = await houseModel(house.ctx)
    expect(await house.ctx.models.customers.countDocuments({ 'readiness.modelVersion': prior })).toBe(12)
    let rounds = 1
    expect((await ask<LearningStatus>('dana', '/learning')).body).toMatchObject({ state: 'rereading', reread: { done: 0, all: 300 } })
    while (await rereadNext(house.ctx)) rounds++
    expect(rounds).toBeGreaterThan(4)
    expect(await house.ctx.models.customers.countDocuments({ 'readiness.modelVersion': version })).toBe(12)
    expect((await ask<LearningStatus>('dana', '/learning')).body).toMatchObject({ state: 'idle', reread: null, inUse: { version, isPrior: false }, lastRun: { outcome: 'new_in_use', people: 300, signals: made.signals.length, needed: neededOutcomes }, timeZone: 'Asia/Dubai' })
  })

  it('leaves a model alone that somebody chose while it learnt', async () => {
    const before = (await ask<LearningModels>('dana', '/learning/models')).body
    now += 60_000
    const meddled = async (question: StudyAsk): Promise<Study> => {
      await ask('dana', `/learning/models/${prior}/use`, { replacing: before.inUse, reason: 'looked wrong to me' })
      const model = { ...await houseModel(house.ctx), version: question.version }
      return { outcome: 'new_in_use', people: 1, signals: 1, outcomes: 99, reports: [], gain: null, made: { _id: question.version, engine: prior, model, people: 1, windows: 1, positives: 1, comparison: before.models[0]!.comparison!, learned: [] } }
    }
    const reports = await house.ctx.models.learningReports.find().lean()
    expect(await learnOnce(house.ctx, null, meddled)).toMatchObject({ outcome: 'pinned' })
    expect((await ask<LearningModels>('dana', '/learning/models')).body).toMatchObject({ inUse: prior, pinned: true })
    await house.ctx.models.learningReports.collection.insertMany(reports as never[])
    now += 60_000
    expect((await ask('dana', `/learning/models/${before.inUse}/use`, { replacing: prior, reason: 'it was right', pinned: false })).status).toBe(200)
  })

  it('keeps what it was when a study fails, and says so', async () => {
    const { version } = await houseModel(house.ctx)
    await expect(learnOnce(house.ctx, null, async () => { throw new Error('the thread ended') })).rejects.toThrow('the thread ended')
    expect((await houseModel(house.ctx)).version).toBe(version)
    expect((await ask<LearningStatus>('dana', '/learning')).body.lastRun).toMatchObject({ outcome: 'failed', version: null })
  })
})

describe('the report', () => {
  it.each([[4, 7], [13, 7], [4, 30], [13, 90]])('of %i weeks at %i days counts what the ledger holds', async (weeks, horizonDays) => {
    const { body } = await ask<LearningReport>('dana', `/learning/report?weeks=${weeks}`)
    const moments = Array.from({ length: 60 }, (_, i) => night - 7 * i * dayMs).filter(at => at + horizonDays * dayMs <= night && at + horizonDays * dayMs > night - weeks * 7 * dayMs)
    const told = moments.map(at => counted(at, horizonDays))
    const horizon = body.horizons.find(one => one.horizonDays === horizonDays)!
    expect(horizon.figures).toMatchObject({ forecasts: told.reduce((sum, one) => sum + one.known, 0), came: told.reduce((sum, one) => sum + one.came, 0) })
    expect(horizon.calibration.reduce((sum, point) => sum + point.came, 0)).toBe(horizon.figures.came)
    expect(horizon.lift.at(-1)!.caught).toBeCloseTo(1)
    for (const point of horizon.calibration) expect(point.happened).toSatisfy((rate: number) => rate >= point.low && rate <= point.high)
  })

  it('names people whom it had right and people whom it had wrong, and they did what it says', async () => {
    const { body } = await ask<LearningReport>('dana', '/learning/report?weeks=26')
    expect(body.hits.length).toBeGreaterThan(5)
    expect(new Set(body.misses.map(one => one.kind))).toEqual(new Set(['sure_and_nothing', 'unlikely_and_came']))
    const all = [...body.hits, ...body.misses]
    expect(new Set(all.map(one => one.customerId)).size).toBe(all.length)
    for (const one of all) {
      const at = Date.parse(one.at)
      const theirs = made.signals.filter(signal => signal.customerId === one.customerId && comes(signal.type) && signal.at.getTime() > at && signal.at.getTime() <= at + 30 * dayMs)
      expect(one).toMatchObject({ conversationId: `row-${one.customerId}`, name: `Person ${Number(one.customerId.slice(1))}` })
      if (one.kind === 'sure_and_nothing') expect(theirs).toEqual([])
      else expect(theirs.map(signal => [signal.type, signal.at.toISOString()])).toContainEqual([one.happened!.signal, one.happened!.at])
    }
  })

  it('says who was lost and why, and whom what came is credited to', async () => {
    const { body } = await ask<LearningReport>('dana', '/learning/report?weeks=4')
    expect(body.endings.map(({ kind, reason, people }) => [kind, reason, people.map(person => person.name).toSorted()])).toEqual([['lost', 'bought elsewhere', ['Person 0', 'Person 3']], ['opt_out', null, ['Person 1']]])
    expect(body.endings[0]!.people[0]).toMatchObject({ conversationId: `row-${body.endings[0]!.people[0]!.customerId}`, storeId: 'mumbai', at: new Date(night - 3 * dayMs).toISOString() })
    const credit = body.credit!
    const purchases = made.signals.filter(signal => signal.type === 'purchase' && signal.at.getTime() > night - 28 * dayMs)
    expect(credit.all).toMatchObject({ lost: 2, optOuts: 1 })
    expect(credit.all.purchases).toBeGreaterThan(0)
    expect(credit.all.purchases).toBeLessThanOrEqual(purchases.length)
    expect(credit.byKind.reduce((sum, row) => sum + row.purchases, 0)).toBeCloseTo(credit.all.purchases, 1)
    expect(credit.byAdvisor).toMatchObject([{ advisorId: 'asha', name: expect.stringContaining('Asha'), touches: 3 }])
    const campaign = credit.byKind.find(row => row.kind === 'campaign')!
    expect(campaign.touches).toBe(1)
    expect(campaign.optOuts).toBeGreaterThan(0.5)
    const dubai = await ask<LearningReport>('omar', '/learning/report?storeId=dubai&weeks=4')
    expect(dubai.body.endings.map(ending => ending.kind)).toEqual(['opt_out'])
  })

  it('of a store counts the people of that store', async () => {
    const { body } = await ask<LearningReport>('meera', '/learning/report?storeId=mumbai&weeks=4')
    const told = [7, 14, 21, 28].map(days => counted(night - days * dayMs, 7, 'mumbai'))
    expect(body.horizons[0]!.figures).toMatchObject({ forecasts: told.reduce((sum, one) => sum + one.known, 0), came: told.reduce((sum, one) => sum + one.came, 0) })
  })

  it('shows a manager their own stores, and regions that are wholly theirs', async () => {
    const { body } = await ask<LearningReport>('omar', '/learning/report')
    expect(body.scopes.map(scope => `${scope.kind}:${scope.id}`)).toEqual(['region:AE', 'region:SG', 'store:dubai', 'store:singapore'])
    expect(body.scope).toMatchObject({ kind: 'region', id: 'AE', people: 100 })
    const stores = new Map(made.conversations.map(row => [row.customerId, row.storeId]))
    expect([...body.hits, ...body.misses].every(one => stores.get(one.customerId) === 'dubai')).toBe(true)
    expect((await ask('omar', '/learning/report?storeId=mumbai')).status).toBe(403)
    expect((await ask('omar', '/learning/report?region=IN')).status).toBe(403)
    expect((await ask('omar', '/learning/report?region=SG&weeks=4')).status).toBe(200)
    expect((await ask('omar', '/learning/report?weeks=5')).status).toBe(400)
  })

  it('shows the house first to an administrator', async () => {
    expect((await ask<LearningReport>('dana', '/learning/report')).body.scopes.map(scope => `${scope.kind}:${scope.id}`)).toEqual(['house:house', 'region:AE', 'region:IN', 'region:SG', 'store:dubai', 'store:mumbai', 'store:singapore'])
  })

  it('is none of an advisor\'s, nor of a machine\'s', async () => {
    for (const path of ['/learning', '/learning/report', '/learning/models']) {
      expect((await ask('asha', path)).status).toBe(403)
      expect((await house.inject({ url: `/api/v1${path}`, headers: await house.key('read:customers', 'read:metrics') })).statusCode).toBe(403)
    }
  })
})

describe('reading a house', () => {
  it('takes an even share of a large one, the same every night, and no more than its bounds', async () => {
    const read = await readHouse(house.ctx.models, night, { people: 60, signalsEach: 20 })
    expect(read.people.length).toBeGreaterThan(15)
    expect(read.people.length).toBeLessThanOrEqual(60)
    expect(read.share).toBeLessThanOrEqual(0.2)
    expect(Math.max(...read.people.map(person => person.signals.length))).toBe(20)
    expect(new Set(read.people.flatMap(person => person.storeIds))).toEqual(new Set(['mumbai', 'dubai', 'singapore']))
    expect((await readHouse(house.ctx.models, night, { people: 60, signalsEach: 20 })).people).toEqual(read.people)
    const few = await readHouse(house.ctx.models, night, { signals: 4000 })
    expect(few.signals).toBeLessThanOrEqual(4000)
    expect(few.share).toBeLessThan(1)
  })

  it('takes each person\'s newest signals, oldest first, and none from after the night', async () => {
    const until = night - 100 * dayMs
    const { people } = await readHouse(house.ctx.models, until, { signalsEach: 10 })
    for (const { customerId, signals } of people) {
      const theirs = made.signals.filter(signal => signal.customerId === customerId && signal.at.getTime() <= until).map(signal => signal.at.getTime()).sort((a, b) => a - b)
      expect(signals.map(signal => signal.at)).toEqual(theirs.slice(-10))
    }
  })
})

describe('rolling back', () => {
  it('puts an earlier model in use, once, audited, and nights leave it', async () => {
    const before = (await ask<LearningModels>('dana', '/learning/models')).body
    now += 60_000
    const wish = { replacing: before.inUse, reason: 'Too sure since the fair' }
    const [first, second] = await Promise.all([ask<LearningModels>('meera', `/learning/models/${prior}/use`, wish), ask<LearningModels>('meera', `/learning/models/${prior}/use`, wish)])
    expect([first.status, second.status]).toEqual([200, 200])
    const again = await ask<LearningModels>('meera', `/learning/models/${prior}/use`, wish)
    expect(again.body).toMatchObject({ inUse: prior, pinned: true })
    expect(again.body.models.at(-1)!.uses[0]).toMatchObject({ why: 'rolled_back', by: { id: 'meera', name: 'Meera' }, reason: wish.reason, until: null })
    expect(await house.ctx.models.audit.countDocuments({ 'action': 'model.put_in_use', 'details.reason': wish.reason })).toBe(1)
    expect((await houseModel(house.ctx)).version).toBe(prior)
    let asked: StudyAsk | undefined
    now += 60_000
    await learnOnce(house.ctx, null, async (question) => { asked = question; return { outcome: 'pinned', people: 0, signals: 0, outcomes: 0, made: null, gain: null, reports: [] } })
    expect(asked).toMatchObject({ pinned: true, inUse: null })
    expect((await houseModel(house.ctx)).version).toBe(prior)
  })

  it('can let nights go on, and says who did', async () => {
    expect((await ask<LearningModels>('meera', `/learning/models/${prior}/use`, { replacing: prior, reason: 'enough of it', pinned: false })).body).toMatchObject({ inUse: prior, pinned: false })
    expect(await house.ctx.models.audit.findOne({ action: 'model.unpinned' }).lean()).toMatchObject({ actorId: 'meera', subjectId: prior, details: { reason: 'enough of it' } })
  })

  it('is refused where another model is in use by now, and for a version that is not there', async () => {
    expect(await ask('dana', '/learning/models/learnt-other/use', { replacing: prior, reason: 'why not' })).toMatchObject({ status: 404 })
    const [learnt] = (await ask<LearningModels>('dana', '/learning/models')).body.models
    expect(await ask('dana', `/learning/models/${learnt!.version}/use`, { replacing: 'learnt-other', reason: 'why not' })).toMatchObject({ status: 409, body: { error: { code: 'stale' } } })
  })

  it('is refused to an advisor', async () => {
    expect((await ask('asha', `/learning/models/${prior}/use`, { replacing: prior, reason: 'why not' })).status).toBe(403)
  })
})

describe('learning now', () => {
  it('is for administrators, and is done by the worker', async () => {
    expect((await ask('meera', '/learning/learn', {})).status).toBe(403)
    expect(await ask('dana', '/learning/learn', {})).toMatchObject({ status: 202, body: { state: 'asked' } })
    now += 60_000
    const learner = createLearner(house.ctx, { everyMs: 20, lease: { holder: 'this test', held: async () => true, release: async () => {} }, study: () => ({ done: Promise.resolve({ outcome: 'old_kept', people: 3, signals: 4, outcomes: 70, made: null, gain: null, reports: [] }), end: async () => {} }) })
    learner.start()
    await vi.waitFor(async () => expect((await ask<LearningStatus>('dana', '/learning')).body).toMatchObject({ state: 'idle', lastRun: { outcome: 'old_kept', by: { id: 'dana', name: 'Dana' }, people: 3 } }), { timeout: 10_000 })
    await learner.stop()
  })

  it('in a thread comes to the same as here', async () => {
    const question: StudyAsk = { untilMs: night - 300 * dayMs, version: 'learnt-x', inUse: null, pinned: false, stores: [{ id: 'mumbai', country: 'IN' }] }
    const there = await studyInThread(house.ctx, question).done
    expect(there).toMatchObject({ outcome: 'too_few', made: null })
    expect(there.outcomes).toBeLessThan(neededOutcomes)
    expect(there).toEqual(await studyHere(house.ctx)(question))
  }, 90_000)

  it('ended half way writes nothing', async () => {
    const { version } = await houseModel(house.ctx)
    const running = studyInThread(house.ctx, { untilMs: night, version: 'learnt-y', inUse: null, pinned: false, stores: [] })
    const ended = expect(running.done).rejects.toThrow('ended')
    await running.end()
    await ended
    expect((await houseModel(house.ctx)).version).toBe(version)
  })
})
