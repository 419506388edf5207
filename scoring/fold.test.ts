import type { FoldSignal } from './state.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { signalTypes } from '#contracts'
import { fold, foldInto } from './fold.ts'
import { priorModel } from './model.ts'
import { cloneState, dayMs, emptyState } from './state.ts'

const model = priorModel()
const start = Date.UTC(2025, 0, 1)
const signal = fc.record({
  id: fc.string({ minLength: 1, maxLength: 24 }),
  type: fc.constantFrom(...signalTypes),
  at: fc.integer({ min: 0, max: 400 * 24 }).map(hours => start + hours * dayMs / 24),
  meta: fc.option(fc.record({ pieceId: fc.constantFrom('ring', 'chain', 'bangle'), amount: fc.double(), polite: fc.boolean() }), { nil: undefined }),
})
const foldAll = (signals: readonly FoldSignal[]) => signals.reduce((state, s) => fold(model, state, s), emptyState())
const inOrder = (signals: readonly FoldSignal[]) => signals.toSorted((a, b) => Number(a.at) - Number(b.at))

describe('folding signals', () => {
  it('leaves the state that it was given as it was', () => {
    fc.assert(fc.property(fc.array(signal, { maxLength: 20 }), signal, (before, next) => {
      const state = foldAll(before)
      const copy = structuredClone(state)
      fold(model, state, next)
      expect(state).toEqual(copy)
    }), { numRuns: 50 })
  })

  it('gives the same state for signals of equal time in any order', () => {
    const few = fc.uniqueArray(signal.map(s => ({ ...s, at: start + dayMs * 40, meta: undefined })), { selector: s => s.type, maxLength: 10 })
    fc.assert(fc.property(fc.array(signal, { maxLength: 12 }), few, fc.infiniteStream(fc.nat()), (before, together, keys) => {
      const earlier = inOrder(before.filter(s => s.at < start + dayMs * 40))
      const shuffled = together.map(s => ({ s, key: keys.next().value })).sort((a, b) => a.key - b.key).map(({ s }) => s)
      const one = foldAll([...earlier, ...together])
      const other = foldAll([...earlier, ...shuffled])
      expect({ ...other, types: new Map(Object.entries(other.types)) }).toEqual({ ...one, types: new Map(Object.entries(one.types)) })
    }), { numRuns: 100 })
  })

  it('gives for two joined streams what it gives for the merged history', () => {
    const stream = fc.uniqueArray(signal.map(s => ({ ...s, meta: undefined })), { selector: s => s.id, maxLength: 30 })
    fc.assert(fc.property(stream, stream, (one, other) => {
      const [a, b] = [inOrder(one).map(s => ({ ...s, id: `a${s.id}` })), inOrder(other).map(s => ({ ...s, id: `b${s.id}` }))]
      const joined: FoldSignal[] = []
      // As a merge does it: always the earlier of the two next ones; of equal ones now this stream's, now that one's.
      for (let [i, j] = [0, 0]; i < a.length || j < b.length;)
        joined.push(j >= b.length || (i < a.length && (a[i]!.at < b[j]!.at || (a[i]!.at === b[j]!.at && i % 2 === 0))) ? a[i++]! : b[j++]!)
      const merged = [...a, ...b].sort((x, y) => Number(x.at) - Number(y.at) || (x.id < y.id ? -1 : 1))
      const [left, right] = [foldAll(joined), foldAll(merged)]
      expect({ ...left, types: new Map(Object.entries(left.types)) }).toEqual({ ...right, types: new Map(Object.entries(right.types)) })
    }), { numRuns: 200 })
  })

  it('survives being written down and read again at any point', () => {
    fc.assert(fc.property(fc.array(signal, { maxLength: 40 }), fc.array(signal, { maxLength: 10 }), (before, after) => {
      const state = foldAll(before)
      const read = JSON.parse(JSON.stringify(state)) as typeof state
      expect(after.reduce((s, next) => fold(model, s, next), read)).toEqual(after.reduce((s, next) => fold(model, s, next), state))
    }), { numRuns: 100 })
  })

  it('never needs more than two kilobytes, whatever it is given', () => {
    const wild = fc.record({
      id: fc.string({ minLength: 1, maxLength: 60 }),
      type: fc.constantFrom(...signalTypes),
      at: fc.double({ min: start, max: start + 4000 * dayMs, noNaN: true }),
      meta: fc.record({ pieceId: fc.string({ maxLength: 80 }), pieceName: fc.string({ maxLength: 200 }), source: fc.string({ maxLength: 200 }), amount: fc.double() }),
    })
    fc.assert(fc.property(fc.array(wild, { minLength: 100, maxLength: 200 }), (signals) => {
      let state = emptyState()
      for (const s of signals) state = foldInto(model, state, s)
      state = { ...state, line: Array.from({ length: 13 }, (_, i) => [482_000 + i * 168, 0.123]) }
      expect(new TextEncoder().encode(JSON.stringify(state)).length).toBeLessThanOrEqual(2048)
    }), { numRuns: 40, endOnFailure: true })
  })

  it('reads late signals close to how it would have read them in time, where each is a contact of its own', () => {
    fc.assert(fc.property(fc.uniqueArray(signal.map(s => ({ ...s, type: 'piece_viewed', meta: undefined })), { selector: s => s.at, minLength: 1, maxLength: 7 }), (signals) => {
      const late = foldAll(signals)
      const inTime = foldAll(inOrder(signals))
      expect(late.first).toBe(inTime.first)
      expect(late.last).toBe(inTime.last)
      expect(late.folded).toBe(inTime.folded)
      expect(late.types.piece_viewed![1]).toBeCloseTo(inTime.types.piece_viewed![1], 1)
      late.active.forEach((count, i) => expect(count).toBeCloseTo(inTime.active[i]!, 1))
      expect(Math.abs(late.visits - inTime.visits)).toBeLessThanOrEqual(2)
    }), { numRuns: 100 })
  })

  it('takes a late signal into the newest contact of its kind, and into no older one', () => {
    const known = [{ type: 'question', at: start }, { type: 'question', at: start + dayMs }]
    const late = (at: number) => foldAll([...known, { type: 'question', at }]).active[2]
    expect(late(start + dayMs - 60_000)).toBeCloseTo(2, 1)
    expect(late(start + 60_000)).toBeCloseTo(3, 1)
  })

  it('counts what it cannot use and changes nothing else', () => {
    const state = foldAll([{ type: 'inquiry', at: start }])
    const after = [
      { type: 'no_such_thing', at: start },
      { type: 'constructor', at: start },
      { type: 'message', at: 'yesterday' },
      { type: 'message', at: Number.NaN },
      { type: 'message', at: Infinity },
    ].reduce((s, next) => fold(model, s, next), state)
    expect(after).toEqual({ ...state, unknown: 2, refused: 3 })
  })

  it('refuses times that lie ahead of the clock it is given', () => {
    const state = fold(model, emptyState(), { type: 'message', at: start + 3 * dayMs }, start)
    expect(state.refused).toBe(1)
    expect(state.folded).toBe(0)
  })

  it('bounds absurd amounts', () => {
    const meta = (amount: number) => foldAll([{ type: 'purchase', at: start, meta: { amount } }]).amount
    expect([meta(Number.NaN), meta(Infinity), meta(-5), meta(1e300)]).toEqual([0, 0, 0, 1e12])
  })

  it('takes a polite reply as an answer and not as a sign of readiness', () => {
    const touched = foldAll([{ type: 'inquiry', at: start }, { type: 'touch_followup', at: start + 5 * dayMs }])
    const polite = fold(model, touched, { type: 'message', at: start + 6 * dayMs, meta: { polite: true } })
    expect(touched.unanswered).toBe(1)
    expect(polite.unanswered).toBe(0)
    expect(polite.visits).toBe(touched.visits)
    expect(polite.types).toEqual(touched.types)
  })

  it('takes looks at a piece for looks, and what is done with a piece of one\'s own for none', () => {
    const about = (type: string, day: number): FoldSignal => ({ type, at: start + day * dayMs, meta: { pieceId: 'ring', pieceName: 'Halo' } })
    const looked = foldAll([about('piece_viewed', 0), about('wishlist', 2)])
    expect(looked.pieces).toEqual([['ring', 'Halo', 2, start, start + 2 * dayMs]])
    const theirs = [about('purchase', 3), about('repair_intake', 40), about('return', 50), about('touch_advisor', 51), about('scheme_instalment', 52)].reduce((s, next) => fold(model, s, next), looked)
    expect(theirs.pieces[0]!.slice(0, 3)).toEqual(['ring', 'Halo', 0])
    expect(fold(model, theirs, about('piece_viewed', 60)).pieces).toEqual([['ring', 'Halo', 1, start + 60 * dayMs, start + 60 * dayMs]])
    expect(foldAll([about('purchase', 3), about('piece_viewed', 3)]).pieces).toEqual(foldAll([about('piece_viewed', 3), about('purchase', 3)]).pieces)
  })

  it('counts a hundred messages of one chat as one visit', () => {
    const state = foldAll(Array.from({ length: 100 }, (_, i) => ({ type: 'message', at: start + i * 60_000 })))
    expect(state.visits).toBe(1)
    expect(state.folded).toBe(100)
  })

  it('folds in microseconds', () => {
    const types = ['piece_viewed', 'message', 'touch_followup', 'price_asked'] as const
    const state = emptyState()
    const began = performance.now()
    for (let i = 0; i < 100_000; i++) foldInto(model, state, { type: types[i % 4]!, at: start + i * 100_000 })
    // Ten microseconds is the promise; a busy machine gets four times that.
    expect((performance.now() - began) / 100_000).toBeLessThan(0.04)
  })

  it('copies without sharing', () => {
    const state = foldAll([{ id: 'a', type: 'piece_viewed', at: start, meta: { pieceId: 'ring' } }])
    const copy = cloneState(state)
    foldInto(model, copy, { id: 'b', type: 'piece_viewed', at: start + dayMs, meta: { pieceId: 'ring' } })
    expect(state.pieces[0]![2]).toBe(1)
    expect(state.recent).toHaveLength(1)
  })
})
