import type { Document } from 'mongodb'
import { Decimal128, Double, Int32, Long, Timestamp } from 'mongodb'

/** An update operator, a document, an update of it, and what becomes of it; an error is its code. */
export type UpdateProbe = [name: string, document: Document, update: Document | Document[], result: Document | { error: number }, options?: { arrayFilters?: Document[], filter?: Document }]

const code = (error: number): { error: number } => ({ error })
const long = (value: number): Long => Long.fromNumber(value)

/** Results are compared with the types of their numbers. */
export const UPDATES: UpdateProbe[] = [
  ['$set', { a: 1 }, { $set: { 'b.c': 'x', 'a': 2 } }, { a: 2, b: { c: 'x' } }],
  ['$set', { a: [1] }, { $set: { 'a.2': 3 } }, { a: [1, null, 3] }],
  ['$set', { a: 1 }, { $set: { _id: 9 } }, code(66)],
  ['$set', { a: 1 }, { $set: { 'a.b': 1 } }, code(28)],
  ['$setOnInsert', { a: 1 }, { $setOnInsert: { b: 1 } }, { a: 1 }],
  ['$unset', { a: 1, b: [1, 2] }, { $unset: { 'a': '', 'b.0': '' } }, { b: [null, 2] }],
  ['$inc', { a: 1 }, { $inc: { a: 2, b: 5 } }, { a: 3, b: 5 }],
  ['$inc', { a: new Int32(2147483647) }, { $inc: { a: 1 } }, { a: long(2147483648) }],
  ['$inc', { a: new Double(1) }, { $inc: { a: 1 } }, { a: new Double(2) }],
  ['$inc', { a: Decimal128.fromString('1.10') }, { $inc: { a: Decimal128.fromString('2.20') } }, { a: Decimal128.fromString('3.30') }],
  ['$inc', { a: 'x' }, { $inc: { a: 1 } }, code(14)],
  ['$inc', { a: Long.MAX_VALUE }, { $inc: { a: 1 } }, code(2)],
  ['$mul', { a: 3 }, { $mul: { a: 2.5, b: 2 } }, { a: 7.5, b: 0 }],
  ['$min', { a: 5, b: 'x' }, { $min: { a: 3, b: 7, c: 1 } }, { a: 3, b: 7, c: 1 }],
  ['$max', { a: 5, b: 'x' }, { $max: { a: 3, b: 7 } }, { a: 5, b: 'x' }],
  ['$rename', { a: 1, b: { c: 2 } }, { $rename: { 'a': 'b.d', 'b.c': 'e' } }, { b: { d: 1 }, e: 2 }],
  ['$currentDate', { a: 1 }, { $currentDate: { a: { $type: 'date' }, b: { $type: 'timestamp' } } }, { a: new Date(0), b: new Timestamp({ t: 0, i: 1 }) }],
  ['$bit', { a: 13 }, { $bit: { a: { and: 10 }, b: { or: 5 } } }, { a: 8, b: 5 }],
  ['$push', { a: [3, 1] }, { $push: { a: { $each: [2, 9], $sort: -1, $slice: 3 } } }, { a: [9, 3, 2] }],
  ['$push', { a: [1] }, { $push: { a: { $each: [7, 8], $position: 0 } } }, { a: [7, 8, 1] }],
  ['$push', { a: 1 }, { $push: { a: 1 } }, code(2)],
  ['$addToSet', { a: [1, { x: 1 }] }, { $addToSet: { a: { $each: [long(1), { x: 1 }, 2, 2] } } }, { a: [1, { x: 1 }, 2] }],
  ['$pop', { a: [1, 2, 3], b: [1, 2] }, { $pop: { a: 1, b: -1 } }, { a: [1, 2], b: [2] }],
  ['$pull', { a: [1, 5, 9], b: [{ x: 1, y: 1 }, { x: 2 }] }, { $pull: { a: { $gte: 5 }, b: { x: 1 } } }, { a: [1], b: [{ x: 2 }] }],
  ['$pull', { a: [{ x: 1 }, { x: 2 }, { x: 3 }] }, { $pull: { a: { $or: [{ x: 1 }, { x: 3 }] } } }, { a: [{ x: 2 }] }],
  ['$pullAll', { a: [1, 2, 1, 3] }, { $pullAll: { a: [1, 3] } }, { a: [2] }],
  ['positional $', { a: [{ n: 1 }, { n: 5 }] }, { $set: { 'a.$.seen': true } }, { a: [{ n: 1 }, { n: 5, seen: true }] }, { filter: { 'a.n': { $gt: 2 } } }],
  ['positional $', { a: [1] }, { $set: { 'a.$': 2 } }, code(2)],
  ['all $[]', { a: [1, 2] }, { $inc: { 'a.$[]': 10 } }, { a: [11, 12] }],
  ['filtered $[name]', { a: [{ n: 1, m: [1, 9] }, { n: 5, m: [9] }] }, { $set: { 'a.$[one].m.$[big]': 0 } }, { a: [{ n: 1, m: [1, 0] }, { n: 5, m: [9] }] }, { arrayFilters: [{ 'one.n': 1 }, { big: { $gt: 5 } }] }],
  ['filtered $[name]', { a: [1] }, { $set: { 'a.$[x]': 0 } }, code(2)],
  ['filtered $[name]', { a: [1] }, { $set: { 'a.$[]': 0 } }, code(9), { arrayFilters: [{ x: 1 }] }],
  ['pipelines', { a: 2, b: { c: 1 } }, [{ $set: { 'b.d': { $add: ['$a', '$b.c'] } } }, { $unset: 'a' }], { b: { c: 1, d: 3 } }],
  ['pipelines', { a: 1 }, [{ $replaceWith: { $mergeObjects: ['$$ROOT', { z: 1 }] } }], { a: 1, z: 1 }],
  ['pipelines', { a: 1 }, [{ $match: {} }], code(72)],
  ['conflicts', { a: 1 }, { $set: { 'a.b': 1, 'a': 2 } }, code(40)],
  ['unknown operators', { a: 1 }, { $put: { a: 1 } }, code(9)],
  ['empty paths', { a: 1 }, { $set: { 'a..b': 1 } }, code(56)],
]
