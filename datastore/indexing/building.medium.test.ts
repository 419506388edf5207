import type { Collection } from 'mongodb'
import type { Fixture } from '../testing/fixture.ts'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStore } from '../store.ts'
import { startFixture } from '../testing/fixture.ts'

interface Item { _id: number, a: number, b?: number, tags: string[] }

const MANY = 30_000
let fixture: Fixture
let numbered = 0

beforeAll(async () => {
  fixture = await startFixture()
})
afterAll(() => fixture.close())

/** A collection large enough for its indexes to take many steps. */
async function filled(change: (item: Item) => void = () => {}): Promise<Collection<Item>> {
  const items = fixture.client.db('building').collection<Item>(`c${numbered++}`)
  for (let from = 0; from < MANY; from += 10_000) {
    await items.insertMany(Array.from({ length: 10_000 }, (_, i) => {
      const item: Item = { _id: from + i, a: (from + i) * 7919 % MANY, tags: [`t${i % 5}`, `t${i % 7}`] }
      change(item)
      return item
    }))
  }
  return items
}

function validate(items: Collection<Item>): Promise<object> {
  return fixture.client.db('building').command({ validate: items.collectionName })
}

describe('an index of many documents', () => {
  it('is built while others read and write, and agrees with the documents afterwards', async () => {
    const items = await filled()
    let longest = 0
    let operations = 0
    const state = { built: false }
    const building = items.createIndexes([{ key: { a: 1 }, unique: true }, { key: { tags: 1, a: -1 } }, { key: { b: 1 }, sparse: true }]).finally(() => { state.built = true })
    while (!state.built) {
      const started = performance.now()
      await items.insertOne({ _id: MANY + operations, a: MANY + operations, tags: ['new'] })
      await items.updateOne({ _id: operations * 13 % MANY }, { $set: { b: operations, tags: [] } })
      await items.deleteOne({ _id: (operations * 17 + 1) % MANY })
      await items.findOne({ _id: 5 })
      longest = Math.max(longest, performance.now() - started)
      operations++
    }
    await building
    expect(operations).toBeGreaterThan(5)
    expect(longest).toBeLessThan(1000)
    expect(await items.indexes()).toMatchObject([{ name: '_id_' }, { name: 'a_1', unique: true }, { name: 'tags_1_a_-1' }, { name: 'b_1' }])
    expect(await validate(items)).toMatchObject({ valid: true, errors: [] })
    await expect(items.insertOne({ _id: -1, a: MANY, tags: [] })).rejects.toMatchObject({ code: 11000 })
  }, 60_000)

  it('is not there when a value turns out to be there twice, and hinders no write meanwhile', async () => {
    const items = await filled((item) => {
      if (item._id === MANY - 1)
        item.a = 0
    })
    const building = items.createIndexes([{ key: { tags: 1 } }, { key: { a: 1 }, unique: true }])
    const outcome = expect(building).rejects.toMatchObject({ code: 11000, keyPattern: { a: 1 } })
    await items.insertOne({ _id: MANY + 1, a: 1, tags: [] })
    await outcome
    expect(await items.indexes()).toHaveLength(1)
    expect(JSON.stringify(await items.find({ a: 1 }).explain('queryPlanner'))).toContain('COLLSCAN')
    expect(await validate(items)).toMatchObject({ valid: true, nIndexes: 1 })
  })

  it('is not there when a write makes a value double while it is being built', async () => {
    const items = await filled()
    const outcome = expect(items.createIndex({ a: 1 }, { unique: true })).rejects.toMatchObject({ code: 11000 })
    await items.updateOne({ _id: MANY - 1 }, { $set: { a: 0 } })
    await items.updateOne({ _id: MANY - 2 }, { $set: { a: 0 } })
    await outcome
    expect(await items.indexes()).toHaveLength(1)
  })

  it('is waited for by whoever asks for the same', async () => {
    const items = await filled()
    await Promise.all([items.createIndex({ a: 1 }), items.createIndex({ a: 1 })])
    expect(await items.indexes()).toHaveLength(2)
  })

  it('is given up when it or its collection is dropped, and goes with a collection that gets another name', async () => {
    const [first, second, third] = [await filled(), await filled(), await filled()]
    const gone = expect(first.createIndex({ a: 1 })).rejects.toMatchObject({ codeName: 'IndexBuildAborted' })
    await first.dropIndex('a_1')
    await gone
    const dropped = expect(second.createIndex({ a: 1 })).rejects.toMatchObject({ codeName: 'IndexBuildAborted' })
    await second.drop()
    await dropped
    const moving = third.createIndex({ a: 1 })
    await third.rename('moved')
    await moving
    const moved = fixture.client.db('building').collection<Item>('moved')
    expect(await moved.indexes()).toHaveLength(2)
    expect(await validate(moved)).toMatchObject({ valid: true })
  })
})

describe('what is dropped', () => {
  it('is removed from the files in the background, and after a restart', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'datastore-leftovers-'))
    const own = await startFixture({ dir })
    const items = own.client.db('left').collection('items')
    await items.insertMany(Array.from({ length: 5000 }, (_, i) => ({ a: i })))
    await items.createIndex({ a: 1 })
    await items.drop()
    await own.client.close()
    await own.datastore.close()
    const store = openStore(dir, () => new Date())
    while (store.catalogue.leftovers.isPending)
      await new Promise(resolve => setTimeout(resolve, 10))
    expect(store.environment.documents.getKeysCount()).toBe(0)
    expect(store.environment.indexes.getKeysCount()).toBe(0)
    await store.close()
    rmSync(dir, { recursive: true, force: true })
  })
})

describe('a store that was killed while it built an index', () => {
  it('has all documents, no part of the index, and builds it anew', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'datastore-indexer-'))
    const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), fileURLToPath(new URL('../testing/crash-indexer.ts', import.meta.url)), dir], { stdio: ['ignore', 'pipe', 'inherit'] })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
      if (output.includes('building'))
        child.kill('SIGKILL')
    })
    await new Promise(resolve => child.once('close', resolve))
    expect(output).not.toContain('built')
    const own = await startFixture({ dir })
    const items = own.client.db('crash').collection<Item>('items')
    expect(await items.countDocuments()).toBe(40_000)
    expect(await items.indexes()).toHaveLength(1)
    await items.createIndex({ a: 1 }, { unique: true })
    expect(await own.client.db('crash').command({ validate: 'items' })).toMatchObject({ valid: true, errors: [] })
    await own.close()
  }, 60_000)
})
