import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { signalTypes } from '#contracts'
import { creditedOutcomes, creditOf, touchKindOf } from './attribution.ts'
import { dayMs } from './state.ts'

const start = Date.UTC(2026, 0, 1)
/** Signals by the day on which they came. */
const story = (...days: [number, string][]) => days.map(([day, type]) => ({ type, at: start + day * dayMs }))
const one = (...days: [number, string][]) => creditOf(story(...days)).at(-1)!
const anyStory = fc.array(fc.record({ type: fc.constantFrom(...signalTypes), at: fc.integer({ min: 0, max: 200 * 24 }).map(hours => start + hours * dayMs / 24) }), { maxLength: 40 }).map(list => list.toSorted((a, b) => a.at - b.at))

describe('credit for an outcome', () => {
  it('goes to the touches of the thirty days before, half as much to one that is a week older', () => {
    const { touches } = one([0, 'touch_campaign'], [40, 'touch_followup'], [47, 'touch_advisor'], [49, 'purchase'])
    expect(touches.map(touch => touch.place)).toEqual([2, 1])
    expect(touches[0]!.share / touches[1]!.share).toBeCloseTo(2, 9)
  })

  it('is nobody\'s when we had not written: they came unprompted', () => {
    expect(one([0, 'touch_advisor'], [31, 'walk_in']).touches).toEqual([])
    expect(one([5, 'walk_in'], [6, 'touch_advisor']).touches).toEqual([])
  })

  it('goes for a second purchase to what came after the first', () => {
    const [first, second] = creditOf(story([0, 'touch_advisor'], [3, 'purchase'], [8, 'touch_campaign'], [9, 'purchase']))
    expect(first!.touches).toEqual([{ place: 0, share: 1 }])
    expect(second!.touches).toEqual([{ place: 2, share: 1 }])
  })

  it('is given once for an hour that was kept and the step through the door', () => {
    expect(creditOf(story([3, 'appointment_kept'], [3.1, 'walk_in'], [3.1, 'purchase'])).map(credited => credited.outcome)).toEqual(['visit', 'purchase'])
  })

  it('is shared by signals that speak for coming, and for a loss by those that speak against', () => {
    const { signals } = one([0, 'like'], [6, 'price_asked'], [7, 'complaint'], [8, 'walk_in'])
    expect(signals.map(signal => signal.type)).toEqual(['price_asked', 'like'])
    expect(signals[0]!.share).toBeGreaterThan(0.85)
    expect(one([0, 'price_asked'], [7, 'complaint'], [8, 'opt_out']).signals).toEqual([{ type: 'complaint', share: 1 }])
    expect(one([0, 'price_asked'], [9, 'lost']).signals).toEqual([])
  })

  it('takes a courtesy for no sign', () => {
    expect(creditOf([{ type: 'message', at: start, meta: { polite: true } }, { type: 'walk_in', at: start + dayMs }])[0]!.signals).toEqual([])
  })

  it('is one for each outcome or none, goes only to what came before it, and to no touch twice for outcomes of a kind', () => {
    fc.assert(fc.property(anyStory, (signals) => {
      const credited = creditOf(signals)
      for (const { outcome, place, touches, signals: shown } of credited) {
        expect(creditedOutcomes).toContain(outcome)
        for (const shares of [touches, shown]) {
          expect([0, 1]).toContainEqual(Math.round(shares.reduce((sum, { share }) => sum + share, 0) * 1e9) / 1e9)
          for (const { share } of shares) expect(share).toBeGreaterThan(0)
        }
        for (const touch of touches) {
          expect(touch.place).toBeLessThan(place)
          expect(touchKindOf(signals[touch.place]!.type)).toBeDefined()
          expect(signals[place]!.at - signals[touch.place]!.at).toBeLessThanOrEqual(30 * dayMs)
        }
      }
      for (const kind of creditedOutcomes) {
        const places = credited.filter(({ outcome }) => outcome === kind).flatMap(({ touches }) => touches.map(touch => touch.place))
        expect(new Set(places).size).toBe(places.length)
      }
    }), { numRuns: 300 })
  })

  it('does not change with what comes later', () => {
    fc.assert(fc.property(anyStory, anyStory, (signals, more) => {
      const later = more.map(signal => ({ ...signal, at: signal.at + 300 * dayMs }))
      expect(creditOf([...signals, ...later]).slice(0, creditOf(signals).length)).toEqual(creditOf(signals))
    }), { numRuns: 100 })
  })
})
