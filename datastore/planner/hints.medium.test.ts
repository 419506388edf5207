import type { Collection, Document, IndexDescription } from 'mongodb'
import type { Fixture } from '../testing/fixture.ts'
import process from 'node:process'
import fc from 'fast-check'
import { Decimal128, Double, Long, ObjectId } from 'mongodb'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startFixture } from '../testing/fixture.ts'

/** How long the search for a difference may take; a search by night may take hours. */
const SECONDS = Number(process.env.LOUPE_HINT_SECONDS ?? 15)

let fixture: Fixture
beforeAll(async () => {
  fixture = await startFixture()
})
afterAll(() => fixture.close())

const id = new ObjectId('65ed5a00aaaaaaaaaaaaaaaa')
const scalar = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -2, max: 3 }) },
  { weight: 4, arbitrary: fc.constantFrom('a', 'A', 'á', 'ab', 'Ab', 'b', 'B', '') },
  { weight: 2, arbitrary: fc.constantFrom<unknown>(null, true, false, 1.5, new Double(2), Long.fromNumber(1), Decimal128.fromString('1.50'), Decimal128.fromString('2'), new Date(0), new Date(5), id, Number.NaN) },
)
const element = fc.record({ x: scalar, y: scalar }, { requiredKeys: [] })
const value = fc.oneof(
  { weight: 5, arbitrary: scalar },
  { weight: 2, arbitrary: fc.array(scalar, { maxLength: 3 }) },
  { weight: 1, arbitrary: element },
  { weight: 1, arbitrary: fc.array(element, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.array(fc.array(scalar, { maxLength: 2 }), { maxLength: 2 }) },
)
const documents = fc.array(fc.record({ a: value, b: value, c: scalar }, { requiredKeys: [] }), { minLength: 8, maxLength: 24 })

const path = fc.constantFrom('a', 'a', 'b', 'c', 'a.x', 'b.y', 'a.0')
const comparison = fc.tuple(fc.constantFrom('$gt', '$gte', '$lt', '$lte', '$eq'), scalar).map(([name, operand]): Document => ({ [name]: operand }))
const test: fc.Arbitrary<unknown> = fc.oneof(
  scalar,
  comparison,
  fc.tuple(scalar, scalar).map(([low, high]) => ({ $gte: low, $lt: high })),
  fc.array(fc.oneof({ weight: 6, arbitrary: scalar }, { weight: 1, arbitrary: fc.constantFrom(/^a/, /b/i) }), { maxLength: 4 }).map($in => ({ $in })),
  fc.array(scalar, { maxLength: 3 }).map($nin => ({ $nin })),
  fc.constantFrom(/^a/, /^ab/, /^A/i, /b$/),
  fc.boolean().map($exists => ({ $exists })),
  scalar.map($ne => ({ $ne })),
  comparison.map($not => ({ $not })),
  fc.tuple(scalar, scalar).map(([low, high]) => ({ $elemMatch: { $gte: low, $lte: high } })),
  fc.tuple(scalar, scalar).map(([x, y]) => ({ $elemMatch: { x, y: { $gte: y } } })),
  fc.array(scalar, { minLength: 1, maxLength: 2 }).map($all => ({ $all })),
  fc.integer({ min: 0, max: 2 }).map($size => ({ $size })),
  fc.array(scalar, { maxLength: 2 }),
)
const condition = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(path, test).map(([name, wanted]): Document => ({ [name]: wanted })) },
  { weight: 1, arbitrary: fc.array(fc.integer({ min: 0, max: 24 }), { maxLength: 8 }).map((ids): Document => ({ _id: { $in: ids } })) },
)
const filter: fc.Arbitrary<Document> = fc.oneof(
  condition,
  fc.constant({}),
  fc.array(condition, { minLength: 2, maxLength: 3 }).map($and => ({ $and })),
  fc.array(condition, { minLength: 2, maxLength: 3 }).map($or => ({ $or })),
  fc.tuple(condition, fc.array(condition, { minLength: 1, maxLength: 2 })).map(([first, $or]) => ({ $and: [first, { $or }] })),
)

const direction = fc.constantFrom(1 as const, -1 as const)
const collation = fc.constantFrom(undefined, undefined, { locale: 'en', strength: 1 }, { locale: 'en', strength: 2 })
const keys = fc.uniqueArray(fc.tuple(path, direction), { selector: ([name]) => name, minLength: 1, maxLength: 3 }).map(fields => Object.fromEntries(fields))
const partial = fc.constantFrom<Document>({ c: { $exists: true } }, { c: { $gt: 0 } }, { c: 'a' }, { a: { $gte: 'a' } })
const index: fc.Arbitrary<IndexDescription> = fc.record({ key: keys, collation, kind: fc.constantFrom('plain', 'plain', 'unique', 'sparse', 'partial'), partial }).map(({ key, collation, kind, partial }) => ({
  key,
  ...(collation ? { collation } : {}),
  ...(kind === 'unique' ? { unique: true } : kind === 'sparse' ? { sparse: true } : kind === 'partial' ? { partialFilterExpression: partial } : {}),
}))
const query = fc.record({
  filter,
  sort: fc.uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c', 'a.x', 'b.y'), direction), { selector: ([name]) => name, maxLength: 2 }),
  last: direction,
  skip: fc.integer({ min: 0, max: 3 }),
  limit: fc.integer({ min: 0, max: 6 }),
  collation,
})
const given = fc.record({ documents, indexes: fc.array(index, { minLength: 1, maxLength: 4 }), queries: fc.array(query, { minLength: 8, maxLength: 12 }) })

/** What an index refuses (a value twice, two arrays in one key) is left out; so is an index that stands there already under its name. */
async function fill(collection: Collection<{ _id: number }>, indexes: IndexDescription[], documents: Document[]): Promise<string[]> {
  await collection.drop()
  const names: string[] = []
  for (const [i, description] of indexes.entries())
    names.push(...await collection.createIndexes([{ ...description, name: `i${i}` }]).catch(() => []))
  await collection.insertMany(documents.map((document, _id) => ({ ...document, _id })), { ordered: false }).catch(() => {})
  return names
}

it('an answer through an index is the answer of a scan, in its order, for any documents, indexes and queries', async () => {
  const collection = fixture.client.db('hints').collection<{ _id: number }>('any')
  await fc.assert(fc.asyncProperty(given, async ({ documents, indexes, queries }) => {
    const names = await fill(collection, indexes, documents)
    // An index that holds some of the documents only answers a hint with those; MongoDB does so too.
    const whole = names.filter(name => !indexes[Number(name.slice(1))]!.sparse && !indexes[Number(name.slice(1))]!.partialFilterExpression)
    for (const { filter, sort, last, skip, limit, collation } of queries) {
      const options = { sort: [...sort, ['_id', last]] as [string, 1 | -1][], skip, limit, ...(collation ? { collation } : {}) }
      const scanned = await collection.find(filter, { ...options, hint: { $natural: 1 } }).toArray()
      expect(await collection.find(filter, options).toArray()).toEqual(scanned)
      for (const hint of whole)
        expect(await collection.find(filter, { ...options, hint }).toArray(), hint).toEqual(scanned)
      expect(await collection.countDocuments(filter, collation ? { collation } : {})).toBe((await collection.find(filter, { hint: { $natural: 1 }, ...(collation ? { collation } : {}) }).toArray()).length)
    }
  }), { numRuns: 1_000_000, interruptAfterTimeLimit: SECONDS * 1000, markInterruptAsFailure: false })
}, (SECONDS + 45) * 1000)
