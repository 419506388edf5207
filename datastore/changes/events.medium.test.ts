import type { ChangeStream, Collection, Document } from 'mongodb'
import type { Fixture } from '../testing/fixture.ts'
import type { Reading } from './testing.ts'
import { Decimal128, Double, Long, ObjectId } from 'bson'
import { Timestamp } from 'mongodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startFixture } from '../testing/fixture.ts'
import { read } from './testing.ts'

let fixture: Fixture
const readings: Reading[] = []

beforeAll(async () => {
  fixture = await startFixture()
})
afterAll(async () => {
  await Promise.all(readings.map(({ stream }) => stream.close()))
  await fixture.close()
})

let numbered = 0
function fresh(): Collection {
  return fixture.client.db(`events${numbered}`).collection(`c${numbered++}`)
}

async function reading(stream: ChangeStream<Document, Document>): Promise<Reading> {
  const started = await read(stream)
  readings.push(started)
  return started
}

async function watched(collection = fresh(), pipeline: Document[] = [], options: Document = {}): Promise<Reading & { collection: Collection }> {
  return { ...await reading(collection.watch(pipeline, options)), collection }
}

describe('a stream over a collection', () => {
  it('tells of an insert, an update, a replacement and a deletion with all that MongoDB tells', async () => {
    const { collection, take } = await watched()
    const ns = { db: collection.dbName, coll: collection.collectionName }
    await collection.insertOne({ _id: 1 as never, a: 1, b: { c: 2 } })
    await collection.updateOne({ _id: 1 as never }, { $set: { 'b.c': 3, 'd': 4 }, $unset: { a: '' } })
    await collection.replaceOne({ _id: 1 as never }, { z: 1 })
    await collection.deleteOne({ _id: 1 as never })
    const events = await take(4)
    const common = { _id: { _data: expect.stringMatching(/^[0-9A-F]+$/) as string }, clusterTime: expect.any(Timestamp) as Timestamp, wallTime: expect.any(Date) as Date, ns, documentKey: { _id: 1 } }
    expect(events).toEqual([
      { ...common, operationType: 'insert', fullDocument: { _id: 1, a: 1, b: { c: 2 } } },
      { ...common, operationType: 'update', updateDescription: { updatedFields: { 'd': 4, 'b.c': 3 }, removedFields: ['a'], truncatedArrays: [] } },
      { ...common, operationType: 'replace', fullDocument: { _id: 1, z: 1 } },
      { ...common, operationType: 'delete' },
    ])
    expect(Object.keys(events[0]!)).toEqual(['_id', 'operationType', 'clusterTime', 'wallTime', 'fullDocument', 'ns', 'documentKey'])
    expect(Object.keys(events[1]!)).toEqual(['_id', 'operationType', 'clusterTime', 'wallTime', 'ns', 'documentKey', 'updateDescription'])
    const tokens = events.map(event => (event._id as { _data: string })._data)
    expect([...tokens].sort()).toEqual(tokens)
    expect(new Set(tokens).size).toBe(4)
  })

  it('tells of an upsert as an insert, and of what findOneAnd…, updateMany and deleteMany change as of other changes', async () => {
    const { collection, take } = await watched()
    await collection.updateOne({ _id: 1 as never }, { $set: { a: 1 } }, { upsert: true })
    await collection.insertOne({ _id: 2 as never, a: 1 })
    await collection.findOneAndUpdate({ _id: 1 as never }, { $inc: { a: 1 } })
    await collection.updateMany({}, { $set: { b: true } })
    await collection.findOneAndReplace({ _id: 2 as never }, { c: 1 })
    await collection.findOneAndDelete({ _id: 2 as never })
    await collection.deleteMany({})
    expect((await take(8)).map(event => [event.operationType, (event.documentKey as Document)._id as number])).toEqual([
      ['insert', 1],
      ['insert', 2],
      ['update', 1],
      ['update', 1],
      ['update', 2],
      ['replace', 2],
      ['delete', 2],
      ['delete', 1],
    ])
  })

  it('tells nothing of what changed nothing or failed', async () => {
    const { collection, take } = await watched()
    await collection.insertOne({ _id: 1 as never, a: 1 })
    await collection.updateOne({ _id: 1 as never }, { $set: { a: 1 } })
    await collection.replaceOne({ _id: 1 as never }, { a: 1 })
    await expect(collection.insertOne({ _id: 1 as never })).rejects.toMatchObject({ code: 11000 })
    await collection.deleteOne({ _id: 2 as never })
    await collection.insertMany([{ _id: 1 as never }, { _id: 3 as never }], { ordered: false }).catch(() => {})
    expect((await take(2)).map(event => (event.documentKey as Document)._id as number)).toEqual([1, 3])
  })

  it('keeps the types of all values', async () => {
    const { collection, take } = await watched(fresh(), [], { promoteValues: false, promoteLongs: false })
    const document = { _id: new ObjectId(), long: Long.fromString('9007199254740993'), double: new Double(3), decimal: Decimal128.fromString('1.10') }
    await collection.insertOne(document)
    await collection.updateOne({ _id: document._id }, { $set: { long: Long.fromString('9007199254740995'), double: new Double(4) } })
    const [insert, update] = await take(2)
    expect(insert!.fullDocument).toMatchObject(document)
    expect((update!.updateDescription as Document).updatedFields).toMatchObject({ long: Long.fromString('9007199254740995'), double: new Double(4) })
  })

  it('looks up the document of an update as it is now', async () => {
    const { collection, take } = await watched(fresh(), [], { fullDocument: 'updateLookup' })
    await collection.insertMany([{ _id: 1 as never, a: 1 }, { _id: 2 as never, a: 1 }])
    await take(2)
    await collection.updateOne({ _id: 1 as never }, { $set: { a: 2 } })
    await collection.updateOne({ _id: 1 as never }, { $set: { a: 3 } })
    await collection.updateOne({ _id: 2 as never }, { $set: { a: 2 } })
    await collection.deleteOne({ _id: 2 as never })
    const [first, , gone, deletion] = await take(4)
    expect(first).toMatchObject({ updateDescription: { updatedFields: { a: 2 } }, fullDocument: { _id: 1 } })
    expect(Object.keys(first!).indexOf('fullDocument')).toBe(4)
    expect(gone).toMatchObject({ operationType: 'update' })
    expect([null, 2]).toContain((gone!.fullDocument as Document | null)?.a ?? null)
    expect(deletion).not.toHaveProperty('fullDocument')
  })

  it('finds no document of an update where its collection is gone, but one where that has another name', async () => {
    const bare = fresh()
    const { take, stream } = await watched(bare)
    await bare.insertOne({ _id: 1 as never, a: 1 })
    const [insert] = await take(1)
    await stream.close()
    await bare.updateOne({ _id: 1 as never }, { $set: { a: 2 } })
    await bare.rename('moved')
    const moved = await watched(bare, [], { fullDocument: 'updateLookup', resumeAfter: insert!._id as Document })
    expect(await moved.take(1)).toMatchObject([{ fullDocument: { a: 2 } }])
    await fixture.client.db(bare.dbName).collection('moved').drop()
    const dropped = await watched(bare, [], { fullDocument: 'updateLookup', resumeAfter: insert!._id as Document })
    expect(await dropped.take(1)).toMatchObject([{ fullDocument: null }])
  })

  it('answers for images as MongoDB does where they are not kept', async () => {
    const { collection, take } = await watched(fresh(), [], { fullDocument: 'whenAvailable', fullDocumentBeforeChange: 'whenAvailable' })
    await collection.insertOne({ _id: 1 as never, a: 1 })
    await collection.updateOne({ _id: 1 as never }, { $set: { a: 2 } })
    await collection.deleteOne({ _id: 1 as never })
    const [insert, update, deletion] = await take(3)
    expect(insert).not.toHaveProperty('fullDocumentBeforeChange')
    expect(update).toMatchObject({ fullDocument: null, fullDocumentBeforeChange: null })
    expect(deletion).toMatchObject({ fullDocumentBeforeChange: null })
    for (const options of [{ fullDocument: 'required' }, { fullDocumentBeforeChange: 'required' }]) {
      const strict = await watched(fresh(), [], options)
      await strict.collection.insertOne({ _id: 1 as never, a: 1 })
      await strict.take(1)
      await strict.collection.updateOne({ _id: 1 as never }, { $set: { a: 2 } })
      expect(await strict.failure).toMatchObject({ code: 47 })
    }
  })

  it('shows the images of a collection that keeps them', async () => {
    const bare = fresh()
    await fixture.client.db(bare.dbName).createCollection(bare.collectionName, { changeStreamPreAndPostImages: { enabled: true } })
    const { collection, take } = await watched(bare, [], { fullDocument: 'required', fullDocumentBeforeChange: 'required' })
    await collection.insertOne({ _id: 1 as never, a: 1 })
    await collection.updateOne({ _id: 1 as never }, { $set: { a: 2 } })
    await collection.replaceOne({ _id: 1 as never }, { a: 3 })
    await collection.deleteOne({ _id: 1 as never })
    expect(await take(4)).toMatchObject([
      { operationType: 'insert', fullDocument: { a: 1 } },
      { operationType: 'update', fullDocument: { a: 2 }, fullDocumentBeforeChange: { a: 1 } },
      { operationType: 'replace', fullDocument: { a: 3 }, fullDocumentBeforeChange: { a: 2 } },
      { operationType: 'delete', fullDocumentBeforeChange: { a: 3 } },
    ])
  })

  it('ends after the collection is dropped', async () => {
    const { collection, take, failure } = await watched()
    await collection.insertOne({ _id: 1 as never })
    await collection.drop()
    const [, drop, invalidate] = await take(3)
    expect(drop).toMatchObject({ operationType: 'drop', ns: { db: collection.dbName, coll: collection.collectionName } })
    expect(drop).not.toHaveProperty('documentKey')
    expect(invalidate).toMatchObject({ operationType: 'invalidate', clusterTime: drop!.clusterTime as Timestamp })
    expect(Object.keys(invalidate!)).toEqual(['_id', 'operationType', 'clusterTime', 'wallTime'])
    expect(String(await failure)).toMatch(/closed/)
  })

  it('ends after the collection gets another name, or another collection gets its name', async () => {
    const { collection, take } = await watched()
    await collection.insertOne({ _id: 1 as never })
    const target = fixture.client.db(collection.dbName).collection('target')
    const other = await watched(target)
    await collection.rename('target')
    for (const events of [(await take(3)).slice(1), await other.take(2)]) {
      expect(events).toMatchObject([
        { operationType: 'rename', ns: { coll: collection.collectionName }, to: { db: collection.dbName, coll: 'target' } },
        { operationType: 'invalidate' },
      ])
    }
  })

  it('ends after the database is dropped, also when there was no such collection', async () => {
    const { collection, take } = await watched()
    const absent = await watched(fixture.client.db(collection.dbName).collection('absent'))
    await collection.insertOne({ _id: 1 as never })
    await fixture.client.db(collection.dbName).dropDatabase()
    expect((await take(3)).map(event => event.operationType as string)).toEqual(['insert', 'drop', 'invalidate'])
    expect(await absent.take(2)).toMatchObject([{ operationType: 'dropDatabase', ns: { db: collection.dbName } }, { operationType: 'invalidate' }])
  })
})

