import type { MongoClient as Client, Collection, Db } from 'mongodb'
import type { Figure } from './measure.ts'
import type { Entry, RawStore } from './raw-store.ts'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MongoClient } from 'mongodb'
import { startDatastore } from '../../datastore/index.ts'
import { atLeast, atMost, quantile, spread } from './measure.ts'
import { entryOf, openRawStore } from './raw-store.ts'

const ROUNDS = 3
const POINT_MILLIS = 1000
const AT_ONCE = 16
const SMALL = 10_000
const GROUPED = 100_000
const LARGE = 1_000_000
const BATCH = 1000
const PAGES = 300
const EVENTS = 300
/** The thread as it is built: run from its sources, the loader's names for functions take a part of its time. */
const WORKER = new URL('../../dist/datastore/worker.js', import.meta.url)

/**
 * The embedded store on a Unix socket with a thread of its own, as the server runs it, and an unmodified driver in this one; each operation beside the driver's `ping` over the same
 * connections, and beside the same straight on lmdb with BSON.
 */
export async function benchStore(say: (line: string) => void): Promise<Figure[]> {
  const dir = mkdtempSync(join(tmpdir(), 'loupe-bench-store-'))
  mkdirSync(join(dir, 'raw'))
  const datastore = await startDatastore({ dir: join(dir, 'store'), worker: true, workerUrl: WORKER })
  const client = new MongoClient(datastore.uri, { maxPoolSize: AT_ONCE })
  const raw = openRawStore(join(dir, 'raw'))
  try {
    const database = client.db('bench')
    const entries = database.collection<Entry>('entries')
    await indexed(entries)
    const filled = await fill(database, raw, say)
    const points = await benchPoints(client, entries, raw, say)
    return [...filled, ...points, ...await benchPagesOfFifty(database, say), ...await benchGroups(database, raw), ...await benchEvents(database)]
  }
  finally {
    await client.close()
    await datastore.close()
    await raw.close()
    rmSync(dir, { recursive: true, force: true })
  }
}

async function indexed(collection: Collection<Entry>): Promise<void> {
  await collection.createIndexes([{ key: { email: 1 }, unique: true }, { key: { lane: 1, at: 1 } }, { key: { at: 1 } }])
}

const rate = (n: number, since: number): number => n / (performance.now() - since) * 1000

/** Fills a collection of each size, by turns with the same straight on lmdb. */
async function fill(database: Db, raw: RawStore, say: (line: string) => void): Promise<Figure[]> {
  const small = database.collection<Entry>('small')
  await indexed(small)
  const stored: number[] = []
  const straight: number[] = []
  const entries = database.collection<Entry>('entries', { writeConcern: { w: 1, journal: true } })
  for (let from = 0; from < LARGE; from += BATCH) {
    const batch = Array.from({ length: BATCH }, (_, i) => entryOf(from + i))
    const began = performance.now()
    await entries.insertMany(batch, { ordered: false })
    stored.push(rate(BATCH, began))
    if (from < SMALL)
      await small.insertMany(batch)
    if (from < GROUPED) {
      const again = performance.now()
      raw.insert(batch)
      straight.push(rate(BATCH, again))
    }
    if ((from + BATCH) % GROUPED === 0)
      say(`  ${from + BATCH} documents`)
  }
  const first = GROUPED / BATCH
  const [mine, floor] = [spread(stored.slice(0, first)).median, spread(straight).median]
  return [
    { what: `insertMany of ${BATCH.toLocaleString('en')} with three indexes, on disk: straight on lmdb`, value: `${floor.toFixed(0)}/s`, must: '(floor)', ok: true },
    { what: 'insertMany of the same in the store', value: `${mine.toFixed(0)}/s; ${spread(stored.slice(-first)).median.toFixed(0)}/s towards a million`, must: '', ok: true },
    atLeast('insertMany against lmdb', mine / floor * 100, 25, '%'),
  ]
}

type Operation = (i: number) => Promise<unknown>

/** Operations a second for a second: each after the one before, or several at once. */
async function rateOf(operation: Operation, atOnce: number): Promise<number> {
  const began = performance.now()
  let done = 0
  await Promise.all(Array.from({ length: atOnce }, async () => {
    while (performance.now() - began < POINT_MILLIS)
      await operation(done++)
  }))
  return rate(done, began)
}

async function benchPoints(client: Client, entries: Collection<Entry>, raw: RawStore, say: (line: string) => void): Promise<Figure[]> {
  const admin = client.db('admin')
  let next = LARGE
  const anyId = (i: number): number => (i * 7919) % GROUPED
  const operations: Record<string, Operation> = {
    'findOne by _id': i => entries.findOne({ _id: anyId(i) }),
    'findOne by a secondary index': i => entries.findOne({ email: `person${anyId(i)}@example.com` }),
    'insertOne': () => entries.insertOne(entryOf(next++)),
    'update by _id': i => entries.updateOne({ _id: anyId(i) }, { $set: { lane: i % 1000 } }),
  }
  for (const operation of Object.values(operations))
    await rateOf(operation, AT_ONCE)
  const figures: Figure[] = []
  for (const atOnce of [1, AT_ONCE]) {
    const how = atOnce === 1 ? 'one after the other' : `${atOnce} at a time`
    const pings: number[] = []
    const rates = new Map<string, number[]>()
    const shares = new Map<string, number[]>()
    for (let round = 0; round < ROUNDS; round++) {
      for (const [name, operation] of Object.entries(operations)) {
        const before = await rateOf(() => admin.command({ ping: 1 }), atOnce)
        const measured = await rateOf(operation, atOnce)
        const ping = (before + await rateOf(() => admin.command({ ping: 1 }), atOnce)) / 2
        pings.push(ping)
        rates.set(name, [...rates.get(name) ?? [], measured])
        shares.set(name, [...shares.get(name) ?? [], measured / ping * 100])
      }
      say(`  points, ${how}, round ${round + 1}`)
    }
    figures.push({ what: `ping, ${how}`, value: `${spread(pings).median.toFixed(0)}/s`, must: '(floor)', ok: true })
    for (const name of Object.keys(operations)) {
      const { min, max } = spread(shares.get(name)!)
      const figure = atLeast(`${name}, ${how}, against ping`, spread(shares.get(name)!).median, 60, '%')
      figures.push({ ...figure, value: `${figure.value} (${min.toFixed(0)}–${max.toFixed(0)}), ${spread(rates.get(name)!).median.toFixed(0)}/s` })
    }
  }
  return [...figures, ...rawPoints(raw)]
}

