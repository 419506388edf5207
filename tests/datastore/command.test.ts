import type { ChildProcess } from 'node:child_process'
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { MongoClient } from 'mongodb'
import { afterEach, beforeEach, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')

let dir: string
let command: ChildProcess
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'store-command-'))
  // In a group of its own, so that nothing is left of it whatever comes.
  command = spawn('npm', ['run', '--silent', 'datastore', '--', '--port', '0', '--dir', dir, '--no-auth'], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'], detached: true })
})
afterEach(() => {
  try {
    process.kill(-command.pid!, 'SIGKILL')
  }
  catch {
    // Nobody of the group is left.
  }
  rmSync(dir, { recursive: true, force: true })
})

function listening(): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    command.stdout!.setEncoding('utf8').on('data', (text: string) => {
      said += text
      const found = /listening on (\S+)/.exec(said)
      if (found)
        resolve(found[1]!)
    })
    command.once('exit', () => reject(new Error(`the store did not start: ${said}`)))
  })
}

/** What looking at all pages says, with its exit code. */
function check(): { status: number | null, said: string } {
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', 'datastore', '--', '--check', '--dir', dir], { cwd: ROOT, encoding: 'utf8' })
  return { status, said: stdout + stderr }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  }
  catch {
    return false
  }
}

it.each(['SIGTERM', 'SIGINT'] as const)('the store that npm started closes its files and ends when npm is sent %s', async (signal) => {
  const uri = await listening()
  const client = await MongoClient.connect(uri)
  const { pid } = await client.db('admin').command({ serverStatus: 1 })
  await client.db('kept').collection<{ _id: number }>('items').insertOne({ _id: 1 })
  await client.close()
  expect(existsSync(join(dir, 'store.lock'))).toBe(true)
  const ended = new Promise(resolve => command.once('exit', resolve))
  command.kill(signal)
  await ended
  await expect.poll(() => isAlive(Number(pid)), { timeout: 5_000 }).toBe(false)
  expect(existsSync(join(dir, 'store.lock')), 'the directory is given back').toBe(false)
}, 60_000)

it('the pages of a store are looked at once nobody has it open', async () => {
  await listening()
  expect(check()).toMatchObject({ status: 1, said: expect.stringContaining('in use by process') })
  const ended = new Promise(resolve => command.once('exit', resolve))
  command.kill('SIGTERM')
  await ended
  expect(check()).toMatchObject({ status: 0, said: expect.stringContaining('hold together') })
}, 60_000)
