import { describe, expect, it } from 'vitest'
import { houseTimeZone, isNight, nextNight } from './hours.ts'

const at = (time: string) => Date.parse(time)
const minute = 60_000

describe('the hour of learning', () => {
  it('is at the place of most stores', () => {
    expect(houseTimeZone([{ timeZone: 'Asia/Dubai' }, { timeZone: 'Asia/Kolkata' }, { timeZone: 'Asia/Kolkata' }])).toBe('Asia/Kolkata')
    expect(houseTimeZone([])).toBe('UTC')
  })

  it('is between two and five in the morning, once a night', () => {
    const yesterday = at('2026-03-01T22:00:00Z')
    const up = at('2026-02-20T00:00:00Z')
    expect(isNight(at('2026-03-02T20:29:00Z'), 'Asia/Kolkata', yesterday, up)).toBe(false)
    expect(isNight(at('2026-03-02T20:31:00Z'), 'Asia/Kolkata', yesterday, up)).toBe(true)
    expect(isNight(at('2026-03-02T23:31:00Z'), 'Asia/Kolkata', yesterday, up)).toBe(false)
    expect(isNight(at('2026-03-02T21:31:00Z'), 'Asia/Kolkata', at('2026-03-02T20:31:00Z'), up)).toBe(false)
  })

  it('is any hour where the nights are slept through, but not right after the start', () => {
    const morning = at('2026-03-02T05:00:00Z')
    expect(isNight(morning, 'Asia/Kolkata', null, morning - minute)).toBe(false)
    const night = at('2026-03-02T20:31:00Z')
    expect(isNight(night, 'Asia/Kolkata', null, night - minute)).toBe(false)
    expect(isNight(morning, 'Asia/Kolkata', null, morning - 11 * minute)).toBe(true)
    expect(isNight(morning, 'Asia/Kolkata', at('2026-03-01T05:00:00Z'), morning - 11 * minute)).toBe(false)
    expect(isNight(morning, 'Asia/Kolkata', at('2026-02-27T05:00:00Z'), morning - 11 * minute)).toBe(true)
  })

  it('comes next when two o\'clock strikes, also where the clocks skip it', () => {
    expect(nextNight(at('2026-03-02T05:00:00Z'), 'Asia/Kolkata')).toBe(at('2026-03-02T20:30:00Z'))
    expect(nextNight(at('2026-03-02T20:30:00Z'), 'Asia/Kolkata')).toBe(at('2026-03-03T20:30:00Z'))
    expect(nextNight(at('2026-03-29T00:00:00Z'), 'Europe/Paris')).toBe(at('2026-03-29T01:00:00Z'))
  })
})
