import type { Fixture } from '../testing/fixture.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startFixture } from '../testing/fixture.ts'

let fixture: Fixture

beforeAll(async () => {
  fixture = await startFixture()
})
afterAll(() => fixture.close())

describe('writes that share a transaction', () => {
  it('do not share each other\'s errors, even when one ends in the middle of its work', async () => {
    const db = fixture.client.db('groups')
    const items = db.collection<{ _id: number, u: number, n?: number }>('items')
    await items.createIndex({ u: 1 }, { unique: true })
    await items.insertMany(Array.from({ length: 20 }, (_, i) => ({ _id: i, u: i })))
    const writes = Array.from({ length: 40 }, (_, round) => [
      // The second document cannot have the value the first has got.
      items.updateMany({ _id: { $in: [0, 1] } }, { $set: { u: 1000 + round } }).then(() => 'done', (error: { code: number }) => error.code),
      items.findOneAndUpdate({ _id: { $type: 'array' } as never }, { $set: { n: 1 } }, { upsert: true }).then(() => 'done', () => 'refused'),
      db.collection<{ _id: number }>(`fresh${round}`).findOneAndUpdate({ _id: [1] as never }, { $set: { n: 1 } as never }, { upsert: true }).then(() => 'done', (error: { code: number }) => error.code),
      items.updateOne({ _id: 5 + round % 10 }, { $inc: { n: 1 } }).then(({ modifiedCount }) => modifiedCount),
    ]).flat()
    const results = await Promise.all(writes)
    expect(results.filter((_, i) => i % 4 === 0)).toEqual(Array.from({ length: 40 }, () => 11000))
    expect(results.filter((_, i) => i % 4 === 2)).toEqual(Array.from({ length: 40 }, () => 53))
    expect(results.filter((_, i) => i % 4 === 3)).toEqual(Array.from({ length: 40 }, () => 1))
    expect(await db.command({ validate: 'items' })).toMatchObject({ valid: true })
  })
})
