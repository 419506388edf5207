import type { Fixture } from './testing/fixture.ts'
import { Buffer } from 'node:buffer'
import { statSync } from 'node:fs'
import { connect } from 'node:net'
import { dirname } from 'node:path'
import { Decimal128, Double, Long, ObjectId } from 'bson'
import fc from 'fast-check'
import { MongoClient } from 'mongodb'
import mongoose from 'mongoose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startDatastore } from './index.ts'
import { startFixture } from './testing/fixture.ts'

let fixture: Fixture

beforeAll(async () => {
  fixture = await startFixture()
})
afterAll(() => fixture.close())

let numbered = 0
function fresh(): ReturnType<ReturnType<MongoClient['db']>['collection']> {
  return fixture.client.db('tests').collection(`c${numbered++}`)
}

describe('the driver', () => {
  it('writes, finds, changes and deletes', async () => {
    const items = fresh()
    expect(await items.insertMany([{ n: 1 }, { n: 2 }, { n: 3 }])).toMatchObject({ insertedCount: 3 })
    expect((await items.find({ n: { $gte: 2 } }).sort({ n: -1 }).toArray()).map(({ n }) => n as number)).toEqual([3, 2])
    expect(await items.updateMany({ n: { $lt: 3 } }, { $set: { low: true } })).toMatchObject({ matchedCount: 2, modifiedCount: 2 })
    expect(await items.updateOne({ n: 1 }, { $set: { low: true } })).toMatchObject({ matchedCount: 1, modifiedCount: 0 })
    expect(await items.replaceOne({ n: 3 }, { n: 30 })).toMatchObject({ modifiedCount: 1 })
    expect(await items.deleteMany({ low: true })).toMatchObject({ deletedCount: 2 })
    expect(await items.countDocuments()).toBe(1)
    expect(await items.estimatedDocumentCount()).toBe(1)
  })

  it('reads a long result in batches through a cursor', async () => {
    const items = fresh()
    await items.insertMany(Array.from({ length: 1000 }, (_, i) => ({ _id: i as never })))
    const seen: number[] = []
    for await (const { _id } of items.find().batchSize(7))
      seen.push(Number(_id))
    expect(seen).toEqual(Array.from({ length: 1000 }, (_, i) => i))
    await expect(fixture.client.db('tests').command({ getMore: Long.fromNumber(12345), collection: items.collectionName })).rejects.toMatchObject({ code: 43 })
  })

  it('gets numbers back in the types they were stored with', async () => {
    const items = fresh()
    const stored = { _id: 'types' as never, long: Long.fromString('9223372036854775807'), double: new Double(3), decimal: Decimal128.fromString('1.10'), int: 4 }
    await items.insertOne(stored)
    await items.updateOne({ _id: stored._id }, { $set: { other: 'x' } })
    const raw = await items.findOne({ _id: stored._id }, { promoteValues: false })
    expect(raw).toMatchObject({ long: stored.long, double: stored.double, decimal: stored.decimal })
  })

  it('upserts with the equalities of the filter', async () => {
    const items = fresh()
    const result = await items.updateOne({ 'a': 1, 'b.c': 2, 'd': { $gt: 5 } }, { $set: { e: 3 }, $setOnInsert: { f: 4 } }, { upsert: true })
    expect(result.upsertedCount).toBe(1)
    expect(await items.findOne({ _id: result.upsertedId! })).toEqual({ _id: result.upsertedId, a: 1, b: { c: 2 }, e: 3, f: 4 })
  })

  it('finds and modifies in one step, before or after, sorted', async () => {
    const items = fresh()
    await items.insertMany([{ p: 2 }, { p: 1 }])
    expect(await items.findOneAndUpdate({}, { $set: { taken: true } }, { sort: { p: 1 }, returnDocument: 'after' })).toMatchObject({ p: 1, taken: true })
    expect(await items.findOneAndDelete({ p: 2 })).toMatchObject({ p: 2 })
    expect(await items.findOneAndReplace({ p: 9 }, { p: 10 }, { upsert: true, returnDocument: 'after' })).toMatchObject({ p: 10 })
  })

  it('changes the array element the filter matched', async () => {
    const items = fresh()
    await items.insertOne({ list: [{ id: 1, n: 0 }, { id: 2, n: 0 }] })
    await items.updateOne({ 'list.id': 2 }, { $inc: { 'list.$.n': 5 } })
    await items.updateOne({ list: { $elemMatch: { id: 1 } } }, { $set: { 'list.$.n': 7 } })
    expect(await items.findOne({}, { projection: { _id: 0 } })).toEqual({ list: [{ id: 1, n: 7 }, { id: 2, n: 5 }] })
  })

  it('projects fields in and out', async () => {
    const items = fresh()
    await items.insertOne({ _id: 1 as never, a: { b: 1, c: 2 }, list: [1, 2, 3], d: 4 })
    expect(await items.findOne({}, { projection: { 'a.b': 1 } })).toEqual({ _id: 1, a: { b: 1 } })
    expect(await items.findOne({}, { projection: { a: 0, _id: 0, list: 0 } })).toEqual({ d: 4 })
    expect(await items.findOne({}, { projection: { list: { $slice: -2 }, d: 1 } })).toEqual({ _id: 1, list: [2, 3], d: 4 })
    await expect(items.findOne({}, { projection: { a: 1, d: 0 } })).rejects.toThrow(/exclusion/)
  })

  it('aggregates', async () => {
    const items = fresh()
    await items.insertMany([{ k: 'a', n: 1 }, { k: 'b', n: 2 }, { k: 'a', n: 3 }])
    expect(await items.aggregate([{ $match: { n: { $gt: 0 } } }, { $group: { _id: '$k', sum: { $sum: '$n' } } }, { $sort: { _id: 1 } }]).toArray()).toEqual([{ _id: 'a', sum: 4 }, { _id: 'b', sum: 2 }])
    expect(await items.aggregate([{ $match: { k: 'a' } }, { $count: 'n' }]).toArray()).toEqual([{ n: 2 }])
    await expect(items.aggregate([{ $nonsense: {} }]).toArray()).rejects.toMatchObject({ code: 40324 })
    await expect(items.aggregate([{ $vectorSearch: {} }]).toArray()).rejects.toMatchObject({ code: 31082 })
  })

  it('gets distinct values, those within arrays too', async () => {
    const items = fresh()
    await items.insertMany([{ t: ['a', 'b'] }, { t: 'a' }, { t: 5 }, { t: Long.fromNumber(5) }])
    expect((await items.distinct('t')).map(String).sort()).toEqual(['5', 'a', 'b'])
  })

  it('compares text without case under a collation, through an index of that collation', async () => {
    const items = fresh()
    const collation = { locale: 'en', strength: 2 }
    await items.createIndex({ email: 1 }, { unique: true, collation })
    await items.insertOne({ email: 'Ada@Example.org' })
    await expect(items.insertOne({ email: 'ada@example.ORG' })).rejects.toMatchObject({ code: 11000 })
    const found = items.find({ email: 'ADA@example.org' }).collation(collation)
    expect(await found.toArray()).toHaveLength(1)
    expect(JSON.stringify(await items.find({ email: 'x' }).collation(collation).explain('queryPlanner'))).toContain('IXSCAN')
    expect(await items.find({ email: 'ada@example.org' }).toArray()).toHaveLength(0)
  })

  it('is answered with MongoDB\'s codes when something is wrong', async () => {
    const db = fixture.client.db('errors')
    const items = db.collection('items')
    await items.createIndex({ u: 1 }, { unique: true })
    await items.insertOne({ _id: 1 as never, u: 1 })
    await expect(db.command({ nonsense: 1 })).rejects.toMatchObject({ code: 59, codeName: 'CommandNotFound' })
    await expect(items.insertOne({ u: 1 })).rejects.toMatchObject({ code: 11000, keyPattern: { u: 1 }, keyValue: { u: 1 } })
    await expect(items.find({ u: { $nonsense: 1 } }).toArray()).rejects.toMatchObject({ code: 2 })
    await expect(items.find({ $where: 'true' }).toArray()).rejects.toMatchObject({ code: 115 })
    await expect(items.updateOne({}, { $set: { _id: 2 } } as never)).rejects.toMatchObject({ code: 66 })
    await expect(db.createCollection('items')).rejects.toMatchObject({ code: 48 })
    await expect(items.createIndex({ u: 1 }, { unique: false, name: 'u_1' })).rejects.toMatchObject({ code: 85 })
    await expect(items.createIndex({ v: 1 }, { name: 'u_1' })).rejects.toMatchObject({ code: 86 })
    await expect(db.collection('absent').indexes()).rejects.toMatchObject({ code: 26 })
    await expect(items.dropIndex('absent')).rejects.toMatchObject({ code: 27 })
    const session = fixture.client.startSession()
    await expect(session.withTransaction(() => items.insertOne({ u: 5 }, { session }))).rejects.toMatchObject({ originalError: { code: 20 } })
    await session.endSession()
    expect(await items.countDocuments()).toBe(1)
  })

  it('lists, renames and drops collections and databases', async () => {
    const db = fixture.client.db('naming')
    await db.collection('old').insertOne({ a: 1 })
    await db.collection('old').createIndex({ a: 1 })
    await db.renameCollection('old', 'new')
    expect((await db.listCollections().toArray()).map(({ name }) => name)).toEqual(['new'])
    expect(await db.collection('new').find({ a: 1 }).hint('a_1').toArray()).toHaveLength(1)
    expect((await fixture.client.db().admin().listDatabases()).databases.map(({ name }) => name)).toContain('naming')
    await db.dropDatabase()
    expect(await db.listCollections().toArray()).toEqual([])
  })
})

