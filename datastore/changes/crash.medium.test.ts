import type { Document } from 'mongodb'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { startFixture } from '../testing/fixture.ts'
import { read } from './testing.ts'

const WRITER = fileURLToPath(new URL('./crash-writer.ts', import.meta.url))
const TSX = import.meta.resolve('tsx')

/** Runs the writer and kills it, with no chance to tidy up, once it has said so much. @returns the lines it said */
async function writeAndKill(dir: string, characters: number): Promise<string[]> {
  const child = spawn(process.execPath, ['--import', TSX, WRITER, dir], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
    if (output.length > characters)
      child.kill('SIGKILL')
  })
  await new Promise(resolve => child.once('close', resolve))
  return output.split('\n').slice(0, -1)
}

it('after its process was killed, a store tells of every change that is in it, and of no other', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'datastore-changes-crash-'))
  try {
    const [token, ...said] = await writeAndKill(dir, 8000)
    const fixture = await startFixture({ dir })
    const items = fixture.client.db('crash').collection<{ _id: string, n: number }>('items')
    const { stream, take } = await read(items.watch([], { resumeAfter: JSON.parse(token!.slice('token '.length)) as Document }))
    await items.insertOne({ _id: 'last', n: 0 })
    const present = new Set<string>()
    const told = new Set<string>()
    while (!present.has('last')) {
      const [event] = await take(1)
      const { _id } = event!.documentKey as { _id: string }
      const insertion = event!.operationType === 'insert'
      expect(present.has(_id)).toBe(!insertion)
      told.add(`${insertion ? '+' : '-'}${_id}`)
      if (insertion)
        present.add(_id)
      else
        present.delete(_id)
    }
    expect(said.length).toBeGreaterThan(100)
    expect(said.filter(line => !told.has(line))).toEqual([])
    expect([...present].sort()).toEqual((await items.find().toArray()).map(({ _id }) => _id).sort())
    await stream.close()
    await fixture.close()
  }
  finally {
    rmSync(dir, { recursive: true, force: true })
  }
}, 60_000)