describe('a stream over a database', () => {
  it('tells of all its collections, and ends only with the database', async () => {
    const database = fixture.client.db('wholedb')
    const { take } = await reading(database.watch())
    await fixture.client.db('elsewhere').collection('a').insertOne({ _id: 0 as never })
    await database.collection('a').insertOne({ _id: 1 as never })
    await database.collection('b').insertOne({ _id: 2 as never })
    await database.collection('b').rename('c')
    await database.collection('a').drop()
    await database.dropDatabase()
    expect((await take(7)).map(event => [event.operationType, (event.ns as Document | undefined)?.coll as string | undefined])).toEqual([
      ['insert', 'a'],
      ['insert', 'b'],
      ['rename', 'b'],
      ['drop', 'a'],
      ['drop', 'c'],
      ['dropDatabase', undefined],
      ['invalidate', undefined],
    ])
  })
})

describe('a stream over the deployment', () => {
  it('tells of all databases except the internal ones, and does not end', async () => {
    const { stream, take } = await reading(fixture.client.watch([{ $match: { 'ns.db': { $in: ['all1', 'all2', 'admin', 'config', 'local'] } } }]))
    await fixture.client.db('config').collection('a').insertOne({ _id: 0 as never })
    await fixture.client.db('all1').collection('a').insertOne({ _id: 1 as never })
    await fixture.client.db('all1').collection('system.views').insertOne({ _id: 1 as never }).catch(() => {})
    await fixture.client.db('all1').dropDatabase()
    await fixture.client.db('all2').collection('b').insertOne({ _id: 2 as never })
    const events = await take(4)
    expect(events.map(event => event.operationType as string)).toEqual(['insert', 'drop', 'dropDatabase', 'insert'])
    expect(stream.closed).toBe(false)
  })
})

