import type { Document, Long } from 'mongodb'
import type { Fixture } from '../testing/fixture.ts'
import type { Reading } from './testing.ts'
import { setTimeout as sleep } from 'node:timers/promises'
import { MongoClient } from 'mongodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startFixture } from '../testing/fixture.ts'
import { read } from './testing.ts'

let fixture: Fixture

beforeAll(async () => {
  fixture = await startFixture()
})
afterAll(() => fixture.close())

let numbered = 0
function fresh(client = fixture.client): { database: ReturnType<MongoClient['db']>, name: string } {
  return { database: client.db('waiting'), name: `c${numbered++}` }
}

/** A stream's cursor, opened without the driver's own reading of it. */
async function cursorOn(database: ReturnType<MongoClient['db']>, name: string): Promise<Long> {
  const { cursor } = await database.command({ aggregate: name, pipeline: [{ $changeStream: {} }], cursor: {} }, { promoteLongs: false }) as { cursor: { id: Long } }
  return cursor.id
}

async function timed<T>(work: Promise<T>): Promise<{ value: T, millis: number }> {
  const start = performance.now()
  const value = await work
  return { value, millis: performance.now() - start }
}

async function openCursors(): Promise<number> {
  const { metrics } = await fixture.client.db('admin').command({ serverStatus: 1 }) as { metrics: { cursor: { open: { total: number } } } }
  return metrics.cursor.open.total
}

describe('a stream that waits', () => {
  it('is told of a change by the change, not by asking again', async () => {
    const client = new MongoClient(fixture.datastore.uri, { monitorCommands: true })
    let asked = 0
    client.on('commandStarted', ({ commandName }) => asked += commandName === 'getMore' ? 1 : 0)
    const { database, name } = fresh(client)
    const { stream, take } = await read(database.collection(name).watch([], { maxAwaitTimeMS: 60_000 }))
    const latencies: number[] = []
    for (let i = 0; i < 30; i++) {
      await sleep(5)
      const { millis } = await timed(Promise.all([take(1), fixture.client.db('waiting').collection(name).insertOne({ i })]))
      latencies.push(millis)
    }
    expect(latencies.sort((a, b) => a - b)[15]).toBeLessThan(50)
    expect(asked).toBeLessThanOrEqual(32)
    await stream.close()
    await client.close()
  })

  it('has an empty batch after the time it was given, or after a second', async () => {
    const { database, name } = fresh()
    const id = await cursorOn(database, name)
    const given = await timed(database.command({ getMore: id, collection: name, maxTimeMS: 100 }))
    expect(given.value).toMatchObject({ cursor: { nextBatch: [], postBatchResumeToken: { _data: expect.any(String) as string }, ns: `waiting.${name}` } })
    expect(given.millis).toBeGreaterThan(90)
    expect(given.millis).toBeLessThan(900)
    const usual = await timed(database.command({ getMore: id, collection: name }))
    expect(usual.millis).toBeGreaterThan(900)
    expect(usual.millis).toBeLessThan(3000)
    await database.command({ killCursors: name, cursors: [id] })
  })

  it('is not woken by changes elsewhere', async () => {
    const { database, name } = fresh()
    const id = await cursorOn(database, name)
    const other = await cursorOn(database, `${name}x`)
    const waiting = timed(database.command({ getMore: id, collection: name, maxTimeMS: 400 }))
    const woken = timed(database.command({ getMore: other, collection: `${name}x`, maxTimeMS: 5000 }))
    await sleep(50)
    await database.collection(`${name}x`).insertOne({ a: 1 })
    expect((await woken).millis).toBeLessThan(1000)
    const { value, millis } = await waiting
    expect(millis).toBeGreaterThan(390)
    expect(value).toMatchObject({ cursor: { nextBatch: [] } })
    await database.command({ killCursors: name, cursors: [id, other] })
  })

  it('ends at once when its cursor is killed', async () => {
    const { database, name } = fresh()
    const before = await openCursors()
    const id = await cursorOn(database, name)
    const waiting = timed(database.command({ getMore: id, collection: name, maxTimeMS: 30_000 }).catch((error: { code: number }) => error.code))
    await sleep(50)
    expect(await database.command({ killCursors: name, cursors: [id] })).toMatchObject({ cursorsKilled: [expect.anything()] })
    const { value, millis } = await waiting
    expect(value).toBe(237)
    expect(millis).toBeLessThan(2000)
    expect(await openCursors()).toBe(before)
    await expect(database.command({ getMore: id, collection: name })).rejects.toMatchObject({ code: 43 })
  })

  it('leaves nothing behind when its reader closes it, or is gone', async () => {
    const before = await openCursors()
    const { database, name } = fresh()
    const { stream } = await read(database.collection(name).watch([], { maxAwaitTimeMS: 60_000 }))
    await sleep(20)
    expect((await timed(stream.close())).millis).toBeLessThan(2000)
    const client = await MongoClient.connect(fixture.datastore.uri)
    const other = fresh(client)
    const id = await cursorOn(other.database, other.name)
    other.database.command({ getMore: id, collection: other.name, maxTimeMS: 60_000 }).catch(() => {})
    await sleep(50)
    expect(await openCursors()).toBe(before + 1)
    await client.close(true)
    await expect.poll(openCursors, { timeout: 2000, interval: 20 }).toBe(before)
  })

  it('holds up nobody else on the same client', async () => {
    const { database, name } = fresh()
    const { stream } = await read(database.collection(name).watch([], { maxAwaitTimeMS: 60_000 }))
    expect((await timed(database.command({ ping: 1 }))).millis).toBeLessThan(500)
    await stream.close()
  })

  it('does not keep the store from closing', async () => {
    const other = await startFixture()
    const { stream } = await read(other.client.db('closing').collection('a').watch([], { maxAwaitTimeMS: 60_000 }))
    await sleep(20)
    expect((await timed(other.datastore.close())).millis).toBeLessThan(3000)
    await stream.close()
    await other.client.close(true)
  })
})

