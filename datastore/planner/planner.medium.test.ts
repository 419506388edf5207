import type { Collection, Document, Filter, Sort } from 'mongodb'
import type { Fixture } from '../testing/fixture.ts'
import fc from 'fast-check'
import { Query } from 'mingo'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startFixture } from '../testing/fixture.ts'

let fixture: Fixture

beforeAll(async () => {
  fixture = await startFixture()
})
afterAll(() => fixture.close())

const scalar = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: -2, max: 4 }) },
  { weight: 3, arbitrary: fc.constantFrom('a', 'ab', 'b', 'B', '') },
  { weight: 1, arbitrary: fc.constantFrom(null, true, false, 1.5, -0.5, new Date(0), new Date(5)) },
)
const value = fc.oneof(
  { weight: 4, arbitrary: scalar },
  { weight: 2, arbitrary: fc.array(scalar, { maxLength: 3 }) },
  { weight: 2, arbitrary: fc.array(fc.integer({ min: -2, max: 4 }), { minLength: 2, maxLength: 3 }) },
  { weight: 1, arbitrary: fc.record({ x: scalar, y: scalar }, { requiredKeys: [] }) },
  { weight: 1, arbitrary: fc.array(fc.record({ x: scalar, y: scalar }, { requiredKeys: [] }), { maxLength: 3 }) },
)
const documents = fc.array(fc.record({ a: value, b: scalar, c: value }, { requiredKeys: [] }), { minLength: 10, maxLength: 30 })

const path = fc.constantFrom('a', 'a', 'b', 'c', 'a.x', 'a.y', 'c.x')
const operator = fc.oneof(
  scalar.map(operand => ({ $eq: operand })),
  scalar.map(operand => operand as unknown as Document),
  fc.tuple(fc.constantFrom('$gt', '$gte', '$lt', '$lte'), scalar).map(([name, operand]) => ({ [name]: operand })),
  fc.tuple(scalar, scalar).map(([low, high]) => ({ $gte: low, $lt: high })),
  fc.tuple(fc.integer({ min: -2, max: 4 }), fc.integer({ min: -2, max: 4 })).map(([low, high]) => ({ $gte: low, $lte: high })),
  fc.tuple(fc.integer({ min: -2, max: 4 }), fc.integer({ min: -2, max: 4 })).map(([low, high]) => ({ $gt: low, $lt: high })),
  fc.array(scalar, { maxLength: 4 }).map(operands => ({ $in: operands })),
  scalar.map(operand => ({ $ne: operand })),
  fc.boolean().map(wanted => ({ $exists: wanted })),
  fc.constantFrom({ $regex: '^a' }, { $regex: '^ab' }, { $regex: 'b' }),
  fc.tuple(scalar, scalar).map(([low, high]) => ({ $elemMatch: { $gt: low, $lte: high } })),
)
const elementOperator = fc.tuple(scalar, scalar).map(([x, y]) => ({ $elemMatch: { x: { $gte: x }, y } }))
const condition = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(path, operator).map(([name, test]) => ({ [name]: test })) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom('a', 'c'), elementOperator).map(([name, test]) => ({ [name]: test })) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 32 }).map(_id => ({ _id })) },
  { weight: 1, arbitrary: fc.array(fc.integer({ min: 0, max: 32 }), { maxLength: 12 }).map(ids => ({ _id: { $in: ids } })) },
)
const filter: fc.Arbitrary<Document> = fc.oneof(
  condition,
  fc.array(condition, { minLength: 2, maxLength: 3 }).map(parts => ({ $and: parts })),
  fc.array(condition, { minLength: 2, maxLength: 3 }).map(parts => ({ $or: parts })),
)
const direction = fc.constantFrom(1 as const, -1 as const)
const sort = fc.uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c', 'a.x', '_id'), direction), { selector: ([name]) => name, maxLength: 3 })
const indexes = fc.uniqueArray(
  fc.uniqueArray(fc.tuple(path, direction), { selector: ([name]) => name, minLength: 1, maxLength: 3 }).map(fields => Object.fromEntries(fields)),
  { selector: key => JSON.stringify(key), minLength: 1, maxLength: 3 },
)

