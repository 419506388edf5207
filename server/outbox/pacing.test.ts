import { describe, expect, it } from 'vitest'
import { createPacing } from './pacing.ts'

const rate = { burst: 3, intervalMs: 6_000 }

describe('pacing', () => {
  it('lets a burst through and then one for every interval', () => {
    const pacing = createPacing()
    const wants = [{ key: 'pair', rate }]
    expect([0, 0, 0, 0].map(at => pacing.take(wants, at))).toEqual([0, 0, 0, 6_000])
    expect(pacing.take(wants, 5_999)).toBe(1)
    expect(pacing.take(wants, 6_000)).toBe(0)
  })

  it('takes from all buckets or from none', () => {
    const pacing = createPacing()
    const number = { key: 'number', rate: { burst: 1, intervalMs: 10 } }
    expect(pacing.take([number, { key: 'a', rate }], 0)).toBe(0)
    expect(pacing.take([number, { key: 'b', rate: { burst: 1, intervalMs: 1_000 } }], 0)).toBe(10)
    expect(pacing.take([{ key: 'b', rate: { burst: 1, intervalMs: 1_000 } }], 0)).toBe(0)
  })

  it('holds a key until its time', () => {
    const pacing = createPacing()
    pacing.hold('number', 500)
    expect(pacing.take([{ key: 'number', rate }], 100)).toBe(400)
    expect(pacing.take([{ key: 'number', rate }], 500)).toBe(0)
  })
})
