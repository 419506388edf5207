import type { Fixture } from '../testing/fixture.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startFixture } from '../testing/fixture.ts'

const MB = 1024 * 1024
let fixture: Fixture

beforeAll(async () => {
  fixture = await startFixture()
  await fixture.client.db('large').collection<{ _id: number }>('texts').insertMany([1, 2, 3].map(_id => ({ _id, text: String(_id).repeat(5.5 * MB) })))
})
afterAll(() => fixture.close())

describe('a result of more than 16 MB', () => {
  const texts = () => fixture.client.db('large').collection('texts')
  const thrice = { $concatArrays: [['$text'], ['$text'], ['$text']] }

  it('is no document that an aggregation, a find or a distinct answers', async () => {
    await expect(texts().aggregate([{ $group: { _id: null, all: { $push: '$text' } } }]).toArray()).rejects.toMatchObject({ code: 10334 })
    await expect(texts().aggregate([{ $limit: 1 }, { $project: { all: { $concatArrays: [thrice, thrice] } } }]).toArray()).rejects.toMatchObject({ code: 10334 })
    await expect(texts().find({}, { projection: { all: thrice } }).toArray()).rejects.toMatchObject({ code: 10334 })
    await expect(texts().distinct('text')).rejects.toMatchObject({ code: 17217 })
  })

  it('may stand between stages, and be many documents', async () => {
    expect(await texts().aggregate([{ $group: { _id: null, all: { $push: '$text' } } }, { $project: { _id: 0, n: { $size: '$all' } } }]).toArray()).toEqual([{ n: 3 }])
    expect((await texts().find().toArray()).length).toBe(3)
    expect((await texts().aggregate([{ $addFields: { more: 1 } }]).toArray()).length).toBe(3)
  })
})

describe('a pattern that backtracks without end', () => {
  it('ends the command that asked for it within seconds, and others are answered', async () => {
    const words = fixture.client.db('large').collection<{ _id: number, text: string }>('words')
    await words.insertMany(Array.from({ length: 50 }, (_, _id) => ({ _id, text: `${'a'.repeat(64)}!` })))
    const started = performance.now()
    await expect(words.find({ text: { $regex: '^(a+)+$', $options: 'i' } }).toArray()).rejects.toMatchObject({ code: 51156 })
    await expect(words.updateMany({ text: /^(a|aa)+$/ }, { $set: { found: true } })).rejects.toMatchObject({ code: 51156 })
    expect(performance.now() - started).toBeLessThan(5000)
    expect(await words.countDocuments({ text: { $regex: '^(a+)+!$' } })).toBe(50)
  })
})
