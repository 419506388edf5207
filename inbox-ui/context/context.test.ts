import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { breakdown, mainSteps } from './contributions.ts'
import { dayAt, dayBefore, daysBetween } from './days.ts'
import { pointAt, pointsUntil, shareOf } from './line.ts'

const part = (name: string, logit: number, signal: string | null = null) => ({ name, logit, signal, word: signal && `signal.${signal}` })
const logits = fc.double({ min: -4, max: 4, noNaN: true })

describe('a chance as a sum', () => {
  it('begins where everybody begins and ends at the chance, whatever was rounded on the way', () => {
    fc.assert(fc.property(logits, fc.array(logits, { maxLength: 40 }), (bias, values) => {
      const sum = breakdown({ bias, parts: values.map((logit, i) => part(`part${i}`, logit)) })
      const p = 1 / (1 + Math.exp(-(bias + values.toSorted((a, b) => Math.abs(b) - Math.abs(a)).reduce((total, logit) => total + logit, 0))))
      expect(sum.start + sum.steps.reduce((total, step) => total + step.points, 0)).toBe(sum.p)
      expect(Math.abs(sum.p - p * 100)).toBeLessThanOrEqual(0.5 + 1e-6)
    }))
  })
  it('takes all that is about one signal as one thing, the strongest thing first', () => {
    const { steps } = breakdown({ bias: -2, parts: [part('silence', -0.5), part('voice:seen', 1.1, 'voice'), part('voice:ago', -0.3, 'voice')] })
    expect(steps.map(step => [step.key, step.names, Number(step.logit.toFixed(6))])).toEqual([['signal:voice', ['voice:seen', 'voice:ago'], 0.8], ['silence', ['silence'], -0.5]])
  })
  it('says no more points of a thing than of one that weighs more, and none on the other side', () => {
    fc.assert(fc.property(logits, fc.array(logits, { maxLength: 40 }), (bias, values) => {
      const { steps } = breakdown({ bias, parts: values.map((logit, i) => part(`part${i}`, logit)) })
      steps.forEach(({ logit, points }, i) => {
        expect(Math.abs(points)).toBeLessThanOrEqual(Math.abs(steps[i - 1]?.points ?? Infinity) + 1)
        if (Math.abs(points) > 1) expect(Math.sign(points)).toBe(Math.sign(logit))
      })
    }))
  })
  it('puts the smallest things together without changing the sum', () => {
    const sum = breakdown({ bias: -1, parts: Array.from({ length: 12 }, (_, i) => part(`part${i}`, 1 / (i + 1))) })
    const { main, others } = mainSteps(sum, 5)
    expect([main.length, others?.count]).toEqual([5, 7])
    expect(sum.start + main.reduce((total, step) => total + step.points, 0) + others!.points).toBe(sum.p)
  })
  it('puts nothing together for the sake of a single one', () => expect(mainSteps(breakdown({ bias: 0, parts: [part('a', 1), part('b', 0.5)] }), 1)).toMatchObject({ main: [{ key: 'a' }, { key: 'b' }], others: null }))
})

describe('days to look back to', () => {
  it('are those of the customer\'s place', () => {
    const at = Date.parse('2026-11-22T20:30:00Z')
    expect([dayAt(at, 'Asia/Kolkata'), dayAt(at, 'America/New_York')]).toEqual(['2026-11-23', '2026-11-22'])
    expect(dayAt(at, 'Nowhere/Land')).toBe(dayAt(at, null))
  })
  it('are counted by the calendar, over months, leap days and changed clocks', () => {
    expect([dayBefore('2026-03-30', 1), dayBefore('2028-03-01', 1), dayBefore('2026-01-05', 90)]).toEqual(['2026-03-29', '2028-02-29', '2025-10-07'])
    fc.assert(fc.property(fc.integer({ min: 0, max: 4000 }), (days) => {
      expect(daysBetween(dayBefore('2026-11-22', days), '2026-11-22')).toBe(days)
    }))
  })
})

describe('the line of ninety days', () => {
  const points = [{ at: '2026-09-01T00:00:00.000Z', p: 0.1 }, { at: '2026-09-11T00:00:00.000Z', p: 0.4 }, { at: '2026-09-21T00:00:00.000Z', p: 0.2 }]
  it('goes on to now as somebody was last read', () => expect(pointsUntil(points, Date.parse('2026-10-01T00:00:00Z')).at(-1)).toEqual({ at: '2026-10-01T00:00:00.000Z', p: 0.2 }))
  it('ends with its last point where that is now, and stays empty without any', () => expect([pointsUntil(points, Date.parse(points[2]!.at)), pointsUntil([], 1)]).toEqual([points, []]))
  it('has every moment at its place in time', () => expect([shareOf(points, Date.parse('2026-09-06T00:00:00Z')), shareOf(points, 0), shareOf(points, 4e12), shareOf([], 5)]).toEqual([0.25, 0, 1, 1]))
  it('finds the point that is nearest in time', () => expect([0, 0.3, 0.74, 0.9].map(share => pointAt(points, share)?.p)).toEqual([0.1, 0.4, 0.4, 0.2]))
})
