import type { GoldCheck, GoldPrices } from '#contracts'
import type { TestHouse } from '../../testing/harness.ts'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { aSignal, put, putPerson } from '../../conversations/testing/people.ts'
import { startTestHouse } from '../../testing/harness.ts'
import { refold, rereadPeople } from '../index.ts'
import { rereadForGold } from './reread.ts'

const dayMs = 86_400_000
const beginning = Date.parse('2026-06-15T08:00:00.000Z')
let now = beginning
let house: TestHouse

const dayOf = (ago: number, from = now) => new Date(from - ago * dayMs).toISOString().slice(0, 10)
/** A hundred days of prices that go up and down by half a percent, and by `last` in all within the last week. */
function table(last: number, from = now): string {
  const rows = Array.from({ length: 100 }, (_, i) => {
    const ago = 99 - i
    return `${dayOf(ago, from)},INR,${(7000 * (i % 2 ? 1.005 : 1) * (1 + last * Math.max(0, 7 - ago) / 7)).toFixed(2)}`
  })
  return ['date,currency,price_per_gram', ...rows].join('\n')
}
async function send(csv: string, who: Record<string, string>, type = 'text/csv') {
  const answer = await house.inject({ method: 'POST', url: '/api/v1/gold-prices', headers: { ...who, 'content-type': type }, payload: csv })
  return { status: answer.statusCode, body: answer.json<Record<string, unknown> & { error?: { message: string } }>() }
}
const actionOf = async (id: string) => (await house.ctx.models.customers.findById(`customer-of-${id}`).lean())!.readiness!.nextAction
const revisionOf = async (id: string) => (await house.ctx.models.customers.findById(`customer-of-${id}`).lean())!.revision
async function rereadAll() { while (await rereadForGold(house.ctx)); }

/** How often pieces are asked for while all three are read anew together. */
async function readsOfPieces(): Promise<number> {
  const reads = vi.spyOn(house.ctx.models.pieces, 'find')
  try {
    await rereadPeople(house.ctx, await house.ctx.models.customers.find({ _id: { $in: ['golden', 'green', 'saver'].map(id => `customer-of-${id}`) } }).lean())
    return reads.mock.calls.length
  }
  finally { reads.mockRestore() }
}

/** Somebody who comes by every three weeks and was here eight days ago: to be let be. */
async function putCalm(id: string, pieceId: string | null): Promise<void> {
  await putPerson(house.ctx.models, { _id: id, name: id })
  await put(house.ctx.models, { signals: Array.from({ length: 6 }, (_, i) => aSignal({ _id: `${id}-${i}`, conversationId: id, type: 'piece_viewed', at: new Date(beginning - (8 + i * 21) * dayMs), ...(pieceId ? { meta: { pieceId } } : {}) })) })
  await refold(house.ctx, `customer-of-${id}`)
}

beforeAll(async () => {
  house = await startTestHouse({ now: () => now })
  const piece = { detail: 'hand made', category: 'bangle', price: null, currency: 'INR', imageUrl: null }
  await house.ctx.models.pieces.create({ ...piece, _id: 'bangle', sku: 'B-1', name: 'Four bangles', words: ['bangles', '22k', 'b1'] }, { ...piece, _id: 'jade', sku: 'B-2', name: 'Jade bangle', words: ['jade', 'bangle'] })
  await putCalm('golden', 'bangle')
  await putCalm('green', 'jade')
  await putCalm('saver', null)
  await put(house.ctx.models, { signals: [aSignal({ _id: 'paid', conversationId: 'saver', type: 'scheme_instalment', at: new Date(beginning - 8 * dayMs) })] })
  await refold(house.ctx, 'customer-of-saver')
})
afterAll(() => house.close())

