import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { span } from './window.ts'

const never = () => false

describe('the part of a column that is drawn', () => {
  it('is what the reader sees and a margin on both sides', () => {
    expect(span(Array.from({ length: 100 }, () => 1000), { top: 50_000, height: 1000 }, never)).toEqual([48, 49, 50, 51, 52])
  })
  it('lets go later than it takes up', () => {
    const heights = Array.from({ length: 100 }, () => 1000)
    expect(span(heights, { top: 50_000, height: 1000 }, at => at === 47 || at === 40)).toEqual([47, 48, 49, 50, 51, 52])
  })
  it('always covers the view, and is never more than a few views high beside the blocks that it cuts', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 300 }), fc.nat(500_000), fc.integer({ min: 300, max: 1500 }), fc.func(fc.boolean()), (heights, scroll, height, isDrawn) => {
      const total = heights.reduce((sum, one) => sum + one, 0)
      const top = Math.min(scroll, Math.max(0, total - height))
      const chosen = span(heights, { top, height }, isDrawn)
      let y = 0
      for (const [at, one] of heights.entries()) {
        if (y < top + height && y + one > top) expect(chosen).toContain(at)
        y += one
      }
      expect(chosen.reduce((sum, at) => sum + heights[at]!, 0)).toBeLessThanOrEqual(height * 6 + 2 * 3000)
    }))
  })
})
