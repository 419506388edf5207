import type { Collection } from 'mongodb'
import type { Fixture } from '../../../datastore/testing/fixture.ts'
import { Buffer } from 'node:buffer'
import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { Binary, Decimal128, Double, GridFSBucket, Int32, Long, MaxKey, MinKey, MongoBulkWriteError, MongoServerError, ObjectId, Timestamp, UUID } from 'mongodb'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startFixture } from '../../../datastore/testing/fixture.ts'

interface Boat { _id: number, name: string, length: number, crew?: { name: string, rank: number }[] }

let fixture: Fixture
let boats: Collection<Boat>
beforeAll(async () => {
  fixture = await startFixture()
})
beforeEach(async () => {
  boats = fixture.client.db('driver').collection<Boat>(`boats_${new ObjectId().toHexString()}`)
  await boats.insertMany([
    { _id: 1, name: 'Alma', length: 9, crew: [{ name: 'Ia', rank: 1 }, { name: 'Jo', rank: 3 }] },
    { _id: 2, name: 'Bris', length: 12 },
    { _id: 3, name: 'Cecilia', length: 7, crew: [] },
  ])
})
afterAll(() => fixture.close())

describe('the driver\'s collections', () => {
  it('find with options in any combination', async () => {
    expect(await boats.find({ length: { $gt: 7 } }, { sort: { length: -1 }, projection: { name: 1, _id: 0 } }).toArray()).toEqual([{ name: 'Bris' }, { name: 'Alma' }])
    expect(await boats.find().sort({ name: 1 }).skip(1).limit(1).map(({ name }) => name).toArray()).toEqual(['Bris'])
    expect(await boats.findOne({ 'crew.rank': 3 }, { projection: { 'crew.$': 1 } })).toEqual({ _id: 1, crew: [{ name: 'Jo', rank: 3 }] })
    expect(await boats.distinct('crew.name', {})).toEqual(['Ia', 'Jo'])
    expect(await boats.countDocuments({ crew: { $exists: true } })).toBe(2)
    expect(await boats.estimatedDocumentCount()).toBe(3)
  })

  it('iterate, rewind and close a cursor', async () => {
    const cursor = boats.find({}, { batchSize: 1, sort: { _id: 1 } })
    expect(await cursor.hasNext()).toBe(true)
    expect(await cursor.next()).toMatchObject({ _id: 1 })
    cursor.rewind()
    const seen: number[] = []
    for await (const { _id } of cursor)
      seen.push(_id)
    expect(seen).toEqual([1, 2, 3])
    expect(cursor.closed).toBe(true)
  })

  it('update, replace and delete', async () => {
    expect(await boats.updateOne({ _id: 1 }, { $set: { 'crew.$[first].rank': 2 } }, { arrayFilters: [{ 'first.name': 'Ia' }] })).toMatchObject({ matchedCount: 1, modifiedCount: 1 })
    expect(await boats.updateMany({}, [{ $set: { feet: { $round: [{ $multiply: ['$length', 3.281] }, 1] } } }])).toMatchObject({ modifiedCount: 3 })
    expect(await boats.findOneAndUpdate({ _id: 9 }, { $set: { name: 'New' }, $setOnInsert: { length: 1 } }, { upsert: true, returnDocument: 'after', includeResultMetadata: true })).toMatchObject({ value: { _id: 9, name: 'New', length: 1 }, lastErrorObject: { updatedExisting: false, upserted: 9 } })
    expect(await boats.replaceOne({ _id: 2 }, { name: 'Brisa', length: 12 })).toMatchObject({ modifiedCount: 1 })
    expect(await boats.findOneAndDelete({ length: { $lt: 8 } }, { sort: { length: -1 } })).toMatchObject({ _id: 3 })
    expect(await boats.deleteMany({ _id: { $gte: 9 } })).toEqual({ acknowledged: true, deletedCount: 1 })
    expect(await boats.find({}, { projection: { crew: 1, feet: 1, name: 1 } }).toArray()).toEqual([
      { _id: 1, name: 'Alma', crew: [{ name: 'Ia', rank: 2 }, { name: 'Jo', rank: 3 }], feet: 29.5 },
      { _id: 2, name: 'Brisa' },
    ])
  })

  it('write in bulk and say which writes went wrong', async () => {
    const error = await boats.bulkWrite([
      { insertOne: { document: { _id: 1, name: 'Twice', length: 1 } } },
      { updateMany: { filter: {}, update: { $inc: { length: 1 } } } },
      { replaceOne: { filter: { _id: 7 }, replacement: { name: 'Gull', length: 3 }, upsert: true } },
    ], { ordered: false }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(MongoBulkWriteError)
    const { code, result } = error as MongoBulkWriteError
    expect({ code, modified: result.modifiedCount, upserted: result.upsertedCount, failed: result.getWriteErrors().map(({ index }) => index) }).toEqual({ code: 11000, modified: 3, upserted: 1, failed: [0] })
  })

  it('write nothing that an unacknowledged error stands in the way of, and go on', async () => {
    await boats.insertOne({ _id: 1, name: 'Twice', length: 1 }, { writeConcern: { w: 0 } })
    await boats.updateOne({ _id: 2 }, { $set: { length: 13 } }, { writeConcern: { w: 0 } })
    await expect.poll(() => boats.findOne({ _id: 2 })).toMatchObject({ length: 13 })
    expect(await boats.findOne({ _id: 1 })).toMatchObject({ name: 'Alma' })
  })

  it('get every BSON type back as it went in', async () => {
    const values = fixture.client.db('driver').collection('values', { promoteValues: false, promoteLongs: false })
    const document = {
      '_id': new ObjectId(),
      'double': new Double(2),
      'int': new Int32(2),
      'long': Long.fromString('9223372036854775807'),
      'decimal': Decimal128.fromString('12345678901234567890.1234567890'),
      'uuid': new UUID(),
      'bytes': new Binary(Buffer.from([0, 255])),
      'date': new Date(-1),
      'timestamp': new Timestamp({ t: 5, i: 6 }),
      'min': new MinKey(),
      'max': new MaxKey(),
      'nothing': null,
      'nested': { list: [[1], { a: true }] },
      '': 'an empty name',
      'dotted.name': '$value',
    }
    await values.insertOne(document)
    const found = await values.findOne({ _id: document._id })
    expect(found).toMatchObject({ 'double': document.double, 'int': document.int, 'long': document.long, 'decimal': document.decimal, 'date': document.date, 'timestamp': document.timestamp, 'min': document.min, 'max': document.max, 'nothing': null, 'dotted.name': '$value', '': 'an empty name' })
    expect((found!.uuid as Binary).toUUID().equals(document.uuid)).toBe(true)
    expect(Number(await values.countDocuments({ long: Long.MAX_VALUE, decimal: document.decimal, uuid: document.uuid, double: 2, int: new Double(2) }))).toBe(1)
  })
})

describe('the driver\'s sessions', () => {
  it('carry commands one after the other', async () => {
    await fixture.client.withSession(async (session) => {
      await boats.insertOne({ _id: 20, name: 'Tern', length: 4 }, { session })
      expect(await boats.findOne({ _id: 20 }, { session })).toMatchObject({ name: 'Tern' })
    })
  })

  it('refuse a transaction, and leave nothing of it', async () => {
    await fixture.client.withSession(async (session) => {
      await expect(session.withTransaction(() => boats.insertOne({ _id: 21, name: 'Skua', length: 4 }, { session }))).rejects.toBeInstanceOf(MongoServerError)
    })
    expect(await boats.countDocuments({ _id: 21 })).toBe(0)
  })
})

describe('the driver\'s indexes', () => {
  it('are made, listed, held against and dropped', async () => {
    expect(await boats.createIndex({ name: 1 }, { unique: true, collation: { locale: 'en', strength: 2 } })).toBe('name_1')
    await expect(boats.insertOne({ _id: 30, name: 'ALMA', length: 1 })).rejects.toMatchObject({ code: 11000, keyPattern: { name: 1 }, keyValue: { name: 'ALMA' } })
    expect((await boats.indexes()).map(({ name }) => name)).toEqual(['_id_', 'name_1'])
    expect(await boats.indexExists('name_1')).toBe(true)
    await boats.dropIndex('name_1')
    await boats.insertOne({ _id: 30, name: 'ALMA', length: 1 })
  })
})

describe('the driver\'s GridFS', () => {
  it('uploads, finds, downloads in parts, renames and deletes files of several chunks', async () => {
    const bucket = new GridFSBucket(fixture.client.db('files'), { bucketName: 'charts', chunkSizeBytes: 1024 })
    const bytes = randomBytes(10_000)
    const upload = bucket.openUploadStream('bay', { metadata: { scale: 5000 } })
    await pipeline(Readable.from([bytes.subarray(0, 10), bytes.subarray(10)]), upload)
    expect(await bucket.find({ filename: 'bay' }).toArray()).toMatchObject([{ _id: upload.id, length: 10_000, chunkSize: 1024, metadata: { scale: 5000 } }])
    expect(await buffer(bucket.openDownloadStream(upload.id))).toEqual(bytes)
    expect(await buffer(bucket.openDownloadStreamByName('bay', { start: 1000, end: 3000 }))).toEqual(bytes.subarray(1000, 3000))
    await pipeline(Readable.from([Buffer.from('newer')]), bucket.openUploadStream('bay'))
    expect((await buffer(bucket.openDownloadStreamByName('bay'))).toString()).toBe('newer')
    expect(await buffer(bucket.openDownloadStreamByName('bay', { revision: 0 }))).toEqual(bytes)
    await bucket.rename(upload.id, 'harbour')
    expect(await bucket.find({ filename: 'harbour' }).toArray()).toHaveLength(1)
    await bucket.delete(upload.id)
    await expect(buffer(bucket.openDownloadStream(upload.id))).rejects.toThrow('FileNotFound')
    expect(await fixture.client.db('files').collection('charts.chunks').countDocuments({ files_id: upload.id })).toBe(0)
    await bucket.drop()
  })

  it('leaves nothing of an upload that is given up', async () => {
    const bucket = new GridFSBucket(fixture.client.db('files'), { bucketName: 'drafts', chunkSizeBytes: 16 })
    const upload = bucket.openUploadStream('draft')
    await new Promise(resolve => upload.write(randomBytes(100), resolve))
    await upload.abort()
    expect(await fixture.client.db('files').collection('drafts.chunks').countDocuments({ files_id: upload.id })).toBe(0)
  })
})
