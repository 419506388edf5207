import type { Datastore } from '#datastore'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createConnection } from 'mongoose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startDatastore } from '#datastore'
import { databaseHosts, databaseProblem } from './database-problem.ts'
import { freePort } from './free-port.ts'

describe('a database that cannot be used', () => {
  let dir: string
  let store: Datastore
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'loupe-database-'))
    store = await startDatastore({ dir, port: 0, firstUser: { name: 'loupe', password: 'right' } })
  })
  afterAll(async () => {
    await store.close()
    await rm(dir, { recursive: true })
  })

  async function problemOf(uri: string): Promise<string | null> {
    const connection = createConnection()
    try {
      await connection.openUri(uri, { serverSelectionTimeoutMS: 800, autoIndex: false, autoCreate: false })
      await connection.collection('settings').findOne({})
      return 'none'
    }
    catch (error) { return databaseProblem(error as Error) }
    finally { await connection.close() }
  }

  it('is told by who is not let in', async () => {
    expect(await problemOf(`mongodb://loupe:right@${store.host}/loupe?authSource=admin`)).toBe('none')
    expect(await problemOf(`mongodb://loupe:wrong@${store.host}/loupe?authSource=admin`)).toMatch(/^MONGODB_URI names a user whom the database does not let in/)
    expect(await problemOf(`mongodb://${store.host}/loupe`)).toMatch(/^MONGODB_URI names nobody who may use the database/)
  })

  it('is told by its replica set, its host and its port', async () => {
    expect(await problemOf(`mongodb://loupe:right@${store.host}/loupe?authSource=admin&replicaSet=other`)).toMatch(/^MONGODB_URI names the replica set other, and the servers there belong to none of this name/)
    expect(await problemOf('mongodb://nowhere.invalid/loupe')).toBe('MONGODB_URI names a host that the DNS does not know: nowhere.invalid:27017')
    expect(await problemOf('mongodb+srv://nowhere.invalid/loupe')).toMatch(/^MONGODB_URI begins with mongodb\+srv:\/\/ and names a host without such an entry/)
    const port = await freePort()
    expect(await problemOf(`mongodb://127.0.0.1:${port}/loupe`)).toBe(`MONGODB_URI leads to 127.0.0.1:${port}, where nobody listens: start the database, or correct the address`)
    expect(await problemOf(`mongodb://${store.host}/loupe?tls=true`)).toMatch(/^MONGODB_URI leads to \S+, where no server that takes writes answers/)
  })

  it('is told by an address that nobody can read, without what stands in it', async () => {
    for (const uri of ['mongodb://', 'mongodb://[::1', 'mongodb://loupe:hunter2', `mongodb://${store.host}/a.b`, 'mongodb://127.0.0.1/?hunter2=1'])
      expect(await problemOf(uri)).toBe('MONGODB_URI is not an address that a driver understands')
  })
})

describe('the hosts of an address', () => {
  it('are shown without who signs in', () => {
    expect(databaseHosts('mongodb://loupe:p@ss@db-1:27017,db-2/loupe?replicaSet=a')).toBe('db-1:27017,db-2')
    expect(databaseHosts('mongodb+srv://cluster.example')).toBe('cluster.example')
  })
})
