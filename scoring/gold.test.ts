import type { AssessContext } from './action.ts'
import type { GoldPrice } from './gold.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assess } from './assess.ts'
import { regionOfCountry } from './calendar/regions.ts'
import { fold } from './fold.ts'
import { goldMoveAt } from './gold.ts'
import { priorModel } from './model.ts'
import { randomFrom } from './simulation/random.ts'
import { dayMs, emptyState } from './state.ts'
import { actionInWords, words } from './words/index.ts'

const start = Date.UTC(2026, 0, 1)
const prior = priorModel()

/** Days of prices that wander by about `daily` a day, and then by `last` in all within the last seven days. */
function series(days: number, daily: number, last: number, seed = 1): GoldPrice[] {
  const random = randomFrom(seed)
  let price = 7000
  return Array.from({ length: days }, (_, i) => {
    price *= Math.exp(daily * random.normal() * (i < days - 7 ? 1 : 0.1) + (i < days - 7 ? 0 : Math.log1p(last) / 7))
    return { day: start + i * dayMs, price }
  })
}
const end = (prices: readonly GoldPrice[]) => prices.at(-1)!.day + dayMs / 2
const moveOf = (prices: readonly GoldPrice[]) => goldMoveAt(prices, end(prices))

describe('a move of gold', () => {
  it('is a fall or a rise that stands out of its ordinary days', () => {
    expect(moveOf(series(100, 0.007, -0.06))).toMatchObject({ days: 7 })
    expect(moveOf(series(100, 0.007, -0.06))!.percent).toBeLessThan(-4)
    expect(moveOf(series(100, 0.007, 0.08))!.percent).toBeGreaterThan(5)
  })

  it('is not the same fall where prices swing as much every week', () => {
    expect(moveOf(series(100, 0.03, -0.06))).toBeNull()
  })

  it('is none below three percent, however calm it was before', () => {
    expect(moveOf(series(100, 0.001, -0.02))).toBeNull()
  })

  it('is rare while prices only wander', () => {
    const told = Array.from({ length: 300 }, (_, seed) => {
      const random = randomFrom(seed + 1)
      let price = 100
      return moveOf(Array.from({ length: 120 }, (_, i) => ({ day: start + i * dayMs, price: price *= Math.exp(0.01 * random.normal()) })))
    }).filter(Boolean).length
    expect(told / 300).toBeLessThan(0.12)
  })

  it('is not told of old prices, of few, of one gap, or of a slip of the pen', () => {
    const prices = series(100, 0.007, -0.06)
    expect(goldMoveAt(prices, end(prices) + 5 * dayMs)).toBeNull()
    expect(goldMoveAt(prices.slice(-20), end(prices))).toBeNull()
    expect(goldMoveAt(prices.filter((_, i) => i < 80 || i > 95), end(prices))).toBeNull()
    expect(goldMoveAt([...prices.slice(0, -1), { ...prices.at(-1)!, price: 690 }], end(prices))).toBeNull()
    expect(goldMoveAt([], start)).toBeNull()
  })

  it('survives one wrong price in its history, days without trade, and prices that are none', () => {
    const prices = series(100, 0.007, -0.06)
    const odd = prices.map((one, i) => i === 50 ? { ...one, price: one.price * 10 } : one)
    const weekends = prices.map((one, i) => i % 7 > 4 && i < 90 ? { ...one, price: prices[i - (i % 7) + 4]!.price } : one)
    for (const list of [odd, weekends, [...prices, { day: start + 3 * dayMs, price: Number.NaN }, { day: start + 4 * dayMs, price: -1 }]]) expect(moveOf(prices)!.percent).toBe(goldMoveAt(list, end(prices))!.percent)
  })

  it('does not depend on the unit, the currency, the order, or what comes later', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 500 }), fc.double({ min: 0.01, max: 1e4, noNaN: true }), fc.double({ min: -0.2, max: 0.2, noNaN: true }), (seed, unit, last) => {
      const prices = series(110, 0.008, last, seed)
      const other = prices.map(({ day, price }) => ({ day, price: price * unit })).toReversed()
      expect(goldMoveAt([...other, { day: end(prices) + dayMs, price: 1 }], end(prices))).toEqual(moveOf(prices))
    }), { numRuns: 100 })
  })
})