describe('many writers at once', () => {
  it('cannot both have a unique value', async () => {
    const items = fresh()
    await items.createIndex({ u: 1 }, { unique: true })
    const results = await Promise.allSettled(Array.from({ length: 200 }, (_, i) => items.insertOne({ u: i % 20 })))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(20)
    expect(await items.countDocuments()).toBe(20)
  })

  it('lose no increment', async () => {
    const items = fresh()
    await items.insertOne({ _id: 'counter' as never, n: 0 })
    await Promise.all(Array.from({ length: 300 }, (_, i) => items.updateOne({ _id: 'counter' as never }, { $inc: { n: 1 }, $set: { last: i } })))
    expect(await items.findOne()).toMatchObject({ n: 300 })
  })

  it('upsert one document between them', async () => {
    const items = fresh()
    await items.createIndex({ key: 1 }, { unique: true })
    await Promise.all(Array.from({ length: 100 }, (_, i) => items.findOneAndUpdate({ key: 'k' }, { $inc: { n: 1 }, $set: { last: i } }, { upsert: true })))
    expect(await items.find().toArray()).toMatchObject([{ key: 'k', n: 100 }])
  })

  it('leave indexes that agree with the documents', async () => {
    const items = fresh()
    await items.createIndexes([{ key: { a: 1, b: -1 } }, { key: { tags: 1 } }, { key: { s: 1 }, sparse: true }, { key: { p: 1 }, partialFilterExpression: { a: { $gt: 2 } } }])
    await fc.assert(fc.asyncProperty(fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 5 })), { maxLength: 30 }), async (steps) => {
      await Promise.all(steps.map(([id, kind]) => {
        const _id = id as never
        switch (kind) {
          case 0: return items.updateOne({ _id }, { $set: { a: kind + id, b: { x: id } } }, { upsert: true })
          case 1: return items.updateOne({ _id }, { $push: { tags: `t${id}` as never }, $inc: { a: 1 } }, { upsert: true })
          case 2: return items.deleteOne({ _id })
          case 3: return items.replaceOne({ _id }, { a: 3, s: id, tags: ['x', 'x', id] }, { upsert: true })
          case 4: return items.updateMany({ a: { $gte: 2 } }, { $set: { p: id }, $unset: { s: '' } })
          default: return items.updateMany({ tags: 'x' }, { $pull: { tags: 'x' as never } })
        }
      }))
      expect(await fixture.client.db('tests').command({ validate: items.collectionName })).toMatchObject({ valid: true, errors: [] })
    }), { numRuns: 25, interruptAfterTimeLimit: 6_000 })
  })
})

