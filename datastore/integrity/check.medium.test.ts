import { Buffer } from 'node:buffer'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startFixture } from '../testing/fixture.ts'
import { checkFile, checkStore } from './check.ts'

const PAGE = 4096
const DAMAGED = expect.objectContaining({ codeName: 'DataCorruptionDetected' })

let dir: string
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'datastore-check-'))
  const fixture = await startFixture({ dir })
  await fixture.client.db('d').collection<{ _id: number, text: string }>('items').insertMany(Array.from({ length: 2000 }, (_, i) => ({ _id: i, text: `item ${i} of many` })))
  await fixture.client.close()
  await fixture.datastore.close()
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

/** Gives the page that holds a text the number of another. */
function damage(text: string): void {
  const path = join(dir, 'data.mdb')
  const bytes = Buffer.from(readFileSync(path))
  // What was freed may hold the text too.
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + PAGE))
    bytes.writeUInt32LE(1, at - at % PAGE)
  writeFileSync(path, bytes)
}

function thrownBy(work: () => void): unknown {
  try {
    return work()
  }
  catch (error) {
    return error
  }
}

describe('looking at a store\'s file', () => {
  it('finds nothing wrong with one that is whole', () => {
    expect(() => checkStore(dir)).not.toThrow()
  })

  it('finds a page of data that is another page, however many there are', () => {
    damage('item 1999 of many')
    expect(thrownBy(() => checkStore(dir))).toEqual(DAMAGED)
  })

  it('ends when its time is over, with the pages that lead to others first', () => {
    damage('item 1999 of many')
    expect(thrownBy(() => checkFile(dir, { branches: Infinity, data: 0 }))).toBeUndefined()
    expect(thrownBy(() => checkFile(dir, { branches: 0, data: Infinity }))).toEqual(DAMAGED)
  })

  it('is refused where there is no store', () => {
    expect(thrownBy(() => checkStore(join(dir, 'none')))).toEqual(expect.objectContaining({ codeName: 'OperationFailed' }))
  })
})
