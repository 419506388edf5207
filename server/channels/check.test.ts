import { describe, expect, it } from 'vitest'
import { nextCheck, resultOf, revives } from './check.ts'

const minute = 60_000
const hour = 60 * minute
const now = Date.UTC(2026, 4, 1, 10)
const ago = (ms: number) => new Date(now - ms)

describe('a check', () => {
  it('comes ever more seldom while a channel does not work, once an hour in the end, and twice a day while it does', () => {
    const pause = (failed: number) => (nextCheck(failed, now).getTime() - now) / minute
    expect([1, 2, 3, 4, 5, 6, 7, 50].map(pause)).toEqual([1, 2, 5, 15, 30, 60, 60, 60])
    expect(pause(0)).toBe(12 * 60)
  })

  it('tells a refusal from missing keys and from a provider that could not be asked', () => {
    expect(resultOf({ ok: true, dead: false })).toBe('ok')
    expect(resultOf({ ok: false, dead: true, code: '190' })).toBe('refused')
    expect(resultOf({ ok: false, dead: true, code: 'not_configured' })).toBe('unset')
    expect(resultOf({ ok: false, dead: false, code: 'timeout' })).toBe('unknown')
  })

  it('that ends well revives a channel whose trouble the check before it saw', () => {
    const check = (at: Date, result: 'ok' | 'refused') => ({ at, result, code: null, failed: 1 })
    expect(revives({ toldAt: ago(hour), check: check(ago(minute), 'refused') }, 'turn', now)).toBe(true)
    expect(revives({ toldAt: ago(hour), check: check(ago(minute), 'ok') }, 'turn', now)).toBe(false)
    expect(revives({ toldAt: ago(hour), check: check(ago(2 * hour), 'refused') }, 'turn', now)).toBe(false)
  })

  it('that ends well is believed after a start, when somebody asks, and a day after the refusal', () => {
    const unseen = { toldAt: ago(hour), check: null }
    expect(revives(unseen, 'turn', now)).toBe(false)
    expect(revives(unseen, 'start', now)).toBe(true)
    expect(revives(unseen, 'asked', now)).toBe(true)
    expect(revives({ ...unseen, toldAt: ago(25 * hour) }, 'turn', now)).toBe(true)
  })
})
