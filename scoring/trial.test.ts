import type { Trial } from './trial.ts'
import { describe, expect, it } from 'vitest'
import { foldInto } from './fold.ts'
import { learn } from './learn.ts'
import { priorModel } from './model.ts'
import { casesOf, judgeHorizon, wilson } from './report.ts'
import { simulateHouse } from './simulation/jewellery.ts'
import { randomFrom } from './simulation/random.ts'
import { dayMs, emptyState } from './state.ts'
import { compareModels, trialsOf } from './trial.ts'
import { aboutFeature, weightsMoved } from './weights.ts'

const days = 420
const house = simulateHouse(randomFrom(3), 260, days)
const untilMs = house.startMs + days * dayMs
const prior = priorModel()
const people = house.truths.map(({ customerId }) => ({ signals: house.signals.filter(signal => signal.customerId === customerId).sort((a, b) => a.at - b.at) }))

function learntUntil(atMs: number, version: string) {
  return learn(prior, people.map(({ signals }) => {
    const known = signals.filter(signal => signal.at <= atMs)
    const state = emptyState()
    for (const signal of known) foldInto(prior, state, signal)
    return { signals: known, state }
  }), atMs, { version })
}

describe('a trial of past forecasts', () => {
  const moments = [untilMs - 60 * dayMs, untilMs - 20 * dayMs]

  it('tells no horizon whose time is not up', () => {
    const told = [...trialsOf(people, { moments, untilMs, modelAt: () => prior })]
    expect(new Set(told.map(({ at, horizonDays }) => `${Math.round((untilMs - at) / dayMs)}/${horizonDays}`))).toEqual(new Set(['60/7', '60/30', '20/7']))
  })

  it('says the same whatever happens afterwards', () => {
    const known = people.map(({ signals }) => ({ signals: signals.filter(signal => signal.at <= moments[0]!) }))
    const p = (of: typeof people) => Array.from(trialsOf(of, { moments: moments.slice(0, 1), untilMs, modelAt: () => prior }), trial => trial.p)
    expect(p(known)).toEqual(p(people))
  })

  it('finds the first outcome within the horizon, and none outside it', () => {
    for (const { person, at, horizonDays, came } of trialsOf(people, { moments, untilMs, modelAt: () => prior })) {
      const { signals } = people[person]!
      const first = signals.findIndex(signal => signal.at > at && signal.at <= at + horizonDays * dayMs && prior.signals[signal.type]?.outcome)
      expect(came).toBe(first < 0 ? null : first)
    }
  })

  it('asks each moment\'s own model', () => {
    const asked: number[] = []
    expect([...trialsOf(people.slice(0, 30), { moments, untilMs, modelAt: (at) => { asked.push(at); return prior } })].length).toBeGreaterThan(0)
    expect(new Set(asked)).toEqual(new Set(moments))
  })
})

describe('two models on the weeks that neither has seen', () => {
  const from = untilMs - 35 * dayMs
  const moments = [0, 7, 14, 21, 28].map(day => from + day * dayMs)
  const learnt = learntUntil(from, 'learnt-until-then')

  it('show that one that has learnt does better than the prior', () => {
    expect(compareModels(prior, learnt, people, moments, untilMs)).toMatchObject({ better: true, horizons: [{ horizonDays: 7 }, { horizonDays: 30 }] })
    expect(compareModels(learnt, prior, people, moments, untilMs).better).toBe(false)
  })

  it('show that one which is as good is not better', () => {
    expect(compareModels(learnt, { ...learnt, version: 'the same' }, people, moments, untilMs).better).toBe(false)
  })

  it('show that one which promises too much does worse, though it ranks as well', () => {
    const loud = { ...learnt, heads: learnt.heads.map(head => ({ ...head, offset: head.offset + 1.5 })) }
    const { better, horizons } = compareModels(learnt, loud, people, moments, untilMs)
    expect(better).toBe(false)
    expect(horizons[0]!.new.auc).toBeCloseTo(horizons[0]!.old.auc, 6)
  })

  it('tell what was learnt, by the signal that it is about', () => {
    const moved = weightsMoved(prior, learnt)
    expect(moved.length).toBeGreaterThan(5)
    const steps = moved.map(({ before, after }) => Math.abs(after - before))
    expect(steps).toEqual(steps.toSorted((a, b) => b - a))
    expect(weightsMoved(learnt, learnt)).toEqual([])
    expect(aboutFeature(prior, 'price_asked:lately')).toEqual({ group: 'signal', signal: 'price_asked', word: 'signal.price_asked', aspect: 'lately', source: null })
    expect(aboutFeature(prior, 'source=instagram')).toMatchObject({ group: 'source', source: 'instagram' })
    expect(aboutFeature(prior, 'surprise')).toMatchObject({ group: 'silence', signal: null })
  })
})

describe('a judgement', () => {
  const trial = (person: number, p: number, came: boolean, at = 0): Trial => ({ person, at, horizonDays: 30, p, came: came ? 1 : null })
  const hundred = Array.from({ length: 100 }, (_, i) => trial(i, i / 100, i % 10 >= 5 && i >= 50))

  it('puts a tenth of the forecasts into each point, and everybody who came into the lift', () => {
    const { figures, calibration, lift } = judgeHorizon(hundred, 30, 30)!
    expect(figures).toMatchObject({ forecasts: 100, came: 25 })
    expect(calibration.map(point => [point.forecasts, point.came])).toEqual([0, 0, 0, 0, 0, 5, 5, 5, 5, 5].map(came => [10, came]))
    expect(lift.map(point => point.caught)).toEqual([0.2, 0.4, 0.6, 0.8, 1, 1, 1, 1, 1, 1])
    expect(lift[0]).toMatchObject({ decile: 1, lift: 2 })
  })

  it('says nothing of what nobody having come leaves open', () => {
    expect(judgeHorizon([trial(0, 0.2, false), trial(1, 0.4, false)], 30, 7)).toMatchObject({ figures: { auc: null, slope: null, ratio: null, brierSkill: null }, lift: [{ lift: null, caught: null }, {}] })
    expect(judgeHorizon([], 30, 7)).toBeNull()
  })

  it('gives Wilson\'s interval, wider where forecasts overlap', () => {
    const { low, high } = wilson(0.1, 50)
    expect(low).toBeCloseTo(0.0435, 4)
    expect(high).toBeCloseTo(0.2136, 4)
    expect(wilson(0, 10).low).toBe(0)
    expect(wilson(0.5, 0)).toEqual({ low: 0, high: 1 })
    const width = (everyDays: number) => { const point = judgeHorizon(hundred, 30, everyDays)!.calibration[9]!; return point.high - point.low }
    expect(width(7)).toBeGreaterThan(width(30))
  })

  it('shows each person once, hits first', () => {
    const trials = [trial(1, 0.9, true), trial(1, 0.8, false, 7), trial(2, 0.7, false), trial(2, 0.6, false, 7), trial(3, 0.01, true), trial(4, 0.05, false), trial(5, 0.02, true), trial(5, 0.9, true, 7)]
    const { hits, sureAndNothing, unlikelyAndCame } = casesOf(trials, 0.5)
    expect(hits.map(one => one.person)).toEqual([1, 5])
    expect(sureAndNothing.map(one => [one.person, one.p])).toEqual([[2, 0.7]])
    expect(unlikelyAndCame.map(one => one.person)).toEqual([3])
    expect(casesOf(trials, 0.5, 1).hits).toHaveLength(1)
  })
})
