import type { Fields } from '../bson/decode.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeDocument } from '../bson/decode.ts'
import { encodeDocument } from '../bson/encode.ts'
import { StoredDocument } from '../bson/stored-document.ts'
import { applyUpdate, parseUpdate } from '../update/apply.ts'
import { describeUpdate } from './description.ts'
import { applyDescription } from './testing.ts'

/** Room enough that MongoDB finds a difference smaller than the document. */
const PADDING = 'a text that is longer than any difference that the tests below make of a document'

function described(document: Fields, update: unknown, options: { arrayFilters?: unknown[], matched?: number } = {}): Fields | undefined {
  const parsed = parseUpdate(update, options.arrayFilters ? { arrayFilters: options.arrayFilters } : {})
  const before = new StoredDocument(encodeDocument({ _id: 1, ...document }))
  const after = applyUpdate(before, parsed, { now: new Date(0), matched: options.matched ?? -1 })
  const description = describeUpdate(before.bytes, after.bytes, parsed)
  return description && decodeDocument(description)
}

function changes(updatedFields: Fields, removedFields: string[] = [], truncatedArrays: Fields[] = []): Fields {
  return { updatedFields, removedFields, truncatedArrays }
}

describe('the description of an update by operators', () => {
  it('names set fields by their paths, with the whole value', () => {
    expect(described({ a: { b: 1, c: 2 }, d: 1 }, { $set: { 'a.b': 5, 'd': 1, 'e': 2 } })).toEqual(changes({ 'e': 2, 'a.b': 5 }))
    expect(described({ a: { b: 1, c: 2 } }, { $set: { a: { b: 1, c: 3 } } })).toEqual(changes({ a: { b: 1, c: 3 } }))
    expect(described({ a: { b: { c: { d: 1 } } } }, { $inc: { 'a.b.c.d': 2 } })).toEqual(changes({ 'a.b.c.d': 3 }))
  })

  it('names the uppermost of the fields that were made on the way', () => {
    expect(described({}, { $set: { 'a.b.c': 1 } })).toEqual(changes({ a: { b: { c: 1 } } }))
    expect(described({ a: {} }, { $set: { 'a.b.c': 1, 'a.b.d': 2 } })).toEqual(changes({ 'a.b': { c: 1, d: 2 } }))
  })

  it('names removed fields', () => {
    expect(described({ a: 1, b: { c: 1, d: 2 } }, { $unset: { 'a': '', 'b.c': '', 'gone': '' } })).toEqual(changes({}, ['a', 'b.c']))
  })

  it('tells of a renamed field as of one removed and one set', () => {
    expect(described({ a: 1, b: { c: 2 } }, { $rename: { 'a': 'z', 'b.c': 'b.d' } })).toEqual(changes({ 'z': 1, 'b.d': 2 }, ['a', 'b.c']))
  })

  it('reaches into arrays by position', () => {
    expect(described({ a: [1, { n: 1 }] }, { $set: { 'a.0': 5, 'a.1.n': 2 } })).toEqual(changes({ 'a.0': 5, 'a.1.n': 2 }))
    expect(described({ a: [1] }, { $set: { 'a.3': 4 } })).toEqual(changes({ 'a.3': 4 }))
    expect(described({ a: [1] }, { $set: { 'a.1.n': 4 } })).toEqual(changes({ 'a.1': { n: 4 } }))
    expect(described({ a: [1, 2] }, { $unset: { 'a.0': '' } })).toEqual(changes({ 'a.0': null }))
    expect(described({ a: { 0: 'x' } }, { $set: { 'a.0': 'y' } })).toEqual(changes({ 'a.0': 'y' }))
  })

  it('tells of pushed elements singly when they came to the end of an array that had some', () => {
    expect(described({ a: [1, 2] }, { $push: { a: 3 } })).toEqual(changes({ 'a.2': 3 }))
    expect(described({ a: [1] }, { $push: { a: { $each: [2, 3] } } })).toEqual(changes({ 'a.1': 2, 'a.2': 3 }))
    expect(described({ a: [1] }, { $push: { a: { $each: [2], $slice: -5 } } })).toEqual(changes({ 'a.1': 2 }))
  })

  it('tells of an array that changed otherwise as a whole', () => {
    expect(described({ a: [] }, { $push: { a: 3 } })).toEqual(changes({ a: [3] }))
    expect(described({}, { $push: { a: 3 } })).toEqual(changes({ a: [3] }))
    expect(described({ a: [1] }, { $push: { a: { $each: [0], $position: 0 } } })).toEqual(changes({ a: [0, 1] }))
    expect(described({ a: [1] }, { $push: { a: { $each: [2], $sort: 1 } } })).toEqual(changes({ a: [1, 2] }))
    expect(described({ a: [1, 2] }, { $push: { a: { $each: [3], $slice: -2 } } })).toEqual(changes({ a: [2, 3] }))
    expect(described({ a: [1] }, { $addToSet: { a: 2 } })).toEqual(changes({ a: [1, 2] }))
    expect(described({ a: [1, 2, 3] }, { $pull: { a: 2 } })).toEqual(changes({ a: [1, 3] }))
    expect(described({ a: [1, 2, 3] }, { $pop: { a: 1 } })).toEqual(changes({ a: [1, 2] }))
    expect(described({ a: [1, 2, 3] }, { $pullAll: { a: [3] } })).toEqual(changes({ a: [1, 2] }))
  })

  it('names the element that a query matched', () => {
    expect(described({ a: [{ n: 1 }, { n: 2 }] }, { $set: { 'a.$.n': 5 } }, { matched: 1 })).toEqual(changes({ 'a.1.n': 5 }))
    expect(described({ a: [1, 2] }, { $mul: { 'a.$': 2 } }, { matched: 0 })).toEqual(changes({ 'a.0': 2 }))
  })

  it('tells of an array whole when several of its elements were changed, of the one element otherwise', () => {
    expect(described({ a: [{ n: 1 }, { n: 2 }] }, { $inc: { 'a.$[].n': 1 } })).toEqual(changes({ a: [{ n: 2 }, { n: 3 }] }))
    expect(described({ a: [{ n: 1, m: 0 }] }, { $inc: { 'a.$[].n': 1 } })).toEqual(changes({ 'a.0.n': 2 }))
    expect(described({ a: [{ n: 1 }, { n: 2 }] }, { $set: { 'a.$[].n': 1 } })).toEqual(changes({ 'a.1': { n: 1 } }))
    expect(described({ a: [{ n: 1 }, { n: 2 }] }, { $set: { 'a.$[x].n': 9 } }, { arrayFilters: [{ 'x.n': 2 }] })).toEqual(changes({ 'a.1.n': 9 }))
    expect(described({ a: [{ b: [{ c: 1 }, { c: 2 }] }] }, { $set: { 'a.$[].b.$[y].c': 7 } }, { arrayFilters: [{ 'y.c': 2 }] })).toEqual(changes({ 'a.0.b.1.c': 7 }))
  })

  it('takes fields of any name as data', () => {
    const description = described(JSON.parse('{"__proto__": {"a": 1}}') as Fields, { $set: { '__proto__.a': 2, 'constructor': 3 } })
    expect(Object.entries(description!.updatedFields as Fields)).toEqual([['constructor', 3], ['__proto__.a', 2]])
  })
})

