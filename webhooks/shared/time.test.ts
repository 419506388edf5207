import { describe, expect, it } from 'vitest'
import { isoTime, milliseconds } from './time.ts'

describe('a provider\'s timestamp', () => {
  it.each([
    ['seconds', 1790000000, '2026-09-21T14:13:20.000Z'],
    ['seconds as text', '1790000000', '2026-09-21T14:13:20.000Z'],
    ['milliseconds', 1790000000123, '2026-09-21T14:13:20.123Z'],
    ['milliseconds as text', '1790000000123', '2026-09-21T14:13:20.123Z'],
    ['ISO 8601 in UTC', '2026-09-21T14:13:20Z', '2026-09-21T14:13:20.000Z'],
    ['ISO 8601 with a zone', '2026-09-21T19:43:20.5+05:30', '2026-09-21T14:13:20.500Z'],
    ['ISO 8601 with a zone as Meta writes it', '2026-09-21T14:13:20+0000', '2026-09-21T14:13:20.000Z'],
    ['ISO 8601 from before 1973', '1971-02-03T04:05:06Z', '1971-02-03T04:05:06.000Z'],
  ])('is read from %s', (_, given, wanted) => {
    expect(isoTime(given)).toBe(wanted)
  })

  it.each([['words', 'soon'], ['a day without a zone', '2026-09-21T14:13:20'], ['no such month', '2026-13-21T14:13:20Z'], ['before 1970', -1], ['a far future', 1e300], ['no number', Number.NaN], ['nothing', null]])('is none in %s', (_, given) => {
    expect(milliseconds(given)).toBeUndefined()
  })

  it('is that of the first that is one, and the start of 1970 where there is none', () => {
    expect(isoTime(undefined, 'soon', 1790000000, 1)).toBe('2026-09-21T14:13:20.000Z')
    expect(isoTime(null)).toBe('1970-01-01T00:00:00.000Z')
  })
})