describe('advice when gold has moved', () => {
  const weekly = Array.from({ length: 6 }, (_, i) => ({ type: 'piece_viewed', at: start + i * 20 * dayMs }))
  const calm = weekly.reduce((state, signal) => fold(prior, state, signal), emptyState())
  const at = start + 108 * dayMs
  const fell = { percent: -4, days: 7 }
  const rose = { percent: 5, days: 7 }
  const advice = (context: AssessContext, state = calm) => assess(prior, state, at, context).nextAction

  it('has a light word for somebody who likes gold and would be let be', () => {
    expect(advice({})).toMatchObject({ kind: 'wait' })
    expect(advice({ gold: { move: fell, likesGold: true } })).toMatchObject({ kind: 'nurture', channel: 'message', reason: { code: 'gold_fell', params: { percent: 4, days: 7 } } })
  })

  it('says nothing of gold to whom it is nothing, and a rise alone is no reason to write', () => {
    expect(advice({ gold: { move: fell, likesGold: false } })).toEqual(advice({}))
    expect(advice({ gold: { move: rose, likesGold: true } })).toEqual(advice({}))
  })

  it('concerns whoever pays into a gold scheme, until they have not for three months', () => {
    const saver = fold(prior, calm, { type: 'scheme_instalment', at: at - 20 * dayMs })
    const former = fold(prior, calm, { type: 'scheme_instalment', at: at - 94 * dayMs })
    expect(advice({ gold: { move: fell, likesGold: false } }, saver).reason.code).toBe('gold_fell')
    expect(advice({ gold: { move: fell, likesGold: false } }, former)).toEqual(advice({}, former))
  })

  it('stands beside other advice to act', () => {
    const asking = fold(prior, calm, { type: 'price_asked', at: at - dayMs })
    const standing = { awaitingReply: true }
    for (const move of [fell, rose]) {
      const told = advice({ ...standing, gold: { move, likesGold: true } }, asking)
      expect(told).toMatchObject({ kind: 'involve', reason: { code: 'answer_first' }, timing: { code: move.percent < 0 ? 'gold_fell' : 'gold_rose' } })
    }
  })

  it('leaves in peace who must be, who was just here, and who has not answered', () => {
    const gold = { move: fell, likesGold: true }
    const here = fold(prior, calm, { type: 'walk_in', at: at - dayMs })
    const touched = fold(prior, calm, { type: 'touch_followup', at: at - 7.5 * dayMs })
    const answered = fold(prior, fold(prior, calm, { type: 'touch_advisor', at: at - 3 * dayMs }), { type: 'piece_viewed', at: at - 2 * dayMs })
    expect(advice({ optedOut: true, gold }).kind).toBe('suppress')
    expect(advice({ complaintOpen: true, gold }).kind).toBe('suppress')
    for (const state of [here, touched, answered]) expect(advice({ gold }, state)).toEqual(advice({}, state))
  })

  it('never changes how likely anybody is', () => {
    const [without, having] = [assess(prior, calm, at), assess(prior, calm, at, { gold: { move: fell, likesGold: true } })]
    expect({ ...having, nextAction: null }).toEqual({ ...without, nextAction: null })
  })

  it('reads in every language with its figure', () => {
    for (const language of Object.keys(words) as (keyof typeof words)[]) expect(actionInWords(advice({ gold: { move: fell, likesGold: true } }), language)).toContain('4%')
    expect(actionInWords(advice({ gold: { move: fell, likesGold: true } }))).toBe('Gold fell 4% in 7 days: a good moment for a word about it')
  })
})

it('knows the region of a country, and none of one that it does not know', () => {
  expect(['IN', 'AE', 'SG', 'NO', null, undefined].map(country => regionOfCountry(country)?.code)).toEqual(['india', 'gulf', 'southeast_asia', undefined, undefined, undefined])
})
