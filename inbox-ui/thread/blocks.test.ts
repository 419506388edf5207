import type { MessageEntry } from '#contracts'
import type { TimelineItem } from './timeline.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeDivider } from './blocks.ts'

const message = (n: number): TimelineItem => ({ type: 'message', key: `m${n}`, entry: { id: `m${n}` } as MessageEntry, first: true, last: true })
const dayBefore = (n: number): TimelineItem => ({ type: 'day', key: `day:${n}`, at: '2026-11-22T00:00:00.000Z' })
/** Messages `from` up to `to`, with a day above the first of them and above every seventh. */
const timeline = (from: number, to: number): TimelineItem[] => Array.from({ length: to - from }, (_, i) => from + i).flatMap(n => n === from || n % 7 === 0 ? [dayBefore(n), message(n)] : [message(n)])
const keys = (blocks: { key: string }[]) => blocks.map(block => block.key)

describe('blocks of a thread', () => {
  it('keep their places while older pages come before and new messages after', () => {
    const divide = makeDivider()
    const before = keys(divide(timeline(1000, 1500)))
    expect(keys(divide(timeline(900, 1500))).slice(-before.length)).toEqual(before)
    expect(keys(divide(timeline(900, 1600)))).toEqual(expect.arrayContaining(before))
  })
  it('hold everything in order, never too much of it, whatever happens around them', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(130), fc.nat(130)), { minLength: 1, maxLength: 8 }), (growths) => {
      const divide = makeDivider()
      let [from, to] = [10_000, 10_001]
      for (const [older, newer] of growths) {
        from -= older
        to += newer
        const items = timeline(from, to)
        const blocks = divide(items)
        expect(blocks.flatMap(block => block.items)).toEqual(items)
        expect(Math.max(...blocks.map(block => block.items.length))).toBeLessThan(80)
        expect(new Set(keys(blocks)).size).toBe(blocks.length)
      }
    }), { numRuns: 40 })
  })
  it('of pages read one after another are few', () => {
    const divide = makeDivider()
    let blocks = 0
    for (let from = 5000; from >= 0; from -= 50) blocks = divide(timeline(from, 5050)).length
    expect(blocks).toBeLessThan(230)
  })
  it('are one where nothing was said', () => {
    expect(makeDivider()([dayBefore(1)])).toEqual([{ key: 'day:1', items: [dayBefore(1)] }])
    expect(makeDivider()([])).toEqual([])
  })
})