describe('mongoose', () => {
  it('connects, builds its indexes and works with its models', async () => {
    const connection = await mongoose.createConnection(fixture.datastore.uriFor('models')).asPromise()
    const schema = new mongoose.Schema({ name: { type: String, unique: true }, count: { type: Number, default: 0 }, seen: Date }, { timestamps: true })
    const Person = connection.model('Person', schema)
    await Person.init()
    await Person.create({ name: 'Ines' })
    await expect(Person.create({ name: 'Ines' })).rejects.toMatchObject({ code: 11000 })
    await Person.updateOne({ name: 'Ines' }, { $inc: { count: 2 } })
    expect(await Person.findOne({ name: /^In/ }).lean()).toMatchObject({ count: 2 })
    expect(await Person.exists({ name: 'Nobody' })).toBeNull()
    expect(await Person.syncIndexes()).toEqual([])
    await connection.close()
  })
})

describe('a store in a worker thread', () => {
  it('serves the driver, and refuses a directory in use as the same error', async () => {
    const threaded = await startFixture({ worker: true })
    await threaded.client.db('w').collection('c').insertOne({ a: 1 })
    expect(await threaded.client.db('w').collection('c').findOne()).toMatchObject({ a: 1 })
    await expect(startDatastore({ dir: threaded.dir, worker: true })).rejects.toMatchObject({ codeName: 'OperationFailed' })
    await threaded.close()
  })
})