/** The same without a socket, a driver or anybody else: for knowing where the rest goes. */
function rawPoints(raw: RawStore): Figure[] {
  const timed = (what: string, count: number, work: (i: number) => void): Figure => {
    const began = performance.now()
    for (let i = 0; i < count; i++)
      work(i)
    return { what, value: `${rate(count, began).toFixed(0)}/s`, must: '(floor)', ok: true }
  }
  return [
    timed('get by _id straight on lmdb, with BSON', 50_000, i => raw.find((i * 7919) % GROUPED)),
    timed('update by _id straight on lmdb, each on disk', 500, i => raw.update((i * 7919) % GROUPED, (entry) => { entry.lane = i })),
  ]
}

/** Pages of the large and the small collection by turns, so that what else the machine does falls on both. */
async function benchPagesOfFifty(database: Db, say: (line: string) => void): Promise<Figure[]> {
  const millis = { entries: [] as number[], small: [] as number[] }
  for (let i = 0; i < PAGES; i++) {
    for (const name of ['entries', 'small'] as const) {
      const began = performance.now()
      const page = await database.collection<Entry>(name).find({ at: { $gte: (i * 104_729) % 900_000 } }).sort({ at: 1 }).limit(50).toArray()
      millis[name].push(performance.now() - began)
      if (page.length !== 50)
        throw new Error('a page came out short')
    }
  }
  say('  pages')
  const [large, small] = [spread(millis.entries).median, spread(millis.small).median]
  return [
    { ...atMost('50 sorted by an index, of a million', large, 5, 'ms', 2), value: `${large.toFixed(2)} ms, p95 ${quantile(millis.entries, 0.95).toFixed(2)} ms` },
    { ...atMost('… against 50 of ten thousand', large / small, 1.3, '×', 2), value: `${(large / small).toFixed(2)} × of ${small.toFixed(2)} ms` },
  ]
}

async function benchGroups(database: Db, raw: RawStore): Promise<Figure[]> {
  const entries = database.collection<Entry>('entries')
  const stored: number[] = []
  const straight: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const began = performance.now()
    const groups = await entries.aggregate([{ $match: { _id: { $lt: GROUPED } } }, { $group: { _id: { $mod: ['$_id', 100] }, n: { $sum: 1 }, last: { $max: '$at' } } }]).toArray()
    stored.push(performance.now() - began)
    if (groups.length !== 100)
      throw new Error('the groups are not right')
    const again = performance.now()
    const counts = new Map<number, { n: number, last: number }>()
    for (const { _id, at } of raw.all()) {
      const group = counts.get(Number(_id) % 100) ?? { n: 0, last: 0 }
      counts.set(Number(_id) % 100, { n: group.n + 1, last: Math.max(group.last, Number(at)) })
    }
    straight.push(performance.now() - again)
  }
  const [mine, floor] = [spread(stored).median, spread(straight).median]
  return [
    { what: `$group of ${GROUPED.toLocaleString('en')} documents straight on lmdb, with BSON`, value: `${floor.toFixed(0)} ms`, must: '(floor)', ok: true },
    { what: '$group of the same in the store', value: `${mine.toFixed(0)} ms, ${(mine / floor).toFixed(1)} ×`, must: '', ok: true },
  ]
}

/** From the moment of an insert to its event in this thread. */
async function benchEvents(database: Db): Promise<Figure[]> {
  const watched = database.collection<{ _id: number }>('watched')
  const stream = watched.watch()
  const began = new Map<number, number>()
  const millis: number[] = []
  const seen = new Promise<void>((resolve, reject) => {
    stream.on('error', reject)
    stream.on('change', (change) => {
      if (change.operationType !== 'insert')
        return
      millis.push(performance.now() - began.get(change.documentKey._id)!)
      if (millis.length === EVENTS)
        resolve()
    })
  })
  await new Promise(resolve => setTimeout(resolve, 500))
  for (let i = 0; i < EVENTS; i++) {
    began.set(i, performance.now())
    await watched.insertOne({ _id: i })
    await new Promise(resolve => setTimeout(resolve, 3))
  }
  await seen
  await stream.close()
  return [{ what: 'insert → change event', value: `p50 ${quantile(millis, 0.5).toFixed(1)} ms, p99 ${quantile(millis, 0.99).toFixed(1)} ms`, must: '', ok: true }]
}
