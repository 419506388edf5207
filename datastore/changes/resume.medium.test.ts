import type { Collection, Document, ResumeToken } from 'mongodb'
import type { Fixture } from '../testing/fixture.ts'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MongoClient, Timestamp } from 'mongodb'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStore } from '../store.ts'
import { startFixture } from '../testing/fixture.ts'
import { pruneChanges } from './pruning.ts'
import { read } from './testing.ts'
import { readResumeToken, resumeToken } from './token.ts'

let dir: string
let fixture: Fixture
/** The store's clock, in milliseconds. */
let time: number
const HOUR = 3600_000

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'datastore-resume-'))
  time = Date.UTC(2026, 4, 1)
  await start()
})
afterEach(async () => {
  await stop()
  rmSync(dir, { recursive: true, force: true })
})

async function start(changeLog = {}): Promise<void> {
  fixture = await startFixture({ dir, now: () => new Date(time), changeLog })
}

async function stop(): Promise<void> {
  await fixture.client.close()
  await fixture.datastore.close()
}

/** Does something with the store's own parts, between two runs of the server. */
async function between(work: (store: ReturnType<typeof openStore>) => Promise<void>, limits = {}): Promise<void> {
  await stop()
  const store = openStore(dir, () => new Date(time), limits)
  await work(store)
  await store.close()
  await start()
}

function items(): Collection<{ _id: number, n?: number }> {
  return fixture.client.db('resume').collection('items')
}

async function tokenAfter(id: number): Promise<ResumeToken> {
  const { stream, take } = await read(items().watch())
  await items().insertOne({ _id: id })
  const [event] = await take(1)
  await stream.close()
  return event!._id as ResumeToken
}

async function idsFrom(options: Document, count: number, collection: Collection<{ _id: number }> = items()): Promise<unknown[]> {
  const { stream, take } = await read(collection.watch([], options))
  const events = await take(count)
  await stream.close()
  return events.map(event => (event.documentKey as Document | undefined)?._id ?? event.operationType as string)
}

async function refusal(options: Document, collection: Collection<{ _id: number }> = items()): Promise<unknown> {
  return read(collection.watch([], options)).then(async ({ stream }) => {
    await stream.close()
    return 'opened'
  }, (error: { code: number }) => error.code)
}

describe('a resume token', () => {
  it('continues after the event it came with', async () => {
    const token = await tokenAfter(1)
    await items().insertMany([{ _id: 2 }, { _id: 3 }])
    expect(await idsFrom({ resumeAfter: token }, 2)).toEqual([2, 3])
    expect(await idsFrom({ startAfter: token }, 2)).toEqual([2, 3])
  })

  it('is good after a restart of the store', async () => {
    const token = await tokenAfter(1)
    await items().insertOne({ _id: 2 })
    await stop()
    await start()
    await items().insertOne({ _id: 3 })
    expect(await idsFrom({ resumeAfter: token }, 2)).toEqual([2, 3])
  })

  it('comes with every batch, empty ones included, and moves on over what the stream leaves out', async () => {
    const stream = items().watch([{ $match: { operationType: 'delete' } }], { maxAwaitTimeMS: 20 })
    expect(await stream.tryNext()).toBeNull()
    const first = stream.resumeToken as { _data: string }
    expect(first._data).toBeTypeOf('string')
    await items().insertOne({ _id: 1 })
    expect(await stream.tryNext()).toBeNull()
    const second = stream.resumeToken as { _data: string }
    expect(second._data > first._data).toBe(true)
    await fixture.client.db('other').collection('items').insertOne({ a: 1 })
    await items().insertOne({ _id: 2 })
    await stream.close()
    expect(await idsFrom({ resumeAfter: first }, 2)).toEqual([1, 2])
    expect(await idsFrom({ resumeAfter: second }, 1)).toEqual([2])
  })

  it('lets the driver go on by itself when the store was restarted under it', async () => {
    const { stream, take } = await read(items().watch())
    await items().insertOne({ _id: 1 })
    await take(1)
    // By the time this is answered, the stream is asking for more.
    await fixture.client.db('resume').command({ ping: 1 })
    await fixture.datastore.close()
    const other = await startFixture({ dir, now: () => new Date(time) })
    await other.client.db('resume').collection<{ _id: number }>('items').insertOne({ _id: 2 })
    expect(await take(1)).toMatchObject([{ documentKey: { _id: 2 } }])
    await stream.close()
    await fixture.client.close()
    fixture = other
  })

  it('of an invalidation starts a new stream after it, but resumes none', async () => {
    const { take } = await read(items().watch())
    await items().insertOne({ _id: 1 })
    await items().drop()
    const [, drop, invalidate] = await take(3)
    await items().insertOne({ _id: 2 })
    expect(await refusal({ resumeAfter: invalidate!._id })).toBe(260)
    expect(await idsFrom({ startAfter: invalidate!._id }, 1)).toEqual([2])
    expect(await idsFrom({ resumeAfter: drop!._id }, 1)).toEqual(['invalidate'])
  })

  it('of a change that is not in the log, because this is a copy of an earlier store, is refused', async () => {
    const { position } = readResumeToken(await tokenAfter(1))
    await items().insertOne({ _id: 2 })
    expect(await refusal({ resumeAfter: resumeToken({ position: position + 1000n, phase: 'event' }) })).toBe(280)
  })

  it('is refused beside another place to start', async () => {
    const token = await tokenAfter(1)
    expect(await refusal({ resumeAfter: token, startAfter: token })).toBe(50865)
    expect(await refusal({ resumeAfter: token, startAtOperationTime: new Timestamp({ t: 1, i: 1 }) })).toBe(40674)
  })

  it('of one collection continues a stream over its database only from where that was logged', async () => {
    const token = await tokenAfter(1)
    expect(await fixture.client.db('resume').watch([], { resumeAfter: token }).next().catch((error: { code: number }) => error.code)).toBe(286)
  })
})

