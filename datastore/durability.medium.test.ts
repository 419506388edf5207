import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { startDatastore } from './index.ts'
import { startFixture } from './testing/fixture.ts'

const WRITER = fileURLToPath(new URL('./testing/crash-writer.ts', import.meta.url))
const TSX = import.meta.resolve('tsx')

/** Runs the writer and kills it, with no chance to tidy up, once it has acknowledged so many writes. @returns what it acknowledged */
async function writeAndKill(dir: string, acknowledgements: number): Promise<{ inserted: Set<string>, deleted: Set<string> }> {
  const child = spawn(process.execPath, ['--import', TSX, WRITER, dir], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
    if (output.length > acknowledgements * 8)
      child.kill('SIGKILL')
  })
  await new Promise(resolve => child.once('close', resolve))
  const lines = output.split('\n').slice(0, -1)
  return { inserted: new Set(lines.filter(line => line.startsWith('+')).map(line => line.slice(1))), deleted: new Set(lines.filter(line => line.startsWith('-')).map(line => line.slice(1))) }
}

describe('a store whose process was killed', () => {
  it('has every acknowledged write, and indexes that agree with the documents', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'datastore-crash-'))
    try {
      const inserted = new Set<string>()
      const deleted = new Set<string>()
      for (const acknowledgements of [40, 400]) {
        const written = await writeAndKill(dir, acknowledgements)
        written.inserted.forEach(id => inserted.add(id))
        written.deleted.forEach(id => deleted.add(id))
        const fixture = await startFixture({ dir: join(dir) })
        const items = fixture.client.db('crash').collection<{ _id: string }>('items')
        const present = new Set((await items.find().project<{ _id: string }>({ _id: 1 }).toArray()).map(({ _id }) => _id))
        expect(inserted.size).toBeGreaterThan(20)
        expect([...inserted].filter(id => !deleted.has(id) && !present.has(id) && !isLaneHead(id))).toEqual([])
        expect([...deleted].filter(id => present.has(id))).toEqual([])
        expect(await fixture.client.db('crash').command({ validate: 'items' })).toMatchObject({ valid: true, errors: [] })
        await fixture.client.db('crash').collection('items').drop()
        await fixture.client.close()
        await fixture.datastore.close()
        inserted.clear()
        deleted.clear()
      }
    }
    finally {
      rmSync(dir, { recursive: true, force: true })
    }
  }, 60_000)
})

/** The first document of a round may have been deleted without the acknowledgement having been read. */
function isLaneHead(id: string): boolean {
  return id.endsWith('-0')
}

describe('a data directory', () => {
  it('is refused while it is in use, and free again afterwards', async () => {
    const fixture = await startFixture()
    await expect(startDatastore({ dir: fixture.dir })).rejects.toThrow(/in use by process/)
    await fixture.datastore.close()
    const again = await startDatastore({ dir: fixture.dir })
    await again.close()
    await fixture.close()
  })

  it('is taken over from a process that is gone', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'datastore-stale-'))
    writeFileSync(join(dir, 'store.lock'), '999999999 1 gone')
    const datastore = await startDatastore({ dir })
    await datastore.close()
    rmSync(dir, { recursive: true, force: true })
  })

  it('keeps everything over a restart', async () => {
    const first = await startFixture()
    const items = first.client.db('kept').collection('items')
    await items.createIndex({ a: 1 }, { unique: true, partialFilterExpression: { a: { $gt: 0 } } })
    await items.insertMany([{ a: 1 }, { a: [2, 3] }])
    await first.client.close()
    await first.datastore.close()
    const second = await startFixture({ dir: first.dir })
    const reopened = second.client.db('kept').collection('items')
    expect(await reopened.countDocuments()).toBe(2)
    expect(await reopened.indexes()).toMatchObject([{ name: '_id_' }, { name: 'a_1', unique: true, partialFilterExpression: { a: { $gt: 0 } } }])
    await expect(reopened.insertOne({ a: 3 })).rejects.toMatchObject({ code: 11000 })
    await second.close()
  })
})
