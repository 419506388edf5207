import type { Level } from './level.ts'
import { describe, expect, it } from 'vitest'
import { levelNow } from './level.ts'
import { randomFrom } from './simulation/random.ts'

const random = randomFrom(5)
/** A window of people whom a model promised 0.2 on average, where the truth lies `off` logits away. */
function window(off: number, people = 800): Level {
  const logits = Array.from({ length: people }, () => -1.4 + random.normal())
  return { logits, came: logits.filter(z => random.chance(1 / (1 + Math.exp(-z - off)))).length }
}

describe('the level of the newest windows', () => {
  it('moves nothing where the model was right all along', () => {
    for (let turn = 0; turn < 20; turn++) expect(levelNow(Array.from({ length: 8 }, () => window(0)))).toBe(0)
  })

  it('is found after a turn of the world, most of it', () => {
    const now = levelNow([0.4, 0.4, 0.4, 0.4, 0.4, -0.6, -0.6].map(off => window(off)))
    expect(now).toBeGreaterThan(-0.8)
    expect(now).toBeLessThan(-0.4)
  })

  it('follows a season', () => {
    const season = Array.from({ length: 20 }, (_, k) => Math.sin(k / 2))
    expect(levelNow(season.map(off => window(off)))).toBeCloseTo(season.at(-1)!, 0)
  })

  it('is not moved by one odd window among many', () => {
    expect(Math.abs(levelNow([0, 0, 0, -0.5, 0, 0, 0, 0].map(off => window(off))))).toBeLessThan(0.1)
  })

  it('says nothing of few windows, and nothing absurd where nobody came', () => {
    expect(levelNow([window(0), window(0), window(-2)])).toBe(0)
    expect(levelNow([])).toBe(0)
    const nobody = Array.from({ length: 6 }, (_, k) => ({ logits: Array.from({ length: 300 }, () => -2), came: k < 4 ? 36 : 0 }))
    const now = levelNow(nobody)
    expect(now).toBeLessThanOrEqual(0)
    expect(now).toBeGreaterThan(-3)
  })
})