describe('a time', () => {
  it('is a place to start at, the change of that time included', async () => {
    const { stream, take } = await read(items().watch())
    await items().insertMany([{ _id: 1 }, { _id: 2 }, { _id: 3 }])
    const events = await take(3)
    await stream.close()
    expect(await idsFrom({ startAtOperationTime: events[1]!.clusterTime as Timestamp }, 2)).toEqual([2, 3])
  })

  it('before the first stream is refused: nothing was logged then', async () => {
    await items().insertOne({ _id: 1 })
    expect(await refusal({ startAtOperationTime: new Timestamp({ t: time / 1000 - 60, i: 1 }) })).toBe(286)
    expect(await refusal({ startAtOperationTime: 5 })).toBe(14)
  })

  it('goes on counting when the clock is set back', async () => {
    const token = await tokenAfter(1)
    time -= HOUR
    await stop()
    await start()
    await items().insertOne({ _id: 2 })
    expect(await idsFrom({ resumeAfter: token }, 1)).toEqual([2])
  })
})

describe('a history that is lost', () => {
  it('because of its age is said to be', async () => {
    const token = await tokenAfter(1)
    await items().insertOne({ _id: 2 })
    time += 24 * HOUR
    await items().insertOne({ _id: 3 })
    const later = await tokenAfter(4)
    time += 60 * HOUR
    await between(store => pruneChanges(store))
    expect(await refusal({ resumeAfter: token })).toBe(286)
    expect(await refusal({ resumeAfter: later })).toBe('opened')
  })

  it('because of its size is said to be', async () => {
    const token = await tokenAfter(1)
    const filler = fixture.client.db('resume').collection<{ _id: number, text?: string }>('items')
    for (let i = 0; i < 20; i++)
      await filler.insertMany(Array.from({ length: 50 }, (_, j) => ({ _id: 100 + i * 50 + j, text: 'x'.repeat(1000) })))
    const later = await tokenAfter(2)
    expect(await refusal({ resumeAfter: token })).toBe('opened')
    await between(async (store) => {
      await pruneChanges(store)
      expect(store.changes.log.size).toBeLessThanOrEqual(100_000)
      expect(store.changes.log.size).toBeGreaterThan(50_000)
    }, { maxBytes: 100_000 })
    expect(await refusal({ resumeAfter: token })).toBe(286)
    expect(await refusal({ resumeAfter: later })).toBe('opened')
    await stop()
    await start({ maxBytes: 10_000 })
    const { stream, take } = await read(items().watch())
    for (let i = 0; i < 50; i++)
      await items().updateOne({ _id: 2 }, { $set: { n: i, text: `${i}${'y'.repeat(1000)}` } })
    expect(await take(50)).toHaveLength(50)
    await stream.close()
  })

  it('is told to a reader who was too slow', async () => {
    const stream = items().watch([], { maxAwaitTimeMS: 20 })
    await stream.tryNext()
    await items().insertOne({ _id: 1 })
    time += 100 * HOUR
    await items().insertOne({ _id: 2 })
    await stop()
    await start()
    expect(await refusal({ resumeAfter: stream.resumeToken })).toBe('opened')
    await between(store => pruneChanges(store))
    expect(await refusal({ resumeAfter: stream.resumeToken })).toBe(286)
  })

  it('follows when nobody has watched for so long that logging ended', async () => {
    const token = await tokenAfter(1)
    time += 80 * HOUR
    await between(store => pruneChanges(store))
    await items().insertOne({ _id: 2 })
    await between(async (store) => {
      expect(store.changes.log.size).toBe(0)
    })
    expect(await refusal({ resumeAfter: token })).toBe(286)
    await tokenAfter(3)
    expect(await refusal({ resumeAfter: token })).toBe(286)
  })

  it('does not follow while somebody watches', async () => {
    const { stream, take } = await read(items().watch([], { maxAwaitTimeMS: 20 }))
    for (let i = 1; i <= 5; i++) {
      time += 50 * HOUR
      await items().insertOne({ _id: i })
      await take(1)
    }
    expect(stream.closed).toBe(false)
    await stream.close()
  })
})

describe('a store that nobody watches', () => {
  it('logs nothing', async () => {
    await items().insertMany([{ _id: 1 }, { _id: 2 }])
    const { stream } = await read(fixture.client.db('elsewhere').collection('things').watch())
    await items().deleteMany({})
    await stream.close()
    await between(async (store) => {
      expect(store.changes.log.size).toBe(0)
    })
  })
})

it('a second client resumes what the first began', async () => {
  const token = await tokenAfter(1)
  const client = await MongoClient.connect(fixture.datastore.uri)
  await items().insertOne({ _id: 2 })
  expect(await idsFrom({ resumeAfter: token }, 1, client.db('resume').collection<{ _id: number }>('items'))).toEqual([2])
  await client.close()
})
