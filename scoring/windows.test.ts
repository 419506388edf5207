import { describe, expect, it } from 'vitest'
import { foldInto } from './fold.ts'
import { learn } from './learn.ts'
import { replay } from './replay.ts'
import { kinds } from './simulation/kinds.ts'
import { randomFrom } from './simulation/random.ts'
import { dayMs, emptyState } from './state.ts'
import { closedWindows, windowTimes } from './windows.ts'

const { signals, map, outcome, horizonDays, startMs, days } = kinds.growing(randomFrom(11), 1500)
const untilMs = startMs + days * 0.8 * dayMs
const { model } = replay([], undefined, { cutoff: new Date(untilMs).toISOString(), horizonDays, outcome, map })
const isOutcome = (type: string) => type === outcome

function historiesOf(list: typeof signals) {
  const byCustomer = new Map<string, typeof signals>()
  for (const signal of list) {
    if (signal.at <= untilMs) byCustomer.set(signal.customerId, [...byCustomer.get(signal.customerId) ?? [], signal])
  }
  return Array.from(byCustomer.values(), (own) => {
    const sorted = own.toSorted((a, b) => a.at - b.at)
    const state = emptyState()
    for (const signal of sorted) foldInto(model, state, signal)
    return { signals: sorted, state }
  })
}

describe('closed windows', () => {
  it('have closed: none begins less than a horizon before the end', () => {
    for (const { at } of windowTimes(startMs, untilMs, horizonDays)) expect(untilMs - at).toBeGreaterThanOrEqual(horizonDays * dayMs)
  })

  it('fill the sample with people whose journey goes on, however many have ended', () => {
    const limit = 2000
    const asked = signals.filter(signal => signal.type !== outcome)
    const ended = asked.filter((_, i) => i % 10 > 0).map(({ customerId, at }) => ({ customerId, type: outcome, at: at + dayMs }))
    const most = historiesOf([...asked, ...ended])
    const draws = Float64Array.from(most, (_, i) => ((i * 7919) % most.length) / most.length)
    const rows = closedWindows(model, { types: [], sources: [] }, most, draws, untilMs, horizonDays, isOutcome, limit)
    const all = closedWindows(model, { types: [], sources: [] }, most, draws, untilMs, horizonDays, isOutcome, Infinity)
    expect(rows.y.length).toBeGreaterThan(Math.min(limit, all.y.length) * 0.75)
  })
})

describe('what is learnt from them', () => {
  it('follows a rate that has risen, as far as the newest windows', () => {
    const came = new Set(signals.filter(s => isOutcome(s.type) && s.at > untilMs && s.at <= untilMs + horizonDays * dayMs).map(s => s.customerId))
    const rows = [...replay(signals, undefined, { cutoff: new Date(untilMs).toISOString(), horizonDays, outcome, map }).rows]
    const ratio = rows.reduce((sum, { p }) => sum + p, 0) / rows.filter(({ customerId }) => came.has(customerId)).length
    expect(ratio).toBeGreaterThan(0.8)
    expect(ratio).toBeLessThan(1.25)
  })

  it('comes from the past of the house, not from one clock that ran thirty years late', () => {
    const short = historiesOf(signals.filter(signal => signal.at > untilMs - 1.5 * horizonDays * dayMs))
    const late = { customerId: 'late', type: 'form', at: untilMs - 30 * 365 * dayMs }
    const heads = [short, [...short, ...historiesOf([late])]].map(people => learn(model, people, untilMs, { isOutcome }).heads[0]!)
    expect(heads[0]!.learntDays).toBeLessThan(horizonDays)
    expect(heads[1]!.learntDays).toBe(heads[0]!.learntDays)
  })
})
