import { Buffer } from 'node:buffer'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openEnvironment } from './environment.ts'
import { Journal, readJournal } from './journal.ts'
import { WriteQueue } from './write-queue.ts'

let dir: string
let path: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'journal-'))
  path = join(dir, 'journal')
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const bytes = (text: string): Buffer => Buffer.from(text)
const told = (number: number): string[] => readJournal(path, number).map(({ table, key, value }) => `${table} ${key.toString()}=${value?.toString() ?? '-'}`)

/** A journal with two records of one transaction. */
function written(number: number): Journal {
  const journal = new Journal(path)
  journal.add(0, bytes('a'), bytes('one'))
  journal.add(1, bytes('b'), undefined)
  journal.write(number)
  journal.add(2, bytes('c'), bytes(''))
  journal.write(number)
  return journal
}

describe('the journal', () => {
  it('gives back what was written, in its order, to the transaction that wrote it', () => {
    written(7).close()
    expect(told(7)).toEqual(['0 a=one', '1 b=-', '2 c='])
    expect(told(8)).toEqual([])
  })

  it('does not know what was noted and not written', () => {
    const journal = written(1)
    journal.add(0, bytes('d'), bytes('four'))
    journal.close()
    expect(told(1)).toHaveLength(3)
  })

  it('ends at a record that was cut short, and at one that is damaged', () => {
    written(1).close()
    const whole = readFileSync(path)
    truncateSync(path, whole.length - 1)
    expect(told(1)).toEqual(['0 a=one', '1 b=-'])
    const damaged = Buffer.from(whole)
    damaged[20]! ^= 1
    writeFileSync(path, damaged)
    expect(told(1)).toEqual([])
  })

  it('is not confused by what an earlier, longer transaction left behind the new records', () => {
    const journal = written(1)
    journal.restart()
    journal.add(0, bytes('z'), bytes('new'))
    journal.write(2)
    journal.close()
    expect(told(2)).toEqual(['0 z=new'])
    appendFileSync(path, Buffer.alloc(100, 0xFF))
    expect(told(2)).toEqual(['0 z=new'])
  })
})

describe('bringing the journal to disk', () => {
  it('is waited for on a fast disk, and left to another thread while the disk is slow', async () => {
    let time = 0
    let takes = 0.2
    const journal = new Journal(path, () => time += takes)
    const sync = () => {
      let here = true
      return new Promise<{ here: boolean, error: Error | null }>((resolve) => {
        journal.sync(error => resolve({ here, error }))
        here = false
      })
    }
    expect(await sync()).toEqual({ here: true, error: null })
    takes = 8
    expect(await sync()).toEqual({ here: true, error: null })
    expect(await sync()).toEqual({ here: false, error: null })
    takes = 0.2
    expect(await sync()).toEqual({ here: false, error: null })
    expect(await sync()).toEqual({ here: true, error: null })
    journal.close()
    const closed = await sync()
    expect(closed.error?.message).toContain('EBADF')
  })
})

describe('a store that ended with a transaction open', () => {
  it('completes it from the journal when it is opened again', () => {
    const first = openEnvironment(dir)
    const { number } = first.begin()
    void first.documents.put(bytes('kept'), bytes('value'))
    first.journal.write(number)
    void first.documents.put(bytes('unanswered'), bytes('value'))
    // What the journal holds is all that a killed process leaves; its lock and its open transaction are left behind as well.
    const left = readFileSync(path)
    const after = mkdtempSync(join(tmpdir(), 'journal-after-'))
    writeFileSync(join(after, 'journal'), left)
    const again = openEnvironment(after)
    expect(again.documents.getBinary(bytes('kept'))?.toString()).toBe('value')
    expect(again.documents.getBinary(bytes('unanswered'))).toBeUndefined()
    rmSync(after, { recursive: true, force: true })
  })
})

describe('the write queue', () => {
  it('answers who waits for the disk, and who does not, with what they wrote seen by all', async () => {
    const environment = openEnvironment(dir)
    const queue = new WriteQueue(environment, () => {}, () => {}, () => false)
    await queue.write(() => void environment.documents.put(bytes('a'), bytes('1')), 'soon')
    expect(environment.documents.getBinary(bytes('a'))?.toString()).toBe('1')
    await queue.write(() => void environment.documents.put(bytes('b'), bytes('2')), 'on disk')
    await queue.idle()
    await environment.close()
    const again = openEnvironment(dir)
    expect(again.documents.getBinary(bytes('b'))?.toString()).toBe('2')
    await again.close()
  })

  it('gives a job its own error back when that had changed nothing', async () => {
    const environment = openEnvironment(dir)
    const queue = new WriteQueue(environment, () => {}, () => {}, () => false)
    await expect(queue.write(() => { throw new RangeError('no') })).rejects.toThrow('no')
    await queue.write(() => void environment.documents.put(bytes('a'), bytes('1')))
    expect(environment.documents.getBinary(bytes('a'))?.toString()).toBe('1')
    await queue.idle()
    await environment.close()
  })

  it('takes back a job that failed in the middle, and keeps all that was answered before it', async () => {
    const environment = openEnvironment(dir)
    let undone = 0
    const queue = new WriteQueue(environment, () => {}, () => undone++, () => false)
    await queue.write(() => void environment.documents.put(bytes('a'), bytes('1')), 'soon')
    await expect(queue.write(() => {
      void environment.documents.put(bytes('b'), bytes('half'))
      throw new RangeError('full')
    })).rejects.toThrow('full')
    expect(undone).toBe(1)
    expect(environment.documents.getBinary(bytes('a'))?.toString()).toBe('1')
    expect(environment.documents.getBinary(bytes('b'))).toBeUndefined()
    await queue.write(() => void environment.documents.put(bytes('c'), bytes('3')))
    await queue.idle()
    await environment.close()
    const again = openEnvironment(dir)
    expect(again.documents.getBinary(bytes('a'))?.toString()).toBe('1')
    expect(again.documents.getBinary(bytes('c'))?.toString()).toBe('3')
    await again.close()
  })
})
