import type { Model } from './model.ts'
import type { FoldSignal, State } from './state.ts'
import { beforeAll, describe, expect, it } from 'vitest'
import { assess } from './assess.ts'
import { foldInto } from './fold.ts'
import { chance } from './forecast.ts'
import { learn } from './learn.ts'
import { priorModel } from './model.ts'
import { signalTable } from './signals.ts'
import { simulateHouse } from './simulation/jewellery.ts'
import { randomFrom } from './simulation/random.ts'
import { dayMs, emptyState } from './state.ts'

const minute = 60_000
const start = Date.UTC(2025, 0, 1)
const prior = priorModel()

const foldAll = (signals: readonly FoldSignal[], state = emptyState()) => signals.reduce((before, next) => foldInto(prior, before, next), state)
/** Signals of a type with pauses of `pause` minutes between them. */
const row = (type: string, count: number, pause: number, from = start) => Array.from({ length: count }, (_, i) => ({ id: `${type}-${i}`, type, at: from + i * pause * minute }))
const p30 = (model: Model, state: State, at: number) => chance(model, model.heads[1]!, state, at)
const logit = (p: number) => Math.log(p / (1 - p))

describe('what somebody writes at one go', () => {
  it('is one contact until they pause for more than ten minutes', () => {
    const [atOnce, apart] = [foldAll(row('question', 5, 9)), foldAll(row('question', 5, 11))]
    expect(atOnce.active[2]).toBeCloseTo(1, 1)
    expect(apart.active[2]).toBeCloseTo(5, 1)
    expect(atOnce.types.question).toEqual([5, 1, start + 36 * minute])
    expect(apart.types.question![1]).toBeCloseTo(5, 1)
  })

  it('says as much of each kind as one of the kind, and no more of where they stand', () => {
    const asked = foldAll([...row('message', 1, 0), ...row('question', 6, 0.5), ...row('image', 3, 0.5)].toSorted((a, b) => a.at - b.at))
    expect(asked.active).toEqual([1, 1, 1])
    expect(Object.values(asked.types).map(([, decayed]) => decayed)).toEqual([1, 1, 1])
    expect(asked.depths).toEqual(foldAll([...row('message', 1, 0), ...row('question', 1, 0), ...row('image', 1, 0)]).depths)
  })
})

describe('what we write at one go', () => {
  const known = row('inquiry', 1, 0)
  const ours = (count: number, pause: number) => row('touch_advisor', count, pause, start + 5 * dayMs)

  it('disturbs once: five pictures are one touch without an answer, and silence nobody', () => {
    const [one, five] = [foldAll([...known, ...ours(1, 0)]), foldAll([...known, ...ours(5, 1)])]
    expect(five).toMatchObject({ touches: 1, unanswered: 1, touched: one.touched })
    const at = start + 6 * dayMs
    expect(assess(prior, five, at).nextAction).toEqual(assess(prior, one, at).nextAction)
    expect(assess(prior, foldAll([...known, ...ours(5, 11)]), at).nextAction.reason).toEqual({ code: 'touches_unanswered', params: { n: 5 } })
  })

  it('is answered by a reply to any of it, but for what comes after the reply', () => {
    const written = foldAll([...known, ...ours(3, 4)])
    const reply = { type: 'message', at: start + 5 * dayMs + 9 * minute }
    expect(foldAll([reply], written).unanswered).toBe(0)
    expect(foldAll([{ type: 'touch_advisor', at: reply.at + 2 * minute }], written).unanswered).toBe(1)
    const late = foldAll([reply], foldAll([...known, ...ours(4, 4)]))
    expect(late.unanswered).toBe(1)
  })
})

describe('a model that has learnt from a house', () => {
  const { signals, truths, startMs } = simulateHouse(randomFrom(11), 500, 300)
  const untilMs = startMs + 300 * dayMs
  const whole = truths.map(({ customerId }) => signals.filter(signal => signal.customerId === customerId && signal.at <= untilMs).toSorted((a, b) => a.at - b.at))
  let learnt: Model
  beforeAll(() => { learnt = learn(prior, whole.map(list => ({ signals: list, state: foldAll(list) })), untilMs) })

  it.each(['message', 'question', 'image', 'piece_viewed', 'touch_advisor'])('promises no less for the fifth %s of two minutes than for the first', (type) => {
    expect(learnt.learnt.positives).toBeGreaterThan(100)
    for (const list of whole) {
      const said = row(type, 5, 0.5, untilMs)
      const first = foldAll([...list, said[0]!])
      const before = p30(learnt, first, untilMs)
      const after = p30(learnt, foldAll(said.slice(1), first), untilMs + 2 * minute)
      expect(logit(after)).toBeGreaterThan(logit(before) - 0.01)
    }
  })

  it('says almost the same of people whose every message came in pieces', () => {
    const random = randomFrom(3)
    const shifts = whole.map((list) => {
      const pieces = list.flatMap(signal => Array.from({ length: signalTable[signal.type]!.outcome ? 1 : 1 + Math.floor(random.next() * 6) }, (_, i) => ({ ...signal, at: signal.at + i * minute / 2 })))
      return Math.abs(logit(p30(learnt, foldAll(pieces.toSorted((a, b) => a.at - b.at)), untilMs)) - logit(p30(learnt, foldAll(list), untilMs)))
    }).sort((a, b) => a - b)
    expect(shifts[Math.floor(shifts.length * 0.9)]).toBeLessThan(0.02)
  })
})
