import type { ReplaySignal, SignalMap } from './replay.ts'
import type { FoldSignal, State } from './state.ts'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { Readiness, signalTypes } from '#contracts'
import { assess, readinessLine, withPoint } from './assess.ts'
import { whatWouldChange } from './change.ts'
import { fold } from './fold.ts'
import { forecast, forecasts } from './forecast.ts'
import { learn } from './learn.ts'
import { priorModel } from './model.ts'
import { replay } from './replay.ts'
import { signalTable } from './signals.ts'
import { kinds } from './simulation/kinds.ts'
import { randomFrom } from './simulation/random.ts'
import { dayMs, emptyState } from './state.ts'
import { reasonInWords } from './words/index.ts'

const prior = priorModel()
const start = Date.UTC(2025, 0, 1)
const foldAll = (signals: readonly FoldSignal[]) => signals.reduce((state, s) => fold(prior, state, s), emptyState())
const signal = fc.record({
  type: fc.constantFrom(...signalTypes),
  at: fc.integer({ min: 0, max: 300 * 24 }).map(hours => start + hours * dayMs / 24),
})
const history = fc.array(signal, { maxLength: 25 }).map(list => foldAll(list.toSorted((a, b) => a.at - b.at)))
const sigmoid = (z: number) => 1 / (1 + Math.exp(-z))