describe('prices of gold', () => {
  it('are taken from an administrator or a key that may write the house, and from nobody else', async () => {
    expect((await send(table(0), await house.signIn('manager'))).status).toBe(403)
    expect((await send(table(0), await house.key('read:house'))).status).toBe(403)
    expect((await send(table(0), {})).status).toBe(401)
    expect(await send(table(0), await house.key('write:house'))).toMatchObject({ status: 200, body: { stored: 100, unchanged: 0, tooOld: 0 } })
  })

  it('are kept once for each day, however often they are told', async () => {
    expect((await send(table(0), await house.signIn('administrator'))).body).toEqual({ stored: 0, unchanged: 100, tooOld: 0 })
    expect(await house.ctx.models.goldPrices.countDocuments()).toBe(100)
  })

  it('are refused whole with the line that is wrong, for days to come, and where they are no table', async () => {
    const who = await house.signIn('administrator')
    expect(await send('date,currency,price_per_gram\n2026-06-14,INR,8000\n2026-06-14,INR,free', who)).toMatchObject({ status: 400, body: { error: { message: expect.stringContaining('Line 3') } } })
    expect((await send(`date,currency,price_per_gram\n${dayOf(-3)},INR,8000`, who)).status).toBe(400)
    expect((await send('{"date":"$gt"}', who, 'application/json')).status).toBe(400)
    expect((await send('x'.repeat(1_100_000), who)).status).toBe(413)
    expect(await house.ctx.models.goldPrices.countDocuments({ perGram: { $gte: 7900 } })).toBe(0)
  })

  it('are looked through before they are taken: every line that is wrong, and what the others would change', async () => {
    const who = await house.signIn('administrator')
    const check = async (csv: string) => (await house.inject({ method: 'POST', url: '/api/v1/gold-prices/check', headers: { ...who, 'content-type': 'text/csv' }, payload: csv })).json<GoldCheck>()
    const before = await house.ctx.models.goldPrices.countDocuments()
    const good = await check(`date,currency,price_per_ounce\n${dayOf(1)},aed,9642.08\n${dayOf(0)},aed,9642.08`)
    expect(good).toMatchObject({ problems: [], problemCount: 0, currencies: [{ currency: 'AED', from: dayOf(1), until: dayOf(0), known: null, added: 2, changed: 0, unchanged: 0 }], tooOld: 0 })
    expect(good.currencies[0]!.perGram).toBeCloseTo(310, 3)
    const { perGram } = (await house.ctx.models.goldPrices.findById(`INR:${dayOf(2)}`).lean())!
    expect(await check(`date,currency,price_per_gram\n${dayOf(2)},INR,${perGram}\n${dayOf(1)},INR,1\n${dayOf(2000)},INR,3000`)).toMatchObject({ currencies: [{ added: 0, changed: 1, unchanged: 1 }], tooOld: 1 })
    expect(await check(`date,currency,price_per_gram\n31/01/2026,INR,8000\n${dayOf(-3)},INR,8000`)).toMatchObject({ problemCount: 2, problems: [{ line: 2, code: 'date', value: '31/01/2026' }, { line: 3, code: 'future', value: dayOf(-3) }] })
    const { problems, problemCount } = await check(`date,currency,price_per_gram\n${'x,INR,1\n'.repeat(30)}`)
    expect([problemCount, problems.length]).toEqual([30, 20])
    expect(await house.ctx.models.goldPrices.countDocuments()).toBe(before)
    expect((await house.inject({ method: 'POST', url: '/api/v1/gold-prices/check', headers: { ...await house.signIn('manager'), 'content-type': 'text/csv' }, payload: table(0) })).statusCode).toBe(403)
  })

  it('that are too old to be kept are counted, and currencies have an end', async () => {
    const who = await house.signIn('administrator')
    expect((await send('date,currency,price_per_gram\n2020-01-01,INR,3500', who)).body).toEqual({ stored: 0, unchanged: 0, tooOld: 1 })
    const many = Array.from({ length: 12 }, (_, i) => `${dayOf(1)},X${String.fromCharCode(65 + i)}A,9`).join('\n')
    expect((await send(`date,currency,price_per_gram\n${many}`, who)).status).toBe(400)
  })
})

describe('when gold falls', () => {
  it('a calm price changes nobody\'s advice', async () => {
    await rereadAll()
    for (const id of ['golden', 'green', 'saver']) expect(await actionOf(id)).toMatchObject({ kind: 'wait', reason: { code: 'within_rhythm' } })
    expect(await readsOfPieces()).toBe(0)
  })

  it('whoever likes gold or saves for it is told of with their next action, and nobody else is touched', async () => {
    const before = await revisionOf('green')
    const who = await house.signIn('administrator')
    expect((await send(table(-0.06), who)).body).toMatchObject({ stored: 7 })
    const shown = await house.inject({ url: '/api/v1/gold-prices', headers: who })
    expect(shown.json()).toMatchObject({ currencies: [{ currency: 'INR', day: dayOf(0), week: -5.5, move: { percent: -6, days: 7 } }] })
    expect(shown.json<GoldPrices>().currencies[0]!.line).toHaveLength(90)
    await rereadAll()
    for (const id of ['golden', 'saver']) expect(await actionOf(id)).toMatchObject({ kind: 'nurture', reason: { code: 'gold_fell', params: { percent: 6, days: 7 } } })
    expect(await revisionOf('green')).toBe(before)
    const answer = await house.inject({ url: '/api/v1/customers/customer-of-golden/readiness', headers: await house.signIn('asha') })
    expect(answer.json<{ inWords: { nextAction: string } }>().inWords.nextAction).toBe('Gold fell 6% in 7 days: a good moment for a word about it')
  })

  it('what it is to several people who are written together is read once for all of them', async () => {
    expect(await readsOfPieces()).toBe(1)
    expect((await actionOf('golden')).reason.code).toBe('gold_fell')
  })

  it('the replay of a day before it says nothing of it', async () => {
    const replayed = async (ago: number) => (await house.inject({ url: `/api/v1/customers/customer-of-golden/readiness/replay?day=${dayOf(ago)}`, headers: await house.signIn('asha') })).json<{ readiness: { nextAction: { reason: { code: string } } } }>().readiness.nextAction.reason.code
    expect(await replayed(0)).toBe('gold_fell')
    expect(await replayed(7)).not.toBe('gold_fell')
  })

  it('people are read anew once, and again when it is over', async () => {
    const before = await revisionOf('golden')
    await rereadAll()
    expect(await revisionOf('golden')).toBe(before)
    now += 5 * dayMs
    await rereadAll()
    expect((await actionOf('golden')).reason.code).not.toBe('gold_fell')
  })
})