describe('the socket', () => {
  it('lies in a directory that only its user can enter', () => {
    const path = decodeURIComponent(fixture.datastore.host)
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700)
  })

  it('can be a loopback port instead', async () => {
    const other = await startFixture({ port: 0 })
    expect(other.datastore.uri).toMatch(/^mongodb:\/\/127\.0\.0\.1:\d+\//)
    expect(await other.client.db('x').command({ ping: 1 })).toMatchObject({ ok: 1 })
    await other.close()
  })

  it('closes on malformed bytes, and the store goes on serving others', async () => {
    const path = decodeURIComponent(fixture.datastore.host)
    const send = (bytes: Buffer): Promise<void> => new Promise((resolve) => {
      const socket = connect(path)
      socket.on('error', () => {}).on('close', () => resolve())
      socket.resume()
      socket.end(bytes)
    })
    const message = (operation: number, body: Uint8Array): Buffer => {
      const bytes = Buffer.alloc(16 + body.length)
      bytes.writeInt32LE(bytes.length, 0)
      bytes.writeInt32LE(operation, 12)
      bytes.set(body, 16)
      return bytes
    }
    await fc.assert(fc.asyncProperty(
      fc.oneof(fc.uint8Array({ maxLength: 200 }).map(bytes => Buffer.from(bytes)), fc.tuple(fc.constantFrom(2013, 2004, 1, 2012, 0), fc.uint8Array({ maxLength: 100 })).map(([operation, body]) => message(operation, body)), fc.uint8Array({ maxLength: 60 }).map(body => message(2013, Buffer.concat([Buffer.from([0, 0, 0, 0, 0]), body])))),
      send,
    ), { numRuns: 300 })
    await send(message(2013, Buffer.concat([Buffer.alloc(5), nested(5000)])))
    expect(await fixture.client.db('x').command({ ping: 1 })).toMatchObject({ ok: 1 })
  })

  it('keeps names that JavaScript treats as special as data', async () => {
    const items = fresh()
    const given = JSON.parse('{"__proto__": {"admin": true}, "constructor": {"prototype": 1}, "_id": 1}') as { _id: never }
    await items.insertOne(given)
    await items.updateOne({ _id: given._id }, { $set: { 'n': 1, '__proto__.more': 2 } })
    const [{ more } = { more: undefined }] = await items.aggregate<{ more?: unknown }>([{ $project: { constructor: 1 } }]).toArray()
    expect(more).toBeUndefined()
    expect(({} as { admin?: unknown }).admin).toBeUndefined()
    expect(Object.keys((await items.findOne({ 'constructor.prototype': 1 }))!)).toContain('__proto__')
  })

  it('refuses a document that is too large or too deep', async () => {
    const items = fresh()
    await expect(items.insertOne({ text: 'x'.repeat(16 * 1024 * 1024) })).rejects.toThrow()
    const client = await MongoClient.connect(fixture.datastore.uri)
    let deep: Record<string, unknown> = { _id: new ObjectId() }
    for (let i = 0; i < 150; i++)
      deep = { deep }
    await expect(client.db('x').collection('deep').insertOne(deep)).rejects.toThrow()
    await client.close(true)
    expect(await fixture.client.db('x').command({ ping: 1 })).toMatchObject({ ok: 1 })
  })
})

/** A document that holds a document that holds a document. */
function nested(depth: number): Buffer {
  let inner = Buffer.from([5, 0, 0, 0, 0])
  for (let i = 0; i < depth; i++) {
    const outer = Buffer.alloc(inner.length + 8)
    outer.writeInt32LE(outer.length, 0)
    outer[4] = 3
    outer[5] = 97
    inner.copy(outer, 7)
    inner = outer
  }
  return inner
}
