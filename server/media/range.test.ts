import { describe, expect, it } from 'vitest'
import { rangeOf } from './range.ts'

describe('byte ranges', () => {
  it('reads a start and an end, an open end and a tail', () => {
    expect(rangeOf('bytes=0-99', 1000)).toEqual({ start: 0, end: 100 })
    expect(rangeOf('bytes=900-', 1000)).toEqual({ start: 900, end: 1000 })
    expect(rangeOf('bytes=-10', 1000)).toEqual({ start: 990, end: 1000 })
    expect(rangeOf('bytes=990-5000', 1000)).toEqual({ start: 990, end: 1000 })
  })
  it('sends the whole file for what is no range, or several', () => {
    for (const header of [undefined, '', 'bytes=-', 'bytes=a-b', 'items=0-1', 'bytes=0-1,4-5'])
      expect(rangeOf(header, 1000)).toBeNull()
  })
  it('refuses what lies outside', () => {
    expect(rangeOf('bytes=1000-', 1000)).toBe('unsatisfiable')
    expect(rangeOf('bytes=5-4', 1000)).toBe('unsatisfiable')
  })
})
