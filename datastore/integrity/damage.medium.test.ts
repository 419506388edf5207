import type { LogEntry } from '../index.ts'
import { Buffer } from 'node:buffer'
import { spawnSync } from 'node:child_process'
import { closeSync, cpSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startFixture } from '../testing/fixture.ts'
import { salvageStore } from './salvage.ts'

interface Item { _id: number, a: number, text: string }

const MANY = 3000
const PAGE = 4096
const READER = fileURLToPath(new URL('../testing/damaged-reader.ts', import.meta.url))
const TSX = import.meta.resolve('tsx')

let root: string
let whole: Buffer

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'datastore-damage-'))
  const fixture = await startFixture({ dir: join(root, 'whole') })
  const items = fixture.client.db('d').collection<Item>('items')
  await items.createIndexes([{ key: { a: 1 }, unique: true }, { key: { text: 1 } }])
  await items.insertMany(Array.from({ length: MANY }, (_, i) => ({ _id: i, a: -i, text: `item ${i} ${'x'.repeat(i % 50 === 0 ? 9000 : 100)}` })))
  await fixture.client.close()
  await fixture.datastore.close()
  whole = readFileSync(join(root, 'whole', 'data.mdb'))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** A copy of the store with some bytes changed. */
function damaged(name: string, change: (bytes: Buffer) => void): string {
  const dir = join(root, name)
  cpSync(join(root, 'whole'), dir, { recursive: true })
  const bytes = Buffer.from(whole)
  change(bytes)
  writeFileSync(join(dir, 'data.mdb'), bytes)
  return dir
}

/** The page on which something is written. */
function pageOf(text: string): number {
  return Math.floor(whole.indexOf(text) / PAGE)
}

describe('a store that is whole', () => {
  it('is not taken for damaged because of a long document that became a short one', async () => {
    const fixture = await startFixture()
    const items = fixture.client.db('d').collection<Item>('items')
    await Promise.all([items.insertOne({ _id: 1, a: 1, text: 'x'.repeat(70_000) }), items.replaceOne({ _id: 1 }, { a: 1, text: 'x' }), items.insertOne({ _id: 2, a: 2, text: 'y' })])
    await fixture.client.close()
    await fixture.datastore.close()
    const again = await startFixture({ dir: fixture.dir })
    expect(await again.client.db('d').collection<Item>('items').findOne({ _id: 1 })).toEqual({ _id: 1, a: 1, text: 'x' })
    await again.close()
  })
})

describe('a store one document of which is damaged', () => {
  it('says so when that is read, reads the others, and writes no more', async () => {
    const log: LogEntry[] = []
    const fixture = await startFixture({ dir: damaged('document', bytes => bytes.write('?', bytes.indexOf('item 1234 ') + 30)), log: entry => log.push(entry) })
    const items = fixture.client.db('d').collection<Item>('items')
    expect(await items.findOne({ _id: 7 })).toMatchObject({ a: -7 })
    await items.insertOne({ _id: MANY, a: MANY, text: 'before' })
    await expect(items.findOne({ _id: 1234 })).rejects.toMatchObject({ code: 246, codeName: 'DataCorruptionDetected' })
    await expect(items.find({ text: /never/ }).toArray()).rejects.toMatchObject({ code: 246 })
    expect(await items.find({ _id: { $gt: 2000 } }).toArray()).toHaveLength(MANY - 2000)
    expect(await items.findOne({ a: -77 })).toMatchObject({ _id: 77 })
    await expect(items.insertOne({ _id: MANY + 1, a: MANY + 1, text: 'after' })).rejects.toThrow(/Nothing is written until the store is started again/)
    expect(log).toMatchObject([{ event: 'writes refused' }])
    await fixture.client.close()
    await fixture.datastore.close()
  })
})

