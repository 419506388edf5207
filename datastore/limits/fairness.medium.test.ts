import type { Collection } from 'mongodb'
import type { LogEntry } from '../index.ts'
import type { Fixture } from '../testing/fixture.ts'
import { MongoClient } from 'mongodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startFixture } from '../testing/fixture.ts'

interface Item { _id: number, a: number, even: boolean, text: string, seen?: number }

const MANY = 20_000
/** An expression that looks from every letter to the end and finds nothing, so that the work is long on any machine. */
const SLOW = /y*z/
/** Were the long work done in one go, one or two short ones would get between. */
const AT_LEAST = 4

let fixture: Fixture
let other: MongoClient
let entries: LogEntry[] = []
let items: Collection<Item>
let numbered = 0

beforeAll(async () => {
  fixture = await startFixture({ slowMillis: 1, log: entry => entries.push(entry) })
  other = await MongoClient.connect(fixture.datastore.uri)
  items = await filled()
})
afterAll(async () => {
  await other.close()
  await fixture.close()
})

async function filled(): Promise<Collection<Item>> {
  const made = fixture.client.db('fair').collection<Item>(`c${numbered++}`)
  for (let from = 0; from < MANY; from += 10_000)
    await made.insertMany(Array.from({ length: 10_000 }, (_, i) => ({ _id: from + i, a: (from + i) * 7919 % MANY, even: (from + i) % 2 === 0, text: 'y'.repeat(100) })))
  return made
}

/** Does long work, and short work all the while. @returns what the long work gave and how often the short one was done meanwhile */
async function beside<T>(work: () => Promise<T>): Promise<{ result: T, short: number }> {
  const notes = other.db('fair').collection<{ _id: number, n: number }>('notes')
  let short = 0
  const state = { over: false }
  const running = work().finally(() => { state.over = true })
  while (!state.over) {
    await notes.updateOne({ _id: 1 }, { $inc: { n: 1 } }, { upsert: true })
    await notes.findOne({ _id: 1 })
    short++
  }
  return { result: await running, short }
}

describe('short work beside long work waits for one turn only', () => {
  it.each([
    ['a search through everything', async () => items.find({ text: SLOW }).toArray(), []],
    ['a sort without an index', async () => (await items.find({ text: { $not: SLOW } }, { projection: { a: 1 } }).sort({ a: -1 }).limit(2000).toArray()).length, 2000],
    ['a count of a part', async () => items.countDocuments({ even: true, text: { $not: SLOW } }), MANY / 2],
    ['distinct values', async () => (await items.distinct('a', { even: true, text: { $not: SLOW } })).length, MANY / 2],
  ] as [string, () => Promise<unknown>, unknown][])('%s', async (_name, work, expected) => {
    const { result, short } = await beside(work)
    expect(result).toEqual(expected)
    expect(short).toBeGreaterThanOrEqual(AT_LEAST)
  })

  it('an update and a deletion of half the documents', async () => {
    const own = await filled()
    await own.createIndex({ seen: 1 })
    const updated = await beside(() => own.updateMany({ even: true }, { $inc: { seen: 1 } }))
    expect(updated.result).toMatchObject({ matchedCount: MANY / 2, modifiedCount: MANY / 2 })
    expect(updated.short).toBeGreaterThanOrEqual(AT_LEAST)
    expect(await own.countDocuments({ seen: 1 })).toBe(MANY / 2)
    const deleted = await beside(() => own.deleteMany({ even: true }))
    expect(deleted.result.deletedCount).toBe(MANY / 2)
    expect(deleted.short).toBeGreaterThanOrEqual(AT_LEAST)
    expect(await fixture.client.db('fair').command({ validate: own.collectionName })).toMatchObject({ valid: true, nrecords: MANY / 2 })
  })

  it('an insertion of very many documents', async () => {
    const own = fixture.client.db('fair').collection<Item>(`c${numbered++}`)
    const { result, short } = await beside(() => own.insertMany(Array.from({ length: 30_000 }, (_, i) => ({ _id: i, a: i, even: false, text: '' })), { ordered: false }))
    expect(result.insertedCount).toBe(30_000)
    expect(short).toBeGreaterThanOrEqual(AT_LEAST)
  })
})

