import type { MatchContext } from './match.ts'
import { Binary, Decimal128, Long, ObjectId, UUID } from 'mongodb'
import { describe, expect, it } from 'vitest'
import { match, matchDocuments } from './match.ts'

const ID = new ObjectId('507f1f77bcf86cd799439011')
const CONTEXT: MatchContext = {
  valueOf: name => name === 'id' ? ID : name === 'document' ? { a: 1 } : undefined,
  lsidOf: () => ({ id: new UUID('8a0f2c5e-3f4b-4c7d-9a51-7d3f0e6b1c22') }),
}

function passes(expected: unknown, actual: unknown, root = false): boolean {
  try {
    match(expected, actual, CONTEXT, { root })
    return true
  }
  catch {
    return false
  }
}

describe('a value is held against what is expected', () => {
  it('with numbers of all types by their value, decimals apart', () => {
    expect(passes(1, Long.fromNumber(1))).toBe(true)
    expect(passes(1, 1.5)).toBe(false)
    expect(passes(1, Decimal128.fromString('1'))).toBe(false)
    expect(passes(Decimal128.fromString('1'), Decimal128.fromString('1'))).toBe(true)
    expect(passes(1, true)).toBe(false)
    expect(passes(0, null)).toBe(false)
  })

  it('with the fields of a root document as the least, of any other as all', () => {
    expect(passes({ a: 1 }, { a: 1, b: 2 }, true)).toBe(true)
    expect(passes({ a: 1 }, { a: 1, b: 2 })).toBe(false)
    expect(passes({ a: { b: 1 } }, { a: { b: 1, c: 2 } }, true)).toBe(false)
    expect(passes({ a: 1, b: 2 }, { b: 2, a: 1 })).toBe(true)
    expect(passes({ a: 1 }, { b: 1 }, true)).toBe(false)
  })

  it('with arrays element by element, and as long', () => {
    expect(passes([1, { a: 1 }], [1, { a: 1 }])).toBe(true)
    expect(passes([1], [1, 2])).toBe(false)
    expect(passes([{ a: 1 }], [{ a: 1, b: 2 }])).toBe(false)
    expect(() => matchDocuments([{ a: 1 }], [{ a: 1, b: 2 }], CONTEXT)).not.toThrow()
  })

  it('with ids and bytes by what they hold', () => {
    expect(passes(ID, new ObjectId(ID.toHexString()))).toBe(true)
    expect(passes(ID, new ObjectId())).toBe(false)
    expect(passes(new Binary(new Uint8Array([1])), new Binary(new Uint8Array([2])))).toBe(false)
    expect(passes(new Date(5), new Date(5))).toBe(true)
  })
})

describe('an operator decides', () => {
  it('whether something is there', () => {
    expect(passes({ a: { $$exists: true } }, { a: null })).toBe(true)
    expect(passes({ a: { $$exists: true } }, {})).toBe(false)
    expect(passes({ a: { $$exists: false } }, { a: null })).toBe(false)
    expect(passes({ a: { $$exists: false } }, { b: 1 }, true)).toBe(true)
  })

  it('of which type it is', () => {
    expect(passes({ $$type: ['int', 'long'] }, 1)).toBe(true)
    expect(passes({ $$type: 'objectId' }, ID)).toBe(true)
    expect(passes({ $$type: 'string' }, 1)).toBe(false)
    expect(passes({ a: { $$type: 'object' } }, {}, true)).toBe(false)
    expect(passes({ $$type: 'double' }, 0.5)).toBe(true)
  })

  it('that it may be missing', () => {
    expect(passes({ a: { $$unsetOrMatches: 1 } }, {})).toBe(true)
    expect(passes({ a: { $$unsetOrMatches: 1 } }, { a: 2 })).toBe(false)
    expect(passes({ $$unsetOrMatches: { a: 1 } }, { a: 1, b: 2 }, true)).toBe(true)
  })

  it('that it is something saved, or a session\'s id', () => {
    expect(passes({ $$matchesEntity: 'id' }, new ObjectId(ID.toHexString()))).toBe(true)
    expect(passes({ $$matchesEntity: 'document' }, { a: 2 })).toBe(false)
    expect(passes({ $$sessionLsid: 'session' }, { id: new UUID('8a0f2c5e-3f4b-4c7d-9a51-7d3f0e6b1c22') })).toBe(true)
    expect(passes({ $$sessionLsid: 'session' }, { id: new UUID() })).toBe(false)
  })

  it('by bytes, by size, and by what a text holds', () => {
    expect(passes({ $$matchesHexBytes: '00ff' }, '\u0000\u00FF')).toBe(true)
    expect(passes({ $$matchesHexBytes: '00f' }, '\u0000\u00FF')).toBe(false)
    expect(passes({ $$lte: 5 }, Long.fromNumber(5))).toBe(true)
    expect(passes({ $$lte: 5 }, 6)).toBe(false)
    expect(passes({ $$matchAsDocument: { a: 1 } }, '{"a": 1}')).toBe(true)
    expect(passes({ $$matchAsDocument: { a: 1 } }, '{"a": 1, "b": 2}')).toBe(false)
    expect(passes({ $$matchAsDocument: { $$matchAsRoot: { a: 1 } } }, '{"a": 1, "b": 2}')).toBe(true)
  })

  it('against anything when it is not known', () => {
    expect(passes({ $$nearly: 1 }, 1)).toBe(false)
  })
})
