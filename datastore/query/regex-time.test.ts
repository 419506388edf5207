import { describe, expect, it } from 'vitest'
import { DatastoreError } from '../errors.ts'
import { growthOf, regexTest } from './regex-time.ts'
import { toRegExp } from './regex.ts'

describe('how long a match may take', () => {
  it.each(['^(a+)+$', '(a|a)*b', '(\\w+\\s?)*$', '(.*?,){12}P', '^((ab?)c)+$', '(a+)\\1', '(?<x>a+)\\k<x>'])('is without bound for %s', (pattern) => {
    expect(growthOf(new RegExp(pattern)).power).toBe(Infinity)
  })

  it.each([['^abc', 0], ['^\\d{10}$', 0], ['abc', 1], ['^[a-z(]+$', 1], ['a.*b', 2], ['.*a.*', 3], ['\\(+\\)', 2], ['(?:ab)+', 2], ['^(?:a|b)', 1]])('grows with the text for %s to the power of %i', (pattern, power) => {
    expect(growthOf(new RegExp(pattern)).power).toBe(power)
  })

  const letters = `${'a'.repeat(60)}!`
  it.each([['^(a+)+$', ''], ['^(A+)+$', 'i'], ['^(?=a)(a+)+$', ''], ['^(a|a|aa)+$', 'm'], ['^(a+)+\\1$', 'is']])('of %s with the options "%s" is a fraction of a second, and an error then', (pattern, flags) => {
    const started = performance.now()
    expect(() => regexTest(new RegExp(pattern, flags))(letters)).toThrow(expect.objectContaining({ code: 51156 }) as DatastoreError)
    expect(performance.now() - started).toBeLessThan(2000)
  })

  it('is enough for what ends, and what is found is the same', () => {
    expect(regexTest(toRegExp('^(a+)+!$', undefined))(letters)).toBe(true)
    expect(regexTest(/(?:\w+\s)+b/)('a few words b')).toBe(true)
    expect(regexTest(/.*needle.*/i)(`${'hay '.repeat(20_000)}NEEDLE`)).toBe(true)
    expect(regexTest(/x/)('y'.repeat(1e6))).toBe(false)
  })

  it('is bounded for a long text with a plain pattern too', () => {
    const started = performance.now()
    expect(() => regexTest(toRegExp('a.*b.*c', undefined))('a'.repeat(1e6))).toThrow(DatastoreError)
    expect(performance.now() - started).toBeLessThan(2000)
  })
})
