import type { NextAction } from '#contracts'
import type { Contact } from './gain.ts'
import { describe, expect, it } from 'vitest'
import { explorationRate, explore, exploreAdvice } from './explore.ts'
import { gainOf, learnGain } from './gain.ts'
import { randomFrom } from './simulation/random.ts'

/**
 * People with two traits: the first says who comes anyway, the second whom contact moves (above 0) or annoys (below). Automations contact those who are
 * likely, and leave `rate` of it to chance.
 */
function world(seed: number, size: number, rate: number): (Contact & { true: number })[] {
  const random = randomFrom(seed)
  const sigmoid = (z: number) => 1 / (1 + Math.exp(-z))
  return Array.from({ length: size }, () => {
    const [likely, moved] = [random.normal(), random.normal()]
    const alone = sigmoid(-2.2 + 1.2 * likely)
    const contacted = sigmoid(-2.2 + 1.2 * likely + 0.9 * moved)
    const { act, chance } = explore(likely > 0.5, { draw: random.next(), rate })
    return { x: [likely, moved], acted: act, chance, came: random.chance(act ? contacted : alone), true: contacted - alone }
  })
}

/** Gain that choosing the first third by a ranking brings, over choosing by chance: what Qini measures, with the truth known. */
function won(people: readonly { true: number }[], rank: (i: number) => number): number {
  const order = people.map((_, i) => i).sort((a, b) => rank(b) - rank(a))
  const mean = (list: number[]) => list.reduce((sum, i) => sum + people[i]!.true, 0) / list.length
  return mean(order.slice(0, Math.floor(people.length / 3))) - mean(order)
}

describe('exploring', () => {
  it('does as advised but for one time in forty, and keeps the chance of what it did', () => {
    const random = randomFrom(5)
    const all = Array.from({ length: 20_000 }, () => explore(true, { draw: random.next() }))
    expect(all.filter(one => one.explored).length / all.length).toBeCloseTo(explorationRate / 2, 2)
    expect(all.every(one => one.chance === (one.act ? 0.975 : 0.025))).toBe(true)
    expect(explore(false, { draw: 0.02 })).toEqual({ act: true, chance: 0.025, explored: true })
    expect(explore(false, { draw: 0.03 })).toEqual({ act: false, chance: 0.975, explored: false })
  })

  it('never contacts whoever must be left alone', () => {
    for (const draw of [0, 0.01, 0.5]) expect(explore(true, { draw, forbidden: true })).toEqual({ act: false, chance: 1, explored: false })
  })
})

describe('exploring a next action', () => {
  const advice = (kind: NextAction['kind'], code: string) => ({ kind, reason: { code, params: {} } })

  it('does as advised, to wait, to nurture or to involve, and now and then the other', () => {
    for (const kind of ['nurture', 'involve', 'ready'] as const) {
      expect(exploreAdvice(advice(kind, 'top_tenth'), 0.5)).toEqual({ act: true, chance: 0.975, explored: false })
      expect(exploreAdvice(advice(kind, 'top_tenth'), 0.98)).toEqual({ act: false, chance: 0.025, explored: true })
    }
    expect(exploreAdvice(advice('wait', 'within_rhythm'), 0.5)).toEqual({ act: false, chance: 0.975, explored: false })
    expect(exploreAdvice(advice('wait', 'within_rhythm'), 0.01)).toEqual({ act: true, chance: 0.025, explored: true })
  })

  it('never tries out what would be a burden', () => {
    for (const said of [advice('suppress', 'opted_out'), advice('suppress', 'touches_unanswered'), advice('wait', 'just_came'), advice('wait', 'enough_touches')])
      expect(exploreAdvice(said, 0)).toEqual({ act: false, chance: 1, explored: false })
  })
})

describe('the gain of contact', () => {
  const test = world(2, 4000, 0.5)
  const model = learnGain(world(1, 12_000, 0.5))!

  it('is learnt from contacts that chance decided: whom contact moves, and whom it keeps away', () => {
    expect(gainOf(model, [0, 1.5])).toBeGreaterThan(0.05)
    expect(gainOf(model, [0, -1.5])).toBeLessThan(-0.02)
    const error = test.reduce((sum, one) => sum + Math.abs(gainOf(model, one.x) - one.true), 0) / test.length
    expect(error).toBeLessThan(0.03)
  })

  it('chooses whom to contact better than how likely they are', () => {
    const byGain = won(test, i => gainOf(model, test[i]!.x))
    const byChance = won(test, i => test[i]!.x[0]!)
    expect(byGain).toBeGreaterThan(0.08)
    expect(byGain).toBeGreaterThan(4 * byChance)
  })

  it('does not take whom we contacted anyway for whom contact moved', () => {
    const biased = learnGain(world(3, 60_000, 0.2))!
    // Those contacted came far more often, because they were likely; contact itself does nothing for somebody of middling second trait.
    const people = world(3, 60_000, 0.2)
    const rate = (acted: boolean) => people.filter(one => one.acted === acted && one.came).length / people.filter(one => one.acted === acted).length
    expect(rate(true) - rate(false)).toBeGreaterThan(0.1)
    expect(Math.abs(gainOf(biased, [0, 0]))).toBeLessThan(0.03)
  })

  it('is not known from a few', () => {
    expect(learnGain(world(4, 300, 0.5))).toBeNull()
    expect(learnGain([])).toBeNull()
    expect(learnGain(world(4, 5000, 0.5).map(one => ({ ...one, acted: true })))).toBeNull()
  })

  it('is not poisoned by absurd values', () => {
    const odd: Contact[] = [{ x: [Number.NaN, 0], acted: true, chance: 0.5, came: true }, { x: [0, 0], acted: true, chance: 0, came: true }, { x: [1e300, 0], acted: false, chance: 1e-9, came: true }]
    const with3 = learnGain([...world(1, 12_000, 0.5), ...odd.slice(0, 2)])!
    expect(gainOf(with3, [0, 1])).toBeCloseTo(gainOf(model, [0, 1]), 12)
    expect(Number.isFinite(gainOf(model, [1e300, -1e300]))).toBe(true)
  })
})