/** Two array fields cannot be in one index; such documents are left out. */
async function fill(collection: Collection, keys: Record<string, 1 | -1>[], given: Document[], sparse: boolean): Promise<void> {
  await collection.drop()
  await collection.createIndexes(keys.map(key => ({ key, ...(sparse ? { sparse } : {}) })))
  await collection.insertMany(given.map((document, i) => ({ ...document, _id: i as never })), { ordered: false }).catch(() => {})
}

describe('a find through indexes', () => {
  it('finds what a scan of the whole collection finds, whatever the filter, the indexes and the order', async () => {
    const collection = fixture.client.db('model').collection('indexed')
    await fc.assert(fc.asyncProperty(documents, indexes, fc.array(fc.tuple(filter, sort, fc.integer({ min: 0, max: 6 })), { minLength: 10, maxLength: 14 }), fc.boolean(), async (given, keys, queries, sparse) => {
      await fill(collection, keys, given, sparse)
      for (const [wanted, order, limit] of queries) {
        const total: Sort = [...order.filter(([name]) => name !== '_id'), ['_id', 1]]
        const indexed = await collection.find(wanted as Filter<Document>).sort(total).limit(limit).toArray()
        const scanned = await collection.find(wanted as Filter<Document>).sort(total).limit(limit).hint({ $natural: 1 }).toArray()
        expect(indexed).toEqual(scanned)
        const unordered = await collection.find(wanted as Filter<Document>).toArray()
        expect(new Set(unordered.map(({ _id }) => _id)).size).toBe(unordered.length)
        expect(await collection.countDocuments(wanted as Filter<Document>)).toBe(unordered.length)
        if (limit > 0)
          expect(await collection.countDocuments(wanted as Filter<Document>, { skip: 1, limit })).toBe(Math.min(limit, Math.max(0, unordered.length - 1)))
        expect(unordered.length).toBe((await collection.find(wanted as Filter<Document>).hint({ $natural: -1 }).toArray()).length)
      }
    }), { numRuns: 70, interruptAfterTimeLimit: 9_000 })
  })

  it('agrees with mingo on plain conditions', async () => {
    const collection = fixture.client.db('model').collection('mingo')
    const plain = fc.oneof(
      fc.tuple(fc.constantFrom('a', 'b'), fc.integer({ min: -2, max: 4 })).map(([name, operand]): Document => ({ [name]: operand })),
      fc.tuple(fc.constantFrom('a', 'b'), fc.constantFrom('$gt', '$gte', '$lt', '$lte', '$ne'), fc.integer({ min: -2, max: 4 })).map(([name, test, operand]): Document => ({ [name]: { [test]: operand } })),
      fc.tuple(fc.constantFrom('a', 'b'), fc.array(fc.integer({ min: -2, max: 4 }), { maxLength: 3 })).map(([name, operands]): Document => ({ [name]: { $in: operands } })),
    )
    await fc.assert(fc.asyncProperty(documents, indexes, fc.array(plain, { minLength: 1, maxLength: 3 }), async (given, keys, parts) => {
      await fill(collection, keys, given, false)
      const wanted = { $and: parts }
      const found = await collection.find(wanted).sort({ _id: 1 }).toArray()
      const query = new Query(wanted)
      const all = await collection.find().sort({ _id: 1 }).toArray()
      expect(found).toEqual(all.filter(document => query.test(document)))
    }), { numRuns: 60, interruptAfterTimeLimit: 5_000 })
  })
})

