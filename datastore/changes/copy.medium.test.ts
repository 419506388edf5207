import type { Document } from 'mongodb'
import type { Fixture } from '../testing/fixture.ts'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startFixture } from '../testing/fixture.ts'
import { applyDescription, read } from './testing.ts'

let fixture: Fixture

beforeAll(async () => {
  fixture = await startFixture()
})
afterAll(() => fixture.close())

/** A collection held in memory that does what events say. */
class Copy {
  readonly documents = new Map<number, Document>()

  apply(event: Document): void {
    const id = (event.documentKey as { _id: number })._id
    switch (event.operationType) {
      case 'insert':
        expect(this.documents.has(id)).toBe(false)
        this.documents.set(id, event.fullDocument as Document)
        break
      case 'replace':
        expect(this.documents.has(id)).toBe(true)
        this.documents.set(id, event.fullDocument as Document)
        break
      case 'update':
        this.documents.set(id, applyDescription(this.documents.get(id)!, event.updateDescription as Document))
        break
      case 'delete':
        expect(this.documents.delete(id)).toBe(true)
        break
      default:
        throw new Error(`an event of type ${String(event.operationType)}`)
    }
  }

  sorted(): Document[] {
    return [...this.documents.entries()].sort(([a], [b]) => a - b).map(([, document]) => document)
  }
}

const id = fc.integer({ min: 0, max: 4 })
const small = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constantFrom('x', 'y'), fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 }), fc.record({ n: fc.integer({ min: 0, max: 5 }) }))
const path = fc.constantFrom('a', 'b', 'c.d', 'c.e.f', 'list', 'list.0', 'list.2', 'items.0.n')
const operators = fc.oneof(
  fc.record({ path, value: small }).map(({ path, value }) => ({ $set: { [path]: value } })),
  fc.record({ a: path, b: path, value: small }).map(({ a, b, value }) => ({ $set: { [a]: value }, $unset: { [b]: '' } })),
  fc.record({ path: fc.constantFrom('list', 'items'), value: small }).map(({ path, value }) => ({ $push: { [path]: { $each: [value, value], $slice: -5 } } })),
  small.map(value => ({ $addToSet: { list: value } })),
  small.map(value => ({ $pull: { list: value } })),
  fc.constant({ $inc: { 'items.$[].n': 1, 'n': 1 } }),
  fc.constant({ $rename: { a: 'b' } }),
  fc.constant([{ $set: { list: { $cond: [{ $isArray: '$list' }, { $slice: ['$list', 1] }, '$list'] }, sum: { $add: [1, 1] } } }]),
  fc.constant([{ $unset: ['c', 'n'] }]),
)
const write = fc.oneof(
  fc.record({ id, value: small }).map(({ id, value }) => ({ insertOne: { document: { _id: id, a: value, list: [1, 2, 3], items: [{ n: 1 }, { n: 2 }], padding: 'p'.repeat(200) } } })),
  fc.record({ id, change: operators, upsert: fc.boolean() }).map(({ id, change, upsert }) => ({ updateOne: { filter: { _id: id }, update: change, upsert } })),
  operators.map(change => ({ updateMany: { filter: { _id: { $gte: 2 } }, update: change } })),
  fc.record({ id, value: small }).map(({ id, value }) => ({ replaceOne: { filter: { _id: id }, replacement: { b: value } } })),
  id.map(_id => ({ deleteOne: { filter: { _id } } })),
  fc.constant({ deleteMany: { filter: { _id: { $gte: 3 } } } }),
)

describe('a copy that does what a stream tells', () => {
  it('is the collection, whatever was written by several at once', async () => {
    let round = 0
    await fc.assert(fc.asyncProperty(fc.array(fc.array(write, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 6 }), async (batches) => {
      const collection = fixture.client.db('copies').collection<{ _id: number }>(`c${round++}`)
      const { stream, take } = await read(collection.watch())
      await Promise.all(batches.map(batch => collection.bulkWrite(batch as never[], { ordered: false }).catch(() => {})))
      await collection.insertOne({ _id: 99 })
      const copy = new Copy()
      while (!copy.documents.has(99)) {
        const [event] = await take(1)
        copy.apply(event!)
      }
      await stream.close()
      expect(copy.sorted()).toEqual(await collection.find().sort({ _id: 1 }).toArray())
    }), { numRuns: 60, interruptAfterTimeLimit: 12_000 })
  })
})