describe('an assessment', () => {
  it('is a readiness as the contracts describe it, for anybody at any time', () => {
    fc.assert(fc.property(history, fc.integer({ min: -50, max: 2000 }), (state, day) => {
      const readiness = Readiness.parse(assess(prior, state, start + day * dayMs))
      expect(readiness.p7).toBeLessThanOrEqual(readiness.p30)
      expect(readiness.p30).toBeLessThanOrEqual(readiness.p90)
    }), { numRuns: 200 })
  })

  it('knows nothing of someone unknown and says so', () => {
    const readiness = assess(prior, emptyState(), start)
    expect(readiness.nextAction).toMatchObject({ kind: 'wait', reason: { code: 'nothing_known' } })
    expect(readiness.stage).toBe('discovering')
    expect(readiness.p30).toBeLessThan(0.1)
  })

  it('never falls for a stronger signal from the same state', () => {
    const rising = Object.entries(signalTable).filter(([, spec]) => spec.side === 'customer' && spec.active && !spec.outcome).toSorted((a, b) => a[1].weight - b[1].weight)
    fc.assert(fc.property(history, fc.nat(rising.length - 1), fc.nat(rising.length - 1), (state, i, j) => {
      const [weak, strong] = [rising[Math.min(i, j)]![0], rising[Math.max(i, j)]![0]]
      fc.pre(!state.types[weak] && !state.types[strong] && Object.keys(state.types).length < 10)
      const at = Math.max(state.ref, start)
      const after = (type: string) => assess(prior, fold(prior, state, { type, at }), at).p30
      expect(after(strong)).toBeGreaterThanOrEqual(after(weak) - 1e-6)
    }), { numRuns: 200 })
  })

  it('reads the same silence by the rhythm of each', () => {
    const weekly = foldAll(Array.from({ length: 20 }, (_, i) => ({ type: 'message', at: start + i * 7 * dayMs })))
    const monthly = foldAll(Array.from({ length: 5 }, (_, i) => ({ type: 'message', at: start + (13 + i * 30) * dayMs })))
    const at = start + 133 * dayMs + 30 * dayMs
    expect(assess(prior, weekly, at).silence.withinRhythm).toBe(false)
    expect(assess(prior, monthly, at).silence.withinRhythm).toBe(true)
  })

  it('suppresses after five touches without an answer, an opt-out or a complaint', () => {
    const touched = foldAll([{ type: 'inquiry', at: start }, ...Array.from({ length: 5 }, (_, i) => ({ type: 'touch_followup', at: start + (i + 1) * dayMs }))])
    const known = foldAll([{ type: 'inquiry', at: start }])
    expect(assess(prior, touched, start + 6 * dayMs).nextAction).toMatchObject({ kind: 'suppress', reason: { code: 'touches_unanswered', params: { n: 5 } } })
    expect(assess(prior, known, start, { optedOut: true }).nextAction.reason.code).toBe('opted_out')
    expect(assess(prior, known, start, { complaintOpen: true }).nextAction.reason.code).toBe('complaint_open')
  })

  it('calls for an answer to a strong sign once: who was answered is let be', () => {
    const asked = foldAll([{ type: 'inquiry', at: start }, { type: 'price_asked', at: start + dayMs }])
    const answered = fold(prior, asked, { type: 'touch_advisor', at: start + 1.1 * dayMs })
    expect(assess(prior, asked, start + 1.5 * dayMs).nextAction).toMatchObject({ kind: 'involve', reason: { code: 'strong_signal', params: { signal: 'price_asked' } } })
    expect(assess(prior, answered, start + 1.5 * dayMs).nextAction.reason.code).not.toBe('strong_signal')
    const repaired = fold(prior, answered, { type: 'repair_ready', at: start + 1.2 * dayMs })
    expect(assess(prior, repaired, start + 1.5 * dayMs).nextAction.reason).toEqual({ code: 'strong_signal', params: { signal: 'repair_ready' } })
  })

  it('marks nobody otherwise than it advises', () => {
    fc.assert(fc.property(history, fc.integer({ min: 0, max: 400 }), fc.boolean(), (state, day, optedOut) => {
      const { mark, nextAction } = assess(prior, state, start + day * dayMs, { optedOut })
      if (nextAction.kind === 'suppress') expect(mark).toBe('let_be')
      if (mark === 'let_be') expect(['wait', 'suppress']).toContain(nextAction.kind)
    }), { numRuns: 300 })
  })

  it('says of a single contact one thing', () => {
    const once = foldAll([{ type: 'message', at: start }])
    const codes = assess(prior, once, start + 90 * dayMs).reasons.map(reason => reason.code)
    expect(codes).toContain('silence_first')
    expect(codes).not.toContain('little_contact')
  })

  it('says why in sentences whose logits are parts of logit p', () => {
    const state = foldAll([
      { id: 'a', type: 'inquiry', at: start },
      { id: 'b', type: 'piece_viewed', at: start + 2 * dayMs, meta: { pieceId: 'r', pieceName: 'Solitaire R-221' } },
      { id: 'c', type: 'piece_viewed', at: start + 4 * dayMs, meta: { pieceId: 'r' } },
      { id: 'd', type: 'voice', at: start + 40 * dayMs },
    ])
    const { reasons } = assess(prior, state, start + 41 * dayMs)
    expect(reasons.length).toBeGreaterThan(0)
    expect(reasons.find(r => r.code === 'piece_again')).toMatchObject({ params: { piece: 'Solitaire R-221', times: 2, days: 2 }, signalIds: ['c', 'b'] })
    expect(reasons.find(r => r.code === 'voice_after_quiet')).toMatchObject({ params: { quietDays: 36 }, signalIds: ['d'] })
  })

  it('says no sentence twice, and keeps every part of it', () => {
    fc.assert(fc.property(history, fc.integer({ min: 0, max: 400 }), (state, day) => {
      const { reasons } = assess(prior, state, start + day * dayMs)
      expect(new Set(reasons.map(reason => reasonInWords(reason))).size).toBe(reasons.length)
    }), { numRuns: 300 })
    // A visit after two months that was a message, a photo and a look at once: one sentence with three signals behind it.
    const state = foldAll([{ type: 'inquiry', at: start }, ...(['price_changed', 'image', 'question', 'voice'] as const).map(type => ({ id: type, type, at: start + 60 * dayMs }))])
    const at = start + 61 * dayMs
    const back = assess(prior, state, at).reasons.filter(reason => reason.code === 'voice_after_quiet' || reason.code === 'back_after_quiet')
    expect(back).toHaveLength(1)
    expect(back[0]!.code).toBe('voice_after_quiet')
    expect(back[0]!.signalIds.toSorted()).toEqual(['image', 'question', 'voice'])
    const parts = forecasts(prior, state, at)[1]!.contributions
    expect(back[0]!.logit).toBeLessThanOrEqual(parts.filter(part => part.logit > 0).reduce((sum, part) => sum + part.logit, 0) + 1e-9)
  })

  it('takes nobody of the house for where somebody came from', () => {
    const touched = foldAll([{ type: 'touch_advisor', at: start, meta: { source: 'meera' } }, { type: 'walk_in', at: start + dayMs, meta: { source: 'instagram' } }])
    expect(touched.source).toBe('instagram')
    expect(foldAll([{ type: 'message', at: start }, { type: 'touch_advisor', at: start + dayMs, meta: { source: 'meera' } }]).source).toBe('')
  })

  it('explains in well under two milliseconds', () => {
    const state = foldAll(signalTypes.slice(0, 11).map((type, i) => ({ id: `s${i}`, type, at: start + i * dayMs })))
    const began = performance.now()
    for (let i = 0; i < 200; i++) assess(prior, state, start + (20 + i) * dayMs)
    expect((performance.now() - began) / 200).toBeLessThan(2)
  })

  it('computes what would change it', () => {
    const state = foldAll([{ type: 'inquiry', at: start }])
    const changes = whatWouldChange(prior, state, start + dayMs)
    expect(changes.some(c => c.code === 'if_quiet')).toBe(true)
    expect(changes.find(c => c.params.signal === 'appointment_booked' || c.params.signal === 'walk_in')!.then).toBeGreaterThan(changes[0]!.now)
  })

  it('draws ninety days from kept points and the weeks since', () => {
    let state: State = emptyState()
    for (const day of [0, 1, 20, 30]) {
      state = fold(prior, state, { type: 'piece_viewed', at: start + day * dayMs })
      state = withPoint(state, start + day * dayMs, assess(prior, state, start + day * dayMs).p30)
    }
    const line = readinessLine(prior, state, start + 60 * dayMs)
    expect(line.length).toBeGreaterThan(6)
    expect(line.map(p => p.at)).toEqual(line.map(p => p.at).toSorted())
    expect(line.at(-1)!.p30).toBeLessThan(line.find(p => p.at.startsWith('2025-01-31'))!.p30)
  })
})

