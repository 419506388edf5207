import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startFixture } from '../testing/fixture.ts'

const WRITER = fileURLToPath(new URL('../testing/full-disk.ts', import.meta.url))
const TSX = import.meta.resolve('tsx')

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'datastore-full-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

interface Outcome { acknowledged: number, code: number, codeName: string, message: string, again: string, readable: number, through: number, deleted: number | string, afterwards?: string }

function outcomeOf(output: string): Outcome {
  return JSON.parse(output.trim().split('\n').at(-1)!) as Outcome
}

/** Whether this user may mount a small disk of its own for a while. */
function mayMount(): boolean {
  return spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0
}

describe('a store whose file may not grow any more', () => {
  it('says so, writes nothing more, and has all that was acknowledged when it is opened again', async () => {
    const output = execFileSync('sh', ['-c', 'ulimit -f 16000; exec "$@"', 'sh', process.execPath, '--import', TSX, WRITER, join(dir, 'store')], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    const outcome = outcomeOf(output)
    expect(outcome.acknowledged).toBeGreaterThan(100)
    expect(outcome.message).toMatch(/disk does not take|no space|too large/i)
    expect(outcome.again).toBe(outcome.message)
    expect(outcome.through).toBe(5)
    const fixture = await startFixture({ dir: join(dir, 'store') })
    const items = fixture.client.db('full').collection<{ _id: number }>('items')
    expect(await items.countDocuments({ _id: { $gte: 0, $lt: outcome.acknowledged } })).toBe(outcome.acknowledged)
    expect(await fixture.client.db('full').command({ validate: 'items' })).toMatchObject({ valid: true, errors: [] })
    await fixture.client.close()
    await fixture.datastore.close()
  }, 60_000)
})

describe('a store on a disk that is full', () => {
  it.runIf(mayMount())('refuses to grow, reads and deletes on, and writes again when there is room', () => {
    const output = execFileSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs -o size=40m tmpfs "$1" && shift && exec "$@"', 'sh', dir, process.execPath, '--import', TSX, WRITER, join(dir, 'store')], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
    const outcome = outcomeOf(output)
    expect(outcome).toMatchObject({ code: 14031, codeName: 'OutOfDiskSpace', through: 5 })
    expect(outcome.readable).toBe(outcome.acknowledged)
    expect(outcome.again).toMatch(/The disk is full/)
    expect(Number(outcome.deleted), String(outcome.deleted)).toBeGreaterThan(100)
    expect(outcome.afterwards).toBe('taken')
  }, 60_000)
})
