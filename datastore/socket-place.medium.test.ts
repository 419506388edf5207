import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MongoClient } from 'mongodb'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backupStore, startDatastore } from './index.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'place-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

describe('a store is reached by its connection string and by a backup beside it', () => {
  it.each([
    ['with spaces', 'a  b '],
    ['with letters of other alphabets', 'डेटा ‏بيانات‎ ✓'],
    ['with what has a meaning in addresses', 'a,b;c@d?e=#f:g[h]&\'"'],
    ['with percent signs, which drivers take for codes', '100%/50%20/%zz'],
    ['longer than a socket may be named', `${'l'.repeat(120)}/${'m'.repeat(120)}`],
  ])('in a directory %s', async (_, name) => {
    const dir = join(root, name)
    const datastore = await startDatastore({ dir })
    const client = await MongoClient.connect(datastore.uriFor('tests'), { serverSelectionTimeoutMS: 3000 })
    await client.db().collection('items').insertOne({ n: 1 })
    expect((await backupStore({ dir, to: join(root, 'copy') })).contents).toMatchObject([{ documents: 1 }])
    await client.close()
    await datastore.close()
    expect(readdirSync(dir).filter(entry => ['run', 'socket.path'].includes(entry))).toEqual([])
  })
})