describe('a store a page of which is damaged', () => {
  it.each([
    ['emptied', (bytes: Buffer) => bytes.fill(0, pageOf('item 1500 ') * PAGE, (pageOf('item 1500 ') + 1) * PAGE)],
    ['in another\'s place', (bytes: Buffer) => whole.copy(bytes, pageOf('item 1500 ') * PAGE, pageOf('item 2500 ') * PAGE, (pageOf('item 2500 ') + 1) * PAGE)],
    ['with wrong bounds', (bytes: Buffer) => bytes.writeUInt16LE(60_000, pageOf('item 1500 ') * PAGE + 22)],
    ['at the beginning', (bytes: Buffer) => bytes.fill(0, 0, 200)],
    ['cut off', (bytes: Buffer) => bytes.fill(0, Math.floor(bytes.length / PAGE / 2) * PAGE)],
  ])('is not opened: %s', async (name, change) => {
    const dir = damaged(`page-${name.replaceAll(/\W/g, '')}`, change)
    await expect(startFixture({ dir })).rejects.toMatchObject({ codeName: 'DataCorruptionDetected', message: expect.stringContaining('Restore a backup') as string })
  })

  it('can be saved into a new one, all but what was on that page', async () => {
    const dir = damaged('saved', bytes => bytes.fill(0xEE, pageOf('item 1501 ') * PAGE, (pageOf('item 1501 ') + 1) * PAGE))
    const saved = await salvageStore({ from: dir, dir: join(root, 'rescued') })
    expect(saved).toMatchObject([{ namespace: 'd.items', counted: MANY, withoutIndexes: [] }])
    expect(saved[0]!.documents).toBeGreaterThan(MANY - 60)
    expect(saved[0]!.documents).toBeLessThan(MANY)
    const fixture = await startFixture({ dir: join(root, 'rescued') })
    const items = fixture.client.db('d').collection<Item>('items')
    expect(await items.countDocuments()).toBe(saved[0]!.documents)
    expect(await items.findOne({ a: -2999 })).toMatchObject({ _id: 2999 })
    expect(await items.indexes()).toMatchObject([{ name: '_id_' }, { name: 'a_1', unique: true }, { name: 'text_1' }])
    expect(await fixture.client.db('d').command({ validate: 'items' })).toMatchObject({ valid: true })
    await fixture.client.close()
    await fixture.datastore.close()
  })
})

describe('a store with bits turned at random', () => {
  it('is told to be damaged or answers as before, and never takes its process with it', () => {
    const seed = 20
    let state = seed
    const random = (below: number): number => {
      state = (state * 1103515245 + 12345) % 2 ** 31
      return Math.floor(state / 2 ** 31 * below)
    }
    for (let round = 0; round < 8; round++) {
      const dir = damaged(`random-${round}`, (bytes) => {
        const page = 2 + random(bytes.length / PAGE - 2)
        for (let i = 0; i < 4; i++)
          bytes[page * PAGE + random(round % 2 === 0 ? 64 : PAGE)]! ^= 1 << random(8)
      })
      const reader = spawnSync(process.execPath, ['--import', TSX, READER, dir, String(MANY)], { encoding: 'utf8' })
      expect(reader.signal, `round ${round}: ${reader.stderr}`).toBeNull()
      expect(reader.stdout.trim()).toMatch(/^(?:as before|damaged)$/)
      rmSync(dir, { recursive: true, force: true })
    }
  }, 120_000)

  it('while it runs answers what it can', async () => {
    const dir = damaged('running', () => {})
    const fixture = await startFixture({ dir })
    const items = fixture.client.db('d').collection<Item>('items')
    const file = openSync(join(dir, 'data.mdb'), 'r+')
    writeSync(file, '?', whole.indexOf('item 42 ') + 20)
    closeSync(file)
    await expect(items.findOne({ _id: 42 })).rejects.toMatchObject({ code: 246 })
    expect(await items.findOne({ _id: 43 })).toMatchObject({ a: -43 })
    await fixture.client.close()
    await fixture.datastore.close()
  })
})
