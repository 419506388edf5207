import type { StudiedPerson } from './read-house.ts'
import { describe, expect, it } from 'vitest'
import { creditIn, endingsIn, withCredit } from './credit.ts'

const dayMs = 86_400_000
const until = Date.UTC(2026, 5, 1)
type Told = [ago: number, type: string, meta?: StudiedPerson['signals'][number]['meta'], storeId?: string]

const person = (customerId: string, ...days: Told[]): StudiedPerson => ({ customerId, storeIds: [], country: null, signals: days.map(([ago, type, meta, storeId = 'dubai']) => ({ type, at: until - ago * dayMs, storeId, ...(meta ? { meta } : {}) })) })
const people = withCredit([
  person('prompted', [20, 'price_asked'], [12, 'touch_campaign'], [5, 'touch_advisor', { source: 'layla' }], [3, 'walk_in'], [2.9, 'purchase']),
  person('alone', [4, 'piece_viewed'], [3, 'walk_in', undefined, 'bandra']),
  person('gone', [9, 'touch_advisor', { source: 'meera' }, 'bandra'], [8, 'lost', { outcome: 'Bought elsewhere ' }]),
  person('gone too', [7, 'lost', { outcome: 'bought elsewhere' }]),
  person('no reason', [6, 'lost']),
  person('peace', [6, 'touch_campaign'], [5, 'complaint'], [4, 'opt_out', { source: 'message' }]),
  person('long ago', [200, 'touch_advisor', { source: 'layla' }], [199, 'walk_in'], [198, 'lost', { outcome: 'moved away' }]),
])
const credit = creditIn(people, until - 28 * dayMs, until)
const kind = (name: string) => credit.byKind.find(row => row.kind === name)!

describe('the credit of some weeks', () => {
  it('counts each outcome once, and those of other weeks not at all', () => {
    expect(credit.all).toEqual({ visits: 2, purchases: 1, lost: 3, optOuts: 1 })
  })

  it('shares them out by kinds of touch without losing any', () => {
    for (const column of ['visits', 'purchases', 'lost', 'optOuts'] as const) expect(credit.byKind.reduce((sum, row) => sum + row[column], 0)).toBeCloseTo(credit.all[column], 2)
    expect(kind('unprompted')).toMatchObject({ visits: 1, lost: 2, touches: 0 })
    expect(kind('advisor').visits).toBeCloseTo(2 / 3, 2)
    expect(kind('campaign')).toMatchObject({ optOuts: 1, touches: 2 })
    expect(kind('bot')).toMatchObject({ visits: 0, touches: 0 })
  })

  it('by who wrote and through which store, the most credited first', () => {
    expect(credit.byAdvisor.map(row => [row.advisorId, row.touches, row.lost])).toEqual([['layla', 1, 0], ['meera', 1, 1]])
    expect(credit.byStore.map(row => row.storeId)).toEqual(['dubai', 'bandra'])
    expect(credit.byStore[0]!.purchases).toBe(1)
  })

  it('by what people showed before', () => {
    expect(credit.bySignal.find(row => row.signal === 'price_asked')).toMatchObject({ visits: 1, purchases: 1 })
    expect(credit.bySignal.find(row => row.signal === 'complaint')).toMatchObject({ visits: 0, optOuts: 1 })
  })
})

describe('how interest ended', () => {
  it('is told by reason, however it was spelt, with the newest people first', () => {
    const endings = endingsIn(people, until - 28 * dayMs, until)
    expect(endings.map(({ kind, reason, count }) => [kind, reason, count])).toEqual([['lost', 'Bought elsewhere', 2], ['lost', null, 1], ['opt_out', null, 1]])
    expect(endings[0]!.people.map(one => one.customerId)).toEqual(['gone too', 'gone'])
  })

  it('holds a few names of many, and few reasons of many', () => {
    const many = withCredit(Array.from({ length: 300 }, (_, i) => person(`p${i}`, [i / 20, 'lost', { outcome: `reason ${i % 20}` }])))
    const endings = endingsIn(many, until - 28 * dayMs, until)
    expect(endings).toHaveLength(12)
    expect(endings.every(ending => ending.count === 15 && ending.people.length === 8)).toBe(true)
  })
})