describe('the description of an update by a pipeline', () => {
  it('is the difference of the documents, down into what is within', () => {
    expect(described({ padding: PADDING, a: { b: 1, c: { d: 1, padding: PADDING } } }, [{ $set: { 'a.c.d': 2, 'e': 1 } }, { $unset: 'a.b' }]))
      .toEqual(changes({ 'e': 1, 'a.c.d': 2 }, ['a.b']))
  })

  it('tells how far an array was cut, and which elements are others', () => {
    const list = Array.from({ length: 10 }, (_, i) => ({ n: i, padding: PADDING }))
    expect(described({ padding: PADDING, list }, [{ $set: { list: { $slice: ['$list', 4] } } }])).toEqual(changes({}, [], [{ field: 'list', newSize: 4 }]))
    expect(described({ padding: PADDING, list }, [{ $set: { list: { $map: { input: { $slice: ['$list', 3] }, in: { $mergeObjects: ['$$this', { n: { $multiply: ['$$this.n', 2] } }] } } } } }]))
      .toEqual(changes({ 'list.1.n': 2, 'list.2.n': 4 }, [], [{ field: 'list', newSize: 3 }]))
  })

  it('tells of a short value as a whole where the difference would be longer', () => {
    expect(described({ padding: PADDING, a: [1, 2, 3] }, [{ $set: { a: [4, 5] } }])).toEqual(changes({ a: [4, 5] }))
  })

  it('sets a field anew that has another place', () => {
    expect(described({ a: 1, b: 2, padding: PADDING }, [{ $replaceWith: { $arrayToObject: [[['_id', '$_id'], ['b', '$b'], ['a', '$a'], ['padding', '$padding']]] } }]))
      .toSatisfy((description: Fields | undefined) => description === undefined || 'a' in (description.updatedFields as Fields))
  })

  it('is none where the difference is no smaller than the document: that is a replacement', () => {
    expect(described({ a: 1 }, [{ $set: { a: 2 } }])).toBeUndefined()
  })
})

