import type { CalibrationPoint, HorizonReport } from '#contracts'
import { describe, expect, it } from 'vitest'
import english from '../locales/en.json'
import sentences from '../locales/readiness/en.json'
import { plainFigures } from './figures.ts'
import { keptItsWord, labelsThatFit, reachOf, scaleOf, ticksTo } from './scales.ts'
import { filterOf, scopeKey } from './scope.ts'
import { featureWords, shiftOf, shifts } from './weights.ts'

const point = (promised: number, happened: number, half = 0.05): CalibrationPoint => ({ promised, happened, low: Math.max(0, happened - half), high: happened + half, forecasts: 100, came: Math.round(happened * 100) })
const figures: HorizonReport['figures'] = { forecasts: 1000, came: 140, auc: 0.776, brier: 0.1, brierSkill: 0.12, logLoss: 0.3, slope: 1.02, ratio: 1.05, ece: 0.014 }
function horizon(changed: Partial<HorizonReport['figures']> = {}): HorizonReport {
  return {
    horizonDays: 30,
    figures: { ...figures, ...changed },
    calibration: [point(0.1, 0.09), point(0.4, 0.36)],
    lift: [{ decile: 1, forecasts: 100, came: 36, lift: 2.6, caught: 0.4 }, { decile: 2, forecasts: 100, came: 20, lift: 1.4, caught: 0.6 }, { decile: 3, forecasts: 100, came: 9, lift: 0.7, caught: 0.7 }],
  }
}

/** Words of a language file by their key, as vue-i18n finds them. */
function lookUp(key: string): string | null {
  const found = key.split('.').reduce<unknown>((tree, name) => (tree as Record<string, unknown> | undefined)?.[name], english)
  return typeof found === 'string' ? found : null
}
const te = (key: string) => lookUp(key) !== null
const t = (key: string, params: Record<string, unknown> = {}) => (lookUp(key) ?? key).replaceAll(/\{(\w+)\}/g, (_, name: string) => String(params[name]))

describe('the scales of the plot', () => {
  it('put nothing outside of the drawing', () => expect([-1, 0, 0.3, 0.6, 2].map(scaleOf(0.6, 40, 100))).toEqual([40, 40, 70, 100, 100]))
  it('turn around where the pixels do', () => expect([0, 0.5, 1].map(scaleOf(1, 200, 0))).toEqual([200, 100, 0]))
  it.each([[0.471, [0, 0.1, 0.2, 0.3, 0.4, 0.5]], [0.07, [0, 0.02, 0.04, 0.06, 0.08]], [0.98, [0, 0.2, 0.4, 0.6, 0.8, 1]], [1, [0, 0.2, 0.4, 0.6, 0.8, 1]], [0, [0, 0.01, 0.02]]])('have few round lines for what reaches %d', (highest, lines) => expect(ticksTo(highest)).toEqual(lines))
  it('reach what happened, and an interval only as far as it presses nothing into a corner', () => {
    expect(reachOf([point(0.1, 0.1), point(0.4, 0.42)])).toBeCloseTo(0.47)
    expect(reachOf([point(0.1, 0.1, 0.8)])).toBeCloseTo(0.14)
    expect(reachOf([])).toBe(0)
  })
  it('tell a point that kept its word from one that did not', () => expect([point(0.3, 0.27), point(0.19, 0.27)].map(keptItsWord)).toEqual([true, false]))
  it('leave out labels that would touch a higher one', () => expect(labelsThatFit([10, 20, 60, 100, 90], 30)).toEqual([false, true, true, true, false]))
})

describe('a report in plain figures', () => {
  it('says what was said and what came, for everybody and for the likeliest', () => {
    expect(plainFigures(horizon())).toEqual({ verdict: 'even', said: 0.25, came: 0.14, top: { said: 0.4, came: 0.36, lift: 2.6 }, pairs: 78, caught: 0.7, off: 0.014, better: 0.12, sureness: 'right' })
  })
  it.each([[1.3, 'too_much'], [0.7, 'too_little'], [1.1, 'even'], [0.9, 'even']] as const)('judges a promise of %d for each that came as %s', (ratio, verdict) => expect(plainFigures(horizon({ ratio })).verdict).toBe(verdict))
  it.each([[0.7, 'too_sure'], [1.4, 'not_sure_enough']] as const)('judges a slope of %d as %s', (slope, sureness) => expect(plainFigures(horizon({ slope })).sureness).toBe(sureness))
  it('claims nothing when few came, and nothing that cannot be told', () => {
    expect(plainFigures(horizon({ came: 12, ratio: 2 }))).toMatchObject({ verdict: 'few', sureness: null })
    expect(plainFigures({ ...horizon({ came: 0, auc: null, brierSkill: null, ratio: null, slope: null }), calibration: [], lift: [] })).toMatchObject({ verdict: 'few', said: 0, came: 0, top: null, pairs: null, caught: null, better: null })
  })
})

describe('the words of what was learnt', () => {
  const words = (name: string, signal: string | null = null) => featureWords({ name, signal }, sentences, t, te)
  it('name a signal and what of it', () => expect([words('price_asked:lately', 'price_asked'), words('price_asked:ago', 'price_asked'), words('', 'price_asked')]).toEqual(['Asked for a price: how often lately', 'Asked for a price: the longer ago', 'Asked for a price']))
  it('name where somebody came from', () => expect(words('source=walk_in')).toBe('First came through the shop'))
  it('name what is about no single signal, and read an unknown name as plain words', () => expect([words('our_turn'), words('moon_phase')]).toEqual(['They wrote last', 'Moon phase']))
  it('say what became of a weight', () => {
    const pairs = [[0.2, 0.5], [0.5, 0.2], [-0.2, -0.5], [-0.5, -0.2], [-0.2, 0.2], [0.2, -0.2], [0, 0.2], [0, -0.2], [0.2, 0]] as const
    expect(pairs.map(([before, after]) => shiftOf({ before, after }))).toEqual([...shifts])
    expect(shifts.filter(shift => !te(`learning.learned.shift.${shift}`))).toEqual([])
  })
})

describe('what the address asks for', () => {
  it('is a part of the house and a span', () => {
    expect(filterOf('store.bandra', '26')).toEqual({ storeId: 'bandra', region: null, weeks: 26 })
    expect(filterOf('region.IN', '4')).toEqual({ storeId: null, region: 'IN', weeks: 4 })
  })
  it('is the whole house and a quarter of a year where it says nothing or nonsense', () => {
    for (const [scope, weeks] of [[undefined, undefined], ['house', '13'], ['region.india', '5'], ['store.', ['4']], [['store.bandra'], 'many']]) expect(filterOf(scope, weeks)).toEqual({ storeId: null, region: null, weeks: 13 })
  })
  it('comes back as it was written', () => expect([scopeKey({ kind: 'house', id: 'house' }), scopeKey({ kind: 'store', id: 'a.b' }), filterOf('store.a.b', '13').storeId]).toEqual(['house', 'store.a.b', 'a.b']))
})