describe('many streams', () => {
  it('are all told, each of its own', async () => {
    const client = new MongoClient(fixture.datastore.uri, { maxPoolSize: 300 })
    const { name } = fresh(client)
    const database = client.db('many')
    const shared: Reading[] = []
    const own: Reading[] = []
    for (let i = 0; i < 60; i++) {
      shared.push(await read(database.collection(name).watch([], { maxAwaitTimeMS: 60_000 })))
      own.push(await read(database.collection(`${name}-${i}`).watch([], { maxAwaitTimeMS: 60_000 })))
    }
    const whole = await read(database.watch([], { maxAwaitTimeMS: 60_000 }))
    const writer = fixture.client.db('many')
    await writer.collection<{ _id: number }>(name).insertMany(Array.from({ length: 20 }, (_, i) => ({ _id: i })))
    await Promise.all(own.map((_, i) => writer.collection<{ _id: number }>(`${name}-${i}`).insertOne({ _id: i })))
    for (const reading of shared)
      expect((await reading.take(20)).map(event => (event.documentKey as Document)._id as number)).toEqual(Array.from({ length: 20 }, (_, i) => i))
    for (const [i, reading] of own.entries())
      expect(await reading.take(1)).toMatchObject([{ documentKey: { _id: i } }])
    await whole.take(80)
    for (const reading of [...shared, ...own, whole]) {
      expect(reading.left()).toEqual([])
      await reading.stream.close()
    }
    await client.close()
  })

  it('read a long history in batches while others write', async () => {
    const { database, name } = fresh()
    const items = database.collection<{ _id: number, text?: string }>(name)
    const first = await read(items.watch())
    await items.insertOne({ _id: -1 })
    const [{ _id: token } = {}] = await first.take(1)
    await first.stream.close()
    for (let i = 0; i < 10; i++)
      await items.insertMany(Array.from({ length: 500 }, (_, j) => ({ _id: i * 500 + j, text: 'x'.repeat(200) })))
    const { stream, take } = await read(items.watch([], { resumeAfter: token as Document, batchSize: 70 }))
    const writing = items.insertMany(Array.from({ length: 500 }, (_, j) => ({ _id: 5000 + j })))
    const events = await take(5500)
    await writing
    expect(events.map(event => (event.documentKey as Document)._id as number)).toEqual(Array.from({ length: 5500 }, (_, i) => i))
    await stream.close()
  })
})
