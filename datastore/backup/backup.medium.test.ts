import type { Fixture } from '../testing/fixture.ts'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MongoClient } from 'mongodb'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startDatastore } from '../index.ts'
import { openEnvironment } from '../storage/environment.ts'
import { startFixture } from '../testing/fixture.ts'
import { backupStore, copyEnvironment } from './backup.ts'
import { restoreStore } from './restore.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'datastore-backup-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

interface Item { _id: number, a: number, text: string }

async function filled(fixture: Fixture, many = 3000): Promise<void> {
  const items = fixture.client.db('kept').collection<Item>('items')
  await items.createIndexes([{ key: { a: 1 }, unique: true }, { key: { text: 1, a: -1 } }])
  await items.insertMany(Array.from({ length: many }, (_, i) => ({ _id: i, a: -i, text: `t${i % 10}` })))
}

/** Opens what a directory holds and counts, after looking whether all agrees. */
async function counted(dir: string): Promise<number> {
  const datastore = await startDatastore({ dir })
  const client = await MongoClient.connect(datastore.uri)
  expect(await client.db('kept').command({ validate: 'items' })).toMatchObject({ valid: true, errors: [] })
  const n = await client.db('kept').collection('items').countDocuments()
  await client.close()
  await datastore.close()
  return n
}

describe('a backup', () => {
  it.each([['in the same thread', false], ['in a thread of its own', true]])('of a store that runs %s is of one moment, while it is written to', async (_where, worker) => {
    const fixture = await startFixture({ dir: join(root, 'store'), worker })
    await filled(fixture)
    const items = fixture.client.db('kept').collection<Item>('items')
    const state = { over: false }
    let n = 3000
    const writing = (async () => {
      while (!state.over) {
        // Two documents at a time: the copy has both or none.
        await items.insertMany([{ _id: n, a: -n, text: 'new' }, { _id: n + 1, a: -n - 1, text: 'new' }])
        n += 2
      }
    })()
    const atLeast = n
    const manifest = await backupStore({ dir: fixture.dir, to: join(root, 'copy') })
    state.over = true
    await writing
    await fixture.client.close()
    await fixture.datastore.close()
    expect(readdirSync(join(root, 'copy')).sort()).toEqual(['backup.json', 'data.mdb'])
    expect(readdirSync(root).sort()).toEqual(['copy', 'store'])
    const [contents] = manifest.contents
    expect(contents).toMatchObject({ namespace: 'kept.items', indexes: 3 })
    expect(contents!.documents).toBeGreaterThanOrEqual(atLeast)
    expect(contents!.documents % 2).toBe(0)
    await restoreStore({ from: join(root, 'copy'), dir: join(root, 'restored') })
    expect(await counted(join(root, 'restored'))).toBe(contents!.documents)
  })

  it('of a store that does not run is made too, and is smaller when much was deleted', async () => {
    const fixture = await startFixture({ dir: join(root, 'store') })
    await filled(fixture, 20_000)
    await fixture.client.db('kept').collection<Item>('items').deleteMany({ _id: { $gte: 100 } })
    await fixture.client.close()
    await fixture.datastore.close()
    const manifest = await backupStore({ dir: join(root, 'store'), to: join(root, 'copy') })
    expect(manifest.contents).toEqual([{ namespace: 'kept.items', documents: 100, indexes: 3 }])
    expect(manifest.bytes).toBeLessThan(readFileSync(join(root, 'store', 'data.mdb')).length / 4)
    expect(await counted(join(root, 'store'))).toBe(100)
  })

  it('of a store whose process was killed is made as if it did not run', async () => {
    const fixture = await startFixture({ dir: join(root, 'store') })
    await filled(fixture, 10)
    await fixture.client.close()
    await fixture.datastore.close()
    mkdirSync(join(root, 'store', 'run'))
    writeFileSync(join(root, 'store', 'run', 'store.sock'), '')
    writeFileSync(join(root, 'store', 'store.lock'), '999999999 1 gone')
    expect((await backupStore({ dir: join(root, 'store'), to: join(root, 'copy') })).contents[0]!.documents).toBe(10)
  })

  it('is not made where something is already, or where there is no store', async () => {
    mkdirSync(join(root, 'full'))
    writeFileSync(join(root, 'full', 'file'), '')
    mkdirSync(join(root, 'store'))
    await expect(backupStore({ dir: join(root, 'store'), to: join(root, 'copy') })).rejects.toThrow(/no store/)
    const fixture = await startFixture({ dir: join(root, 'store') })
    await expect(backupStore({ dir: join(root, 'store'), to: join(root, 'full') })).rejects.toThrow(/not empty/)
    await fixture.client.close()
    await fixture.datastore.close()
    expect(existsSync(join(root, 'copy'))).toBe(false)
  })
})

