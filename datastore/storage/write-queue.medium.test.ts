import type { Environment } from './environment.ts'
import { Buffer } from 'node:buffer'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openEnvironment } from './environment.ts'
import { WriteQueue } from './write-queue.ts'

let dir: string
let environment: Environment
let queue: WriteQueue
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'datastore-queue-'))
  environment = openEnvironment(dir)
  queue = new WriteQueue(environment, () => {}, () => {}, () => false)
})
afterEach(async () => {
  await queue.idle()
  await environment.close()
  rmSync(dir, { recursive: true, force: true })
})

const put = (key: string) => () => void environment.documents.put(Buffer.from(key), Buffer.from('value'))
const pause = (millis: number) => new Promise(resolve => setTimeout(resolve, millis))

describe('a write that nobody waits for the disk with', () => {
  it('is answered before a sync and synced within 50 ms, without the end of its transaction', async () => {
    const sync = vi.spyOn(environment.journal, 'sync')
    const restart = vi.spyOn(environment.journal, 'restart')
    await queue.write(put('a'), 'soon')
    expect(sync).not.toHaveBeenCalled()
    await pause(50)
    expect(sync).toHaveBeenCalledOnce()
    expect(restart).not.toHaveBeenCalled()
  })

  it('is synced after one that was under way when it came', async () => {
    let end: ((error: Error | null) => void) | undefined
    const sync = vi.spyOn(environment.journal, 'sync').mockImplementationOnce((done) => { end = done })
    const durable = queue.write(put('a'), 'on disk')
    await vi.waitFor(() => expect(end).toBeDefined())
    await queue.write(put('b'), 'soon')
    await pause(35)
    end!(null)
    await durable
    await pause(50)
    expect(sync).toHaveBeenCalledTimes(2)
  })

  it('needs no sync of its own when its transaction ends first', async () => {
    const sync = vi.spyOn(environment.journal, 'sync')
    await queue.write(put('a'), 'soon')
    await queue.idle()
    await pause(50)
    expect(sync).not.toHaveBeenCalled()
  })
})