describe('contributions', () => {
  it('sum with the bias to logit p', () => {
    fc.assert(fc.property(history, fc.integer({ min: 0, max: 1000 }), (state, day) => {
      for (const { p, bias, contributions } of forecasts(prior, state, start + day * dayMs)) {
        expect(p).toBeCloseTo(sigmoid(contributions.reduce((sum, c) => sum + c.logit, bias)), 9)
        expect(p).toBeGreaterThan(0)
        expect(p).toBeLessThan(1)
      }
    }), { numRuns: 100 })
  })
})

describe('a replay', () => {
  const { signals, map, outcome, startMs, days } = kinds.drifting(randomFrom(3), 120)
  const cutoffMs = startMs + Math.round(days * 0.6) * dayMs
  const options = { cutoff: new Date(cutoffMs).toISOString(), horizonDays: 30, outcome, map: map as SignalMap }
  const run = (list: readonly ReplaySignal[], over: Partial<typeof options> = {}) => new Map(Array.from(replay(list, undefined, { ...options, ...over }).rows, row => [row.customerId, row]))
  let plain: ReturnType<typeof run>
  beforeAll(() => { plain = run(signals) })

  it('gives each customer seen one forecast whose contributions sum to its logit', () => {
    expect([...plain.keys()].toSorted()).toEqual([...new Set(signals.filter(s => s.at <= cutoffMs).map(s => s.customerId))].toSorted())
    for (const { p, bias, contributions } of plain.values()) expect(p).toBeCloseTo(sigmoid(contributions.reduce((sum, c) => sum + c.logit, bias)), 9)
  })

  it('changes no bit for signals after the cut-off', () => {
    const before = run(signals.filter(s => s.at <= cutoffMs))
    const more = run([...signals, { customerId: 'd0', type: 'purchase', at: cutoffMs + 1 }, { customerId: 'later', type: 'ask', at: cutoffMs + dayMs }])
    expect(more).toEqual(plain)
    expect(before).toEqual(plain)
  })

  it('changes no bit for another order of the lines', () => {
    const random = randomFrom(5)
    const shuffled = signals.map(s => ({ s, key: random.next() })).toSorted((a, b) => a.key - b.key).map(({ s }) => s)
    const other = run(shuffled)
    for (const [id, row] of plain) expect(other.get(id)).toEqual(row)
  })

  it('does not care what customers and types are called', () => {
    const named = signals.map(s => ({ ...s, customerId: `x${s.customerId.split('').toReversed().join('')}`, type: `${s.type === 'ask' ? 'zz' : 'aa'}-${s.type}` }))
    const renamed = Object.fromEntries(Object.entries(map).map(([type, row]) => [`${type === 'ask' ? 'zz' : 'aa'}-${type}`, row]))
    const other = run(named, { map: renamed, outcome: 'aa-purchase' })
    for (const [id, row] of plain) expect(other.get(`x${id.split('').toReversed().join('')}`)!.p).toBe(row.p)
  })

  it('does not care when it all happened, by whole days', () => {
    const shift = 3651 * dayMs
    const other = run(signals.map(s => ({ ...s, at: s.at + shift })), { cutoff: new Date(cutoffMs + shift).toISOString() })
    for (const [id, row] of plain) expect(other.get(id)!.p).toBe(row.p)
  })

  it('counts types that its map does not know', () => {
    const { unknown } = replay([...signals, { customerId: 'd0', type: 'mystery', at: startMs }], undefined, options)
    expect(unknown).toEqual(new Map([['mystery', 1]]))
  })

  it('answers for one customer, for nobody, and for odd values', () => {
    const one = replay([{ customerId: 'a', type: 'ask', at: startMs }], undefined, options)
    expect([...one.rows]).toHaveLength(1)
    expect([...replay([], undefined, options).rows]).toEqual([])
    const odd = replay([{ customerId: 'a', type: 'mystery', at: startMs }, { customerId: 'b', type: 'ask', at: -1e14, meta: { amount: Number.NaN } }, { customerId: 'b', type: 'ask', at: startMs }], undefined, options)
    for (const { p } of odd.rows) expect(p).toSatisfy((x: number) => x > 0 && x < 1)
  })

  it('reads nothing of an open window', () => {
    const horizon = 30 * dayMs
    const isOpen = (s: ReplaySignal) => s.at > cutoffMs - horizon
    const flooded = [...signals, ...signals.filter(s => s.type === 'ask' && s.at <= cutoffMs && isOpen(s)).map(s => ({ ...s, customerId: `new-${s.customerId}` }))]
    const heads = [signals, flooded].map(list => replay(list, undefined, options).model.heads[0]!)
    expect(heads[1]!.positives).toBe(heads[0]!.positives)
  })
})