describe('restoring', () => {
  async function backedUp(): Promise<string> {
    const fixture = await startFixture({ dir: join(root, 'first') })
    await filled(fixture, 50)
    await fixture.client.close()
    await fixture.datastore.close()
    await backupStore({ dir: join(root, 'first'), to: join(root, 'copy') })
    return join(root, 'copy')
  }

  it('refuses a directory in use, even when told to replace it', async () => {
    const from = await backedUp()
    const fixture = await startFixture({ dir: join(root, 'store') })
    await fixture.client.db('kept').collection('items').insertOne({ mine: true })
    for (const replace of [false, true])
      await expect(restoreStore({ from, dir: join(root, 'store'), replace })).rejects.toThrow(/in use/)
    expect(await fixture.client.db('kept').collection('items').countDocuments()).toBe(1)
    await fixture.client.close()
    await fixture.datastore.close()
  })

  it('refuses a directory that is not empty unless told to replace it', async () => {
    const from = await backedUp()
    const fixture = await startFixture({ dir: join(root, 'store') })
    await fixture.client.close()
    await fixture.datastore.close()
    await expect(restoreStore({ from, dir: join(root, 'store') })).rejects.toThrow(/not empty/)
    await restoreStore({ from, dir: join(root, 'store'), replace: true })
    expect(await counted(join(root, 'store'))).toBe(50)
    mkdirSync(join(root, 'empty'))
    await restoreStore({ from, dir: join(root, 'empty') })
    expect(await counted(join(root, 'empty'))).toBe(50)
    expect(readdirSync(root).sort()).toEqual(['copy', 'empty', 'first', 'store'])
  })

  it('refuses what is no backup, and one whose data has changed', async () => {
    const from = await backedUp()
    await expect(restoreStore({ from: join(root, 'first'), dir: join(root, 'store') })).rejects.toThrow(/not a backup/)
    const data = readFileSync(join(from, 'data.mdb'))
    data[Math.floor(data.length / 2)]! ^= 1
    writeFileSync(join(from, 'data.mdb'), data)
    await expect(restoreStore({ from, dir: join(root, 'store') })).rejects.toThrow(/changed or damaged/)
    expect(existsSync(join(root, 'store'))).toBe(false)
  })
})

describe('compacting', () => {
  it('leaves nothing of what was deleted in the files, while clients wait and lose nothing', async () => {
    const fixture = await startFixture({ dir: join(root, 'store') })
    await filled(fixture)
    const items = fixture.client.db('kept').collection<Item>('items')
    await items.insertMany(Array.from({ length: 500 }, (_, i) => ({ _id: 100_000 + i, a: i + 1, text: `the secret ${i}` })))
    await items.updateMany({ _id: { $lt: 100 } }, { $set: { text: 'the secret of old' } })
    await fixture.client.db('kept').collection('gone').insertOne({ text: 'the secret too' })
    await fixture.client.db('kept').collection('gone').drop()
    await items.deleteMany({ text: /secret \d/ })
    await items.updateMany({ _id: { $lt: 100 } }, { $set: { text: 'open' } })
    const holdsSecret = (): boolean => readdirSync(fixture.dir).filter(name => name === 'data.mdb' || name === 'journal').some(name => readFileSync(join(fixture.dir, name)).includes('the secret'))
    expect(holdsSecret()).toBe(true)
    const cursor = items.find({}, { batchSize: 10 })
    await cursor.next()
    let written = 0
    const state = { over: false }
    const writing = (async () => {
      while (!state.over)
        await items.insertOne({ _id: 200_000 + written, a: 200_000 + written++, text: 'meanwhile' })
    })()
    const stream = items.watch()
    const seen: unknown[] = []
    stream.on('change', change => seen.push(change))
    await items.insertOne({ _id: 300_000, a: 300_000, text: 'first' })
    const { bytesFreed } = await fixture.client.db('admin').command({ compact: 'items' }) as unknown as { bytesFreed: number }
    await items.insertOne({ _id: 300_001, a: 300_001, text: 'last' })
    state.over = true
    await writing
    expect(Number(bytesFreed)).toBeGreaterThanOrEqual(0)
    expect(holdsSecret()).toBe(false)
    expect(await items.countDocuments({ text: 'meanwhile' })).toBe(written)
    expect(await fixture.client.db('kept').command({ validate: 'items' })).toMatchObject({ valid: true })
    await expect(cursor.toArray()).rejects.toMatchObject({ code: 43 })
    while (!JSON.stringify(seen).includes('"last"'))
      await new Promise(resolve => setTimeout(resolve, 20))
    await stream.close()
    await fixture.client.close()
    await fixture.datastore.close()
    expect(await counted(fixture.dir)).toBe(3000 + written + 2)
  })

  it('leaves files that take a large write first thing', async () => {
    const fixture = await startFixture({ dir: join(root, 'store') })
    const items = fixture.client.db('kept').collection<Item>('items')
    await items.insertMany(Array.from({ length: 10_000 }, (_, i) => ({ _id: i, a: i, text: 'x'.repeat(300) })))
    await fixture.client.db('admin').command({ compact: 'items' })
    await items.updateMany({}, { $set: { text: 'y'.repeat(300) } })
    expect(await fixture.client.db('kept').command({ validate: 'items' })).toMatchObject({ valid: true })
    await fixture.client.close()
    await fixture.datastore.close()
  })

  it('leaves files whose list of free pages has begun', async () => {
    mkdirSync(join(root, 'source'))
    mkdirSync(join(root, 'copy'))
    const source = openEnvironment(join(root, 'source'))
    await copyEnvironment(source, join(root, 'copy'))
    await source.close()
    const copy = openEnvironment(join(root, 'copy'))
    // Whether a large transaction ends the process without an entry depends on what its memory has held before.
    const { free } = copy.root.getStats() as { free: { entryCount: number } }
    await copy.close()
    expect(free.entryCount).toBeGreaterThan(0)
  })
})