describe('the pipeline of a stream', () => {
  it('picks events and shapes them', async () => {
    const { collection, take } = await watched(fresh(), [
      { $match: { 'operationType': 'insert', 'fullDocument.n': { $gte: 2 } } },
      { $addFields: { doubled: { $multiply: ['$fullDocument.n', 2] }, copy: '$fullDocument.long' } },
      { $project: { 'fullDocument.n': 1, 'doubled': 1, 'copy': 1 } },
    ], { promoteValues: false, promoteLongs: false })
    await collection.insertMany([{ n: 1 }, { n: 2, long: Long.fromNumber(5) }, { n: 3 }])
    const events = await take(2)
    expect(events).toMatchObject([{ fullDocument: { n: { value: 2 } }, doubled: { value: 4 } }, { doubled: { value: 6 } }])
    expect(Object.keys(events[0]!).sort()).toEqual(['_id', 'copy', 'doubled', 'fullDocument'])
  })

  it('leaves fields out, in the order of the rest', async () => {
    const { collection, take } = await watched(fresh(), [{ $project: { documentKey: 0, ns: { db: 0 }, clusterTime: 0, wallTime: 0 } }])
    await collection.insertOne({ n: 1 })
    const [event] = await take(1)
    expect(Object.keys(event!)).toEqual(['_id', 'operationType', 'fullDocument', 'ns'])
    expect(event!.ns).toEqual({ coll: collection.collectionName })
  })

  it('puts the document in the event\'s place and keeps what resumes it', async () => {
    const { collection, take } = await watched(fresh(), [{ $replaceRoot: { newRoot: { $mergeObjects: ['$fullDocument', { _id: '$_id' }] } } }])
    await collection.insertOne({ n: 1 })
    expect(await take(1)).toMatchObject([{ n: 1, _id: { _data: expect.any(String) as string } }])
  })

  it('may replace an event by what only some events have', async () => {
    const { collection, take } = await watched(fresh(), [{ $match: { operationType: 'insert' } }, { $set: { 'fullDocument._id': '$_id' } }, { $replaceRoot: { newRoot: '$fullDocument' } }])
    await collection.insertOne({ n: 1 })
    expect(await take(1)).toMatchObject([{ n: 1, _id: { _data: expect.any(String) as string } }])
  })

  it('leaves int64 as they are where it only moves values about', async () => {
    const { collection, take } = await watched(fresh(), [{ $set: { long: '$fullDocument.long' } }, { $unset: ['ns', 'wallTime'] }], { promoteLongs: false })
    await collection.insertOne({ long: Long.fromNumber(5) })
    const [event] = await take(1)
    expect(event!.long).toEqual(Long.fromNumber(5))
    expect((event!.fullDocument as Document).long).toEqual(Long.fromNumber(5))
    expect(event).not.toHaveProperty('ns')
  })

  it('refuses stages that MongoDB refuses, and an event without its token', async () => {
    const refusal = (pipeline: Document[], options: Document = {}): Promise<unknown> => fresh().watch(pipeline, options).next().then(() => 'none', (error: { code: number }) => error.code)
    expect(await refusal([{ $group: { _id: 1 } }])).toBe(20)
    expect(await refusal([{ $sort: { a: 1 } }])).toBe(20)
    expect(await refusal([{ $nonsense: {} }])).toBe(40324)
    expect(await refusal([{ $match: { a: { $nonsense: 1 } } }])).toBe(2)
    expect(await refusal([], { fullDocument: 'sometimes' })).toBe(2)
    expect(await refusal([], { resumeAfter: { _data: 'no hex' } })).toBe(9)
    expect(await refusal([], { resumeAfter: { _data: '8264' } })).toBe(260)
    expect(await refusal([], { resumeAfter: {} })).toBe(40647)
    expect(await refusal([], { showExpandedEvents: true })).toBe(115)
    expect(await fixture.client.db('x').collection('y').aggregate([{ $match: {} }, { $changeStream: {} }]).toArray().catch((error: { code: number }) => error.code)).toBe(40602)
    expect(await fixture.client.db('local').collection('y').watch().next().catch((error: { code: number }) => error.code)).toBe(73)
    const { collection, failure } = await watched(fresh(), [{ $project: { _id: 0 } }])
    await collection.insertOne({ a: 1 })
    expect(await failure).toMatchObject({ code: 280, errorLabels: ['NonResumableChangeStreamError'] })
  })
})