describe('a replacement', () => {
  it('has no description', () => {
    expect(described({ a: 1 }, { b: 1 })).toBeUndefined()
  })
})

const value = fc.letrec<{ value: unknown }>(tie => ({
  value: fc.oneof({ maxDepth: 3 }, fc.integer({ min: 0, max: 3 }), fc.constantFrom('x', null, true), fc.array(tie('value'), { maxLength: 4 }), fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value'), { maxKeys: 3 })),
})).value

const document = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), value, { maxKeys: 4 })
const path = fc.array(fc.constantFrom('a', 'b', 'c', '0', '1', '2'), { minLength: 1, maxLength: 3 }).filter(([first]) => !/\d/.test(first!)).map(parts => parts.join('.'))
const update = fc.oneof(
  fc.record({ operator: fc.constantFrom('$set', '$unset', '$push', '$addToSet', '$pull', '$inc', '$pop', '$min', '$max'), path, operand: fc.oneof(value, fc.constantFrom(1, -1)) }).map(({ operator, path, operand }) => ({ [operator]: { [path]: operand } })),
  fc.record({ a: path, b: path, value }).map(({ a, b, value }) => ({ $set: { [a]: value }, $unset: { [b]: '' } })),
  fc.record({ from: path, to: path }).map(({ from, to }) => ({ $rename: { [from]: to } })),
  document.map(fields => [{ $replaceWith: { $mergeObjects: [{ _id: '$_id', padding: PADDING + PADDING }, { $literal: fields }] } }]),
)

describe('any update', () => {
  it('is done again by applying its description', () => {
    fc.assert(fc.property(document, update, (fields, change) => {
      const before = new StoredDocument(encodeDocument({ _id: 1, ...fields, padding: PADDING + PADDING }))
      let after: StoredDocument
      const parsed = (() => {
        try {
          const read = parseUpdate(change)
          after = applyUpdate(before, read, { now: new Date(0), matched: -1 })
          return read
        }
        catch {
          return undefined
        }
      })()
      fc.pre(parsed !== undefined && after! !== before)
      const description = describeUpdate(before.bytes, after!.bytes, parsed!)
      if (description)
        expect(applyDescription(decodeDocument(before.bytes, 0, 'plain'), decodeDocument(description, 0, 'plain'))).toEqual(decodeDocument(after!.bytes, 0, 'plain'))
    }), { numRuns: 2000 })
  })
})