describe('learning', () => {
  it('is calibrated and ranks better than before on windows it has not seen', () => {
    const { signals, map, outcome, horizonDays, startMs, days } = kinds.chats(randomFrom(9), 300)
    const cutoffMs = startMs + days * 0.7 * dayMs
    const options = { cutoff: new Date(cutoffMs).toISOString(), horizonDays, outcome, map }
    const came = new Set(signals.filter(s => s.type === outcome && s.at > cutoffMs && s.at <= cutoffMs + horizonDays * dayMs).map(s => s.customerId))
    const brier = (learnt: boolean) => {
      const rows = [...replay(signals, undefined, { ...options, learn: learnt }).rows]
      return { brier: rows.reduce((sum, r) => sum + (r.p - (came.has(r.customerId) ? 1 : 0)) ** 2, 0) / rows.length, promised: rows.reduce((sum, r) => sum + r.p, 0) }
    }
    const [cold, learnt] = [brier(false), brier(true)]
    expect(learnt.brier).toBeLessThan(cold.brier)
    expect(learnt.promised / came.size).toBeGreaterThan(0.75)
    expect(learnt.promised / came.size).toBeLessThan(1.25)
  })

  it('is the same twice, and nothing without people', () => {
    const signals = Array.from({ length: 60 }, (_, i) => ({ type: i % 3 ? 'piece_viewed' : 'purchase', at: start + i * 5 * dayMs }))
    const people = [{ signals, state: foldAll(signals) }]
    const untilMs = start + 300 * dayMs
    const once = learn(prior, people, untilMs)
    expect(learn(once, people, untilMs).heads.map(h => h.weights)).toEqual(learn(once, people, untilMs).heads.map(h => h.weights))
    expect(learn(prior, [], untilMs)).toBe(prior)
    const { p } = forecast(once, once.heads[1]!, people[0]!.state, untilMs)
    expect(p).toBeGreaterThan(0)
    expect(JSON.parse(JSON.stringify(once))).toEqual(once)
  })
})
