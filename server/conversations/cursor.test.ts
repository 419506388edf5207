import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeCursor, encodeCursor, newestFirst } from './cursor.ts'

const place = fc.record({ at: fc.integer({ min: -8.64e15, max: 8.64e15 }), id: fc.stringMatching(/^[\w:-]{1,64}$/), rank: fc.integer({ min: 0, max: 2 }) })

describe('a cursor', () => {
  it('says where it was made, for every place', () => {
    fc.assert(fc.property(place, (one) => { expect(decodeCursor('c', encodeCursor('c', one))).toEqual(one) }))
  })

  it('is none when there is none', () => expect(decodeCursor('c', undefined)).toBeNull())

  it('is refused in a list of another kind', () => {
    expect(() => decodeCursor('t', encodeCursor('c', { at: 1, id: 'a', rank: 0 }))).toThrow(expect.objectContaining({ code: 'invalid' }))
  })

  it('is refused, never obeyed, when somebody made it up', () => {
    const coded = (text: string) => Buffer.from(text).toString('base64url')
    for (const made of ['', 'x', '....', '{}', coded('c1.0.'), coded('c99999999999999999.0.a'), coded('c1e3.0.a'), coded('c1.0.{"$gt":""}'), coded('c9640000000000000.0.a'), coded(`c1.0.${'a'.repeat(81)}`), 'A'.repeat(100_000)])
      expect(() => decodeCursor('c', made)).toThrow(expect.objectContaining({ code: 'invalid' }))
    fc.assert(fc.property(fc.string(), (text) => {
      try { decodeCursor('c', text) }
      catch (error) { expect(error).toMatchObject({ code: 'invalid' }) }
    }))
  })
})

it('the order of lists is total: newest first, then by id, then by rank', () => {
  fc.assert(fc.property(place, place, place, (a, b, c) => {
    expect(Math.sign(newestFirst(a, b)) + Math.sign(newestFirst(b, a))).toBe(0)
    if (newestFirst(a, b) === 0) expect(a).toEqual(b)
    if (newestFirst(a, b) <= 0 && newestFirst(b, c) <= 0) expect(newestFirst(a, c)).toBeLessThanOrEqual(0)
  }))
})