describe('explain', () => {
  it('shows the index that serves an equality and the order after it, read backwards and no further than the limit', async () => {
    const messages = fixture.client.db('plans').collection('messages')
    await messages.createIndex({ chat: 1, at: 1 })
    await messages.createIndex({ at: 1 })
    await messages.insertMany(Array.from({ length: 500 }, (_, i) => ({ chat: i % 5, at: i })))
    const explained = await messages.find({ chat: 3 }).sort({ at: -1 }).limit(10).explain('executionStats')
    expect(explained.executionStats).toMatchObject({ nReturned: 10, totalKeysExamined: 10, totalDocsExamined: 10 })
    expect(explained.queryPlanner.winningPlan).toMatchObject({ stage: 'LIMIT', inputStage: { stage: 'FETCH', inputStage: { stage: 'IXSCAN', indexName: 'chat_1_at_1', keyPattern: { chat: 1, at: 1 }, direction: 'backward' } } })
  })

  it('merges several values of a leading field into one order without sorting', async () => {
    const chats = fixture.client.db('plans').collection('chats')
    await chats.createIndex({ house: 1, status: 1, at: -1 })
    await chats.insertMany(Array.from({ length: 300 }, (_, i) => ({ house: 'h', status: ['open', 'snoozed', 'closed'][i % 3], at: (i * 7919) % 1000 })))
    const cursor = (): ReturnType<typeof chats.find> => chats.find({ house: 'h', status: { $in: ['open', 'snoozed'] } }).sort({ at: -1 }).limit(20)
    const explained = await cursor().explain('executionStats')
    expect(JSON.stringify(explained.queryPlanner.winningPlan)).toContain('SORT_MERGE')
    expect(explained.executionStats.totalDocsExamined).toBeLessThanOrEqual(22)
    const times = (await cursor().toArray()).map(({ at }) => Number(at))
    expect(times).toEqual([...times].sort((a, b) => b - a))
  })

  it('shows a whole scan and a sort where no index helps', async () => {
    const plain = fixture.client.db('plans').collection('plain')
    await plain.insertMany([{ n: 2 }, { n: 1 }])
    const explained = await plain.find({ n: { $gt: 0 } }).sort({ n: 1 }).explain('queryPlanner')
    expect(explained.queryPlanner.winningPlan).toMatchObject({ stage: 'SORT', inputStage: { stage: 'COLLSCAN' } })
  })

  it('uses an index for each branch of an $or', async () => {
    const people = fixture.client.db('plans').collection('people')
    await people.createIndex({ phone: 1 })
    await people.createIndex({ email: 1 })
    await people.insertMany(Array.from({ length: 50 }, (_, i) => ({ phone: i, email: `e${i}` })))
    const explained = await people.find({ $or: [{ phone: 3 }, { email: 'e4' }] }).explain('executionStats')
    expect(explained.executionStats).toMatchObject({ nReturned: 2, totalDocsExamined: 2 })
  })

  it('goes through a hinted index that leads to some of the documents only, or has another collation', async () => {
    const hinted = fixture.client.db('plans').collection<{ _id: number, a?: number, name: string }>('hinted_oddly')
    await hinted.createIndexes([{ key: { a: 1 }, sparse: true }, { key: { a: -1 }, name: 'much', partialFilterExpression: { a: { $gt: 1 } } }, { key: { name: 1 }, collation: { locale: 'en', strength: 2 } }])
    await hinted.insertMany([{ _id: 1, name: 'b' }, { _id: 2, a: 1, name: 'B' }, { _id: 3, a: 2, name: 'a' }])
    const ids = async (filter: Filter<{ _id: number, a?: number, name: string }>, hint: string): Promise<number[]> => (await hinted.find(filter, { hint, sort: { name: 1 } }).toArray()).map(({ _id }) => _id)
    expect(await ids({}, 'a_1')).toEqual([2, 3])
    expect(await ids({}, 'much')).toEqual([3])
    expect(await ids({}, 'name_1')).toEqual([2, 3, 1])
    expect(await ids({ name: 'B' }, 'name_1')).toEqual([2])
  })

  it('obeys a hint and refuses one that names no index', async () => {
    const hinted = fixture.client.db('plans').collection('hinted')
    await hinted.createIndex({ a: 1 })
    await hinted.insertOne({ a: 1, b: 1 })
    const explained = await hinted.find({ b: 1 }).hint({ a: 1 }).explain('queryPlanner')
    expect(JSON.stringify(explained.queryPlanner.winningPlan)).toContain('a_1')
    await expect(hinted.find({}).hint('nothing').toArray()).rejects.toMatchObject({ code: 2 })
  })
})
