import type { FoldSignal } from './state.ts'
import { describe, expect, it } from 'vitest'
import { assess } from './assess.ts'
import { fold } from './fold.ts'
import { priorModel } from './model.ts'
import { replay } from './replay.ts'
import { isOver } from './stage.ts'
import { dayMs, emptyState } from './state.ts'

const model = priorModel()
const start = Date.UTC(2025, 0, 1)
const signal = (type: string, day: number): FoldSignal => ({ id: `${type}-${day}`, type, at: start + day * dayMs })
const foldAll = (signals: readonly FoldSignal[]) => signals.reduce((state, next) => fold(model, state, next), emptyState())
const at = (day: number) => start + day * dayMs

const bought = [signal('inquiry', 0), signal('price_asked', 3), signal('appointment_booked', 6), signal('walk_in', 9), signal('purchase', 9.05)]

describe('somebody who bought', () => {
  it('is an owner, whatever led to the purchase', () => {
    expect(foldAll(bought.slice(0, -1)).level).toBe(4)
    expect(assess(model, foldAll(bought), at(12))).toMatchObject({ stage: 'owner' })
  })

  it('stays one for what they ask of the piece in the week after, or do with it later', () => {
    const cared = foldAll([...bought, signal('question', 11), signal('repair_intake', 90), signal('message', 91)])
    expect(cared.begun).toBe(0)
    expect(assess(model, cared, at(91)).stage).toBe('owner')
  })

  it('begins a new journey with a new interest months later, and stage, reasons and next action say so', () => {
    const again = foldAll([...bought, signal('piece_viewed', 160), signal('question', 160.1)])
    const readiness = assess(model, again, at(161))
    expect(readiness.stage).toBe('exploring')
    expect(readiness.nextAction).toMatchObject({ kind: 'involve', reason: { code: 'new_journey', params: { days: 1 } } })
    const learnt = { ...model, heads: model.heads.map(head => ({ ...head, weights: head.weights.map(() => 0.5) })) }
    expect(assess(learnt, again, at(161)).reasons.find(reason => reason.code === 'new_after_purchase')).toMatchObject({ params: { days: 152, since: 1 } })
  })

  it('goes through the stages anew and becomes an owner again', () => {
    const deciding = foldAll([...bought, signal('price_asked', 160), signal('compared', 161), signal('appointment_booked', 162)])
    expect(['deciding', 'ready']).toContain(assess(model, deciding, at(163)).stage)
    const twice = fold(model, deciding, signal('purchase', 165))
    expect(twice).toMatchObject({ begun: 0, level: 0, outcomes: 3 })
    expect(assess(model, twice, at(169)).stage).toBe('owner')
  })

  it('is the same when the till tells it only after they came back', () => {
    const told = foldAll([...bought.slice(0, -1), signal('price_asked', 160), signal('purchase', 9.05)])
    expect(told).toMatchObject({ begun: at(160), bought: at(9.05) })
    expect(told.level).toBeGreaterThanOrEqual(2)
  })
})

describe('somebody who decided against', () => {
  const lost = [signal('inquiry', 0), signal('price_asked', 3), signal('appointment_booked', 6), signal('lost', 10)]

  it('is let be, however far they had come', () => {
    const readiness = assess(model, foldAll(lost), at(12))
    expect(readiness.stage).toBe('dormant')
    expect(readiness.nextAction).toMatchObject({ kind: 'wait', reason: { code: 'journey_over' } })
  })

  it('begins anew when they ask again', () => {
    const again = foldAll([...lost, signal('price_asked', 80)])
    expect(isOver(again)).toBe(false)
    expect(assess(model, again, at(80.5))).toMatchObject({ stage: 'considering', nextAction: { kind: 'involve' } })
  })
})

describe('a journey with an end', () => {
  const map = { ask: { side: 'customer' }, call: { side: 'business' }, signed: { side: 'business', outcome: true, terminal: true }, refused: { side: 'business', terminal: true } } as const
  const options = { cutoff: new Date(at(200)).toISOString(), horizonDays: 30, outcome: 'signed', map }
  const row = (...signals: [type: string, day: number][]) => [...replay(signals.map(([type, day]) => ({ customerId: 'a', type, at: at(day) })), undefined, options).rows][0]!

  it('is over: nothing is expected and nothing advised', () => {
    const refused = row(['ask', 180], ['refused', 190])
    expect(refused.contributions.map(({ name }) => name)).toEqual(['ended'])
    expect(refused).toMatchObject({ stage: 'dormant', nextAction: 'wait' })
    expect(row(['ask', 180], ['signed', 190])).toMatchObject({ stage: 'owner', nextAction: 'wait' })
  })

  it('stays over for what we do, and for what is said in the same hour', () => {
    expect(row(['ask', 180], ['refused', 190], ['call', 195]).contributions.map(({ name }) => name)).toEqual(['ended'])
    expect(row(['ask', 180], ['refused', 190], ['ask', 190.02]).contributions.map(({ name }) => name)).toEqual(['ended'])
  })

  it('is followed by another when the person comes back', () => {
    const again = row(['ask', 20], ['refused', 30], ['ask', 198.5])
    expect(again.contributions.map(({ name }) => name)).toContain('heat')
    expect(again).toMatchObject({ stage: 'exploring', nextAction: 'involve' })
    expect(again.p).toBeGreaterThan(row(['ask', 20], ['refused', 30]).p)
  })
})
