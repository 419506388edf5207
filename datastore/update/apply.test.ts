import type { Fields } from '../bson/decode.ts'
import { Decimal128, Double, Long, ObjectId } from 'bson'
import { describe, expect, it } from 'vitest'
import { encodeDocument } from '../bson/encode.ts'
import { StoredDocument } from '../bson/stored-document.ts'
import { applyUpdate, parseUpdate } from './apply.ts'

const NOW = new Date('2026-03-01T10:00:00Z')

function updated(document: Fields, update: unknown, options: { arrayFilters?: unknown[], matched?: number } = {}): Fields {
  const parsed = parseUpdate(update, options.arrayFilters ? { arrayFilters: options.arrayFilters } : {})
  return applyUpdate(new StoredDocument(encodeDocument({ _id: 1, ...document })), parsed, { now: NOW, matched: options.matched ?? -1 }).toFields()
}

function refusal(document: Fields, update: unknown): number {
  try {
    updated(document, update)
  }
  catch (error) {
    return (error as { code: number }).code
  }
  return 0
}

describe('an update with operators', () => {
  it('leaves untouched fields where and as they are, and puts new ones at the end', () => {
    const document = { _id: 1, double: new Double(2), long: Long.fromNumber(3), gone: 1, nested: { x: new Double(1), y: 2 }, last: 'z' }
    const parsed = parseUpdate({ $set: { 'fresh': 1, 'long': 4, 'nested.y': 3 }, $unset: { gone: '' } })
    const after = applyUpdate(new StoredDocument(encodeDocument(document)), parsed, { now: NOW, matched: -1 })
    expect(after.bytes).toEqual(encodeDocument({ _id: 1, double: new Double(2), long: 4, nested: { x: new Double(1), y: 3 }, last: 'z', fresh: 1 }))
  })

  it('sets, unsets and makes the documents on the way', () => {
    expect(updated({ a: 1, b: 2 }, { $set: { 'c.d': 3 }, $unset: { b: '' } })).toEqual({ _id: 1, a: 1, c: { d: 3 } })
  })

  it('reaches into arrays by position and fills up with null', () => {
    expect(updated({ a: [1] }, { $set: { 'a.3': 4 } })).toEqual({ _id: 1, a: [1, null, null, 4] })
  })

  it('keeps the number types of what it does not touch and of what it adds to', () => {
    const before = { long: Long.fromString('9007199254740993'), decimal: Decimal128.fromString('0.10'), double: new Double(2), n: 1 }
    const after = updated(before, { $inc: { n: 1 } })
    expect(after.long).toEqual(before.long)
    expect(after.decimal).toEqual(before.decimal)
    expect(after.double).toEqual(before.double)
    expect(updated({ n: new Double(1) }, { $inc: { n: 1 } }).n).toEqual(new Double(2))
    expect(updated({ n: Long.fromNumber(1) }, { $inc: { n: 1 } }).n).toEqual(Long.fromNumber(2))
    expect(updated({ n: Decimal128.fromString('0.1') }, { $inc: { n: Decimal128.fromString('0.2') } }).n?.toString()).toBe('0.3')
    expect(updated({ n: 2147483647 }, { $inc: { n: 1 } }).n).toEqual(Long.fromNumber(2147483648))
  })

  it('multiplies, and takes the least and the greatest in MongoDB\'s order', () => {
    expect(updated({ n: 3 }, { $mul: { n: 2, m: 5 } })).toMatchObject({ n: 6, m: 0 })
    expect(updated({ low: 5, high: 5, mixed: 5 }, { $min: { low: 3 }, $max: { high: 3, mixed: 'text' } })).toMatchObject({ low: 3, high: 5, mixed: 'text' })
  })

  it('pushes with each, position, sort and slice', () => {
    expect(updated({ a: [3, 1] }, { $push: { a: { $each: [2, 5], $sort: 1, $slice: -3 } } }).a).toEqual([2, 3, 5])
    expect(updated({ a: [1, 2] }, { $push: { a: { $each: [9], $position: 0 } } }).a).toEqual([9, 1, 2])
    expect(updated({ a: [{ n: 2 }] }, { $push: { a: { $each: [{ n: 1 }], $sort: { n: 1 } } } }).a).toEqual([{ n: 1 }, { n: 2 }])
  })

  it('treats equal values of other identity as the same in sets and pulls', () => {
    const id = new ObjectId()
    const twin = new ObjectId(id.toHexString())
    expect(updated({ a: [id, 1] }, { $addToSet: { a: { $each: [twin, Long.fromNumber(1), 2] } } }).a).toHaveLength(3)
    expect(updated({ a: [id, 1, 5] }, { $pull: { a: twin } }).a).toEqual([1, 5])
    expect(updated({ a: [1, 5, 9] }, { $pull: { a: { $gte: 5 } } }).a).toEqual([1])
    expect(updated({ a: [{ x: 1, y: 1 }, { x: 2 }] }, { $pull: { a: { x: 1 } } }).a).toEqual([{ x: 2 }])
    expect(updated({ a: [1, 2, 1] }, { $pullAll: { a: [1] } }).a).toEqual([2])
  })

  it('changes the matched element, all elements, or those an array filter picks', () => {
    expect(updated({ a: [1, 2] }, { $set: { 'a.$': 9 } }, { matched: 1 }).a).toEqual([1, 9])
    expect(updated({ a: [1, 2] }, { $inc: { 'a.$[]': 1 } }).a).toEqual([2, 3])
    expect(updated({ a: [{ n: 1 }, { n: 5 }] }, { $set: { 'a.$[big].seen': true } }, { arrayFilters: [{ 'big.n': { $gt: 3 } }] }).a).toEqual([{ n: 1 }, { n: 5, seen: true }])
  })

  it('refuses an array filter that no path names, or that names two', () => {
    expect(() => updated({ a: [1] }, { $set: { b: 1 } }, { arrayFilters: [{ x: 1 }] })).toThrow(/was not used/)
    expect(() => updated({ a: [1] }, { $set: { 'a.$[x]': 1 } }, { arrayFilters: [{ x: 1, y: 2 }] })).toThrow(/single top-level field name/)
  })

  it('renames, and sets the current date', () => {
    expect(updated({ a: 1, b: 2 }, { $rename: { a: 'c.d' } })).toEqual({ _id: 1, b: 2, c: { d: 1 } })
    expect(updated({}, { $currentDate: { at: true } }).at).toEqual(NOW)
  })

  it('takes fields of any name as data', () => {
    const before = JSON.parse('{"__proto__": {"polluted": 1}, "constructor": 1}') as Fields
    const after = updated(before, { $set: { 'toString': 2, '__proto__.more': 3 } })
    expect(Object.keys(after)).toEqual(['_id', '__proto__', 'constructor', 'toString'])
    expect(Object.getOwnPropertyDescriptor(after, '__proto__')?.value).toEqual({ polluted: 1, more: 3 })
    expect(({} as Fields).polluted).toBeUndefined()
    expect(({} as Fields).more).toBeUndefined()
  })

  it('refuses with MongoDB\'s codes', () => {
    expect(refusal({}, { $set: { _id: 2 } })).toBe(66)
    expect(refusal({}, { _id: 2, a: 1 })).toBe(66)
    expect(refusal({}, { $set: { a: 1 }, $inc: { a: 1 } })).toBe(40)
    expect(refusal({}, { $set: { 'a': 1, 'a.b': 1 } })).toBe(40)
    expect(refusal({}, { $nonsense: { a: 1 } })).toBe(9)
    expect(refusal({ a: 1 }, { $set: { 'a.b': 1 } })).toBe(28)
    expect(refusal({ a: 'x' }, { $inc: { a: 1 } })).toBe(14)
    expect(refusal({ a: 1 }, { $push: { a: 1 } })).toBe(2)
  })
})

describe('a replacement', () => {
  it('keeps the _id and nothing else', () => {
    expect(updated({ a: 1 }, { b: 2 })).toEqual({ _id: 1, b: 2 })
  })
})

describe('a pipeline', () => {
  it('computes from the document', () => {
    expect(updated({ a: 2, b: 3 }, [{ $set: { sum: { $add: ['$a', '$b'] } } }, { $unset: 'b' }])).toEqual({ _id: 1, a: 2, sum: 5 })
  })
})