describe('a write that takes several turns', () => {
  it('changes each document once, even when the change moves it ahead of the scan', async () => {
    const own = await filled()
    await own.createIndex({ a: 1 })
    expect(await own.updateMany({ a: { $gte: 0 } }, { $inc: { a: MANY } })).toMatchObject({ matchedCount: MANY, modifiedCount: MANY })
    expect(await own.countDocuments({ a: { $gte: 2 * MANY } })).toBe(0)
  })

  it('leaves alone what others have changed meanwhile', async () => {
    const own = await filled()
    const changing = own.updateMany({ even: true }, { $set: { even: false, seen: 1 } })
    await other.db('fair').collection<Item>(own.collectionName).updateOne({ _id: MANY - 2 }, { $set: { even: false, seen: 2 } })
    await changing
    expect(await own.findOne({ _id: MANY - 2 })).toMatchObject({ even: false, seen: 2 })
  })

  it('gives every task to one only, though no index serves the search', async () => {
    const own = await filled()
    await own.updateMany({}, { $set: { seen: 0 } })
    await own.updateMany({ _id: { $gte: MANY - 20 } }, { $set: { seen: 1 } })
    const taken = await Promise.all(Array.from({ length: 30 }, () => own.findOneAndUpdate({ seen: 1 }, { $set: { seen: 2 } }, { returnDocument: 'after' })))
    const ids = taken.filter(item => item !== null).map(item => item._id)
    expect(ids.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => MANY - 20 + i))
  }, 60_000)

  it('inserts once when many upsert the same at a time without an index', async () => {
    const own = await filled()
    const results = await Promise.all(Array.from({ length: 5 }, () => own.updateOne({ text: 'only' }, { $inc: { seen: 1 }, $setOnInsert: { a: -1, even: false } }, { upsert: true })))
    expect(results.reduce((sum, { upsertedCount }) => sum + upsertedCount, 0)).toBe(1)
    expect(await own.find({ text: 'only' }).toArray()).toMatchObject([{ seen: 5 }])
  }, 60_000)

  it('ends with an error when the collection is dropped meanwhile', async () => {
    const own = await filled()
    const changing = expect(own.updateMany({ even: true }, { $set: { seen: 1 } })).rejects.toMatchObject({ code: 175 })
    const theirs = other.db('fair').collection(own.collectionName)
    while (!await theirs.findOne({ _id: 0 as never, seen: 1 })) await new Promise(resolve => setImmediate(resolve))
    await theirs.drop()
    await changing
  })
})

describe('a read that takes several turns', () => {
  it('sees the documents as they were at one moment', async () => {
    const own = await filled()
    const sums = own.countDocuments({ even: true, text: /y/ })
    await other.db('fair').collection<Item>(own.collectionName).updateMany({ _id: { $gte: MANY - 500 } }, { $set: { even: false } })
    expect([MANY / 2, MANY / 2 - 250]).toContain(await sums)
  })
})

describe('maxTimeMS', () => {
  it.each([
    ['find', () => items.find({ text: 'none', a: -1 }, { maxTimeMS: 1 }).toArray()],
    ['count', () => fixture.client.db('fair').command({ count: items.collectionName, query: { text: 'none', a: -1 }, maxTimeMS: 1 })],
    ['countDocuments', () => items.countDocuments({ text: 'none', a: -1 }, { maxTimeMS: 1 })],
    ['distinct', () => items.distinct('a', { text: /y/ }, { maxTimeMS: 1 })],
    ['aggregate', () => items.aggregate([{ $match: { text: /y/ } }, { $group: { _id: '$a' } }], { maxTimeMS: 1 }).toArray()],
    ['update', () => fixture.client.db('fair').command({ update: items.collectionName, updates: [{ q: { text: 'none' }, u: { $set: { seen: 1 } }, multi: true }], maxTimeMS: 1 }).then(({ writeErrors }) => Promise.reject(Object.assign(new Error('refused'), (writeErrors as object[])[0])))],
    ['getMore', async () => {
      const cursor = items.find({ text: /y/ }, { maxTimeMS: 5, batchSize: 2 })
      await cursor.next()
      for (let i = 0; i < MANY; i++)
        await cursor.next()
    }],
  ] as [string, () => Promise<unknown>][])('ends a long %s', async (_name, work) => {
    await expect(work()).rejects.toMatchObject({ code: 50 })
  })

  it('lets what is quick enough go on, and refuses what is no time', async () => {
    expect(await items.findOne({ _id: 7 }, { maxTimeMS: 1000 })).toMatchObject({ _id: 7 })
    const db = fixture.client.db('fair')
    await expect(db.command({ find: items.collectionName, maxTimeMS: -1 })).rejects.toMatchObject({ code: 2 })
    await expect(db.command({ find: items.collectionName, maxTimeMS: 'soon' })).rejects.toMatchObject({ code: 14 })
  })
})

describe('a slow query without an index', () => {
  it('is told of with the shape of its filter, and nothing of what was asked for', async () => {
    entries = []
    await items.find({ text: 'a secret', a: { $lt: 0 } }).toArray()
    await items.updateMany({ text: 'a secret' }, { $set: { seen: 1 } })
    await items.findOne({ _id: 5 })
    expect(entries).toMatchObject([
      { event: 'slow query', command: 'find', namespace: items.namespace, plan: 'COLLSCAN', filter: '{ text: ?, a: { $lt: ? } }', docsExamined: MANY },
      { event: 'slow query', command: 'update', plan: 'COLLSCAN', filter: '{ text: ? }' },
    ])
    expect(JSON.stringify(entries)).not.toContain('secret')
  })
})
