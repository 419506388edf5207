import type { Store } from '../store.ts'
import type { Collection } from './collection.ts'
import { Buffer } from 'node:buffer'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { encodeDocument } from '../bson/encode.ts'
import { openStore } from '../store.ts'
import { insertable, insertDocument } from '../write/insert.ts'
import { prefixed } from './environment.ts'
import { defineIndex } from './index-definition.ts'
import { encodeId } from './keys.ts'
import { verifyAtOnce } from './verify.ts'

let dir: string
let store: Store
let collection: Collection

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'datastore-verify-'))
  store = openStore(dir, () => new Date())
  await store.write(() => {
    collection = store.catalogue.obtain('v', 'items')
    collection.indexes = [defineIndex({ key: { a: 1 } }, store.catalogue.nextNumber()), defineIndex({ key: { b: 1 }, unique: true, sparse: true }, store.catalogue.nextNumber())]
    for (let i = 0; i < 300; i++)
      insertDocument(store, collection, insertable(encodeDocument({ _id: i, a: [i, i + 1], ...(i % 2 ? { b: i } : {}) })))
  })
})
afterEach(async () => {
  await store.close()
  rmSync(dir, { recursive: true, force: true })
})

describe('verifying', () => {
  it('finds nothing where all is well', () => {
    expect(verifyAtOnce(store.environment, [collection])).toEqual([])
  })

  it.each([
    ['a document cut short', () => store.environment.documents.put(prefixed(collection.number, encodeId(7)), encodeDocument({ _id: 7 }).subarray(0, 8)), /damaged document/],
    ['a document under another key', () => store.environment.documents.put(prefixed(collection.number, encodeId(7)), encodeDocument({ _id: 8 })), /damaged document/],
    ['a document that is not counted', () => store.environment.documents.put(prefixed(collection.number, encodeId(900)), encodeDocument({ _id: 900 })), /holds 301 documents but counts 300/],
    ['an entry that is missing', () => store.environment.indexes.remove(firstEntry()), /lacks an entry/],
    ['an entry too many', () => store.environment.indexes.put(prefixed(collection.indexes[0]!.number, Buffer.from([9, 9])), encodeId(7)), /has 601 entries where the documents give 600/],
    ['an entry of another document', () => store.environment.indexes.put(firstEntry(), encodeId(299)), /lacks an entry/],
  ] as [string, () => unknown, RegExp][])('finds %s', async (_what, damage, expected) => {
    await store.write(() => void damage())
    expect(verifyAtOnce(store.environment, [collection]).join('\n')).toMatch(expected)
  })
})

function firstEntry(): Buffer {
  const [key] = [...store.environment.indexes.getKeys({ start: prefixed(collection.indexes[0]!.number, Buffer.alloc(0)), limit: 1 })]
  return Buffer.from(key!)
}
