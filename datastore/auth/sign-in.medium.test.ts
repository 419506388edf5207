import type { Datastore, DatastoreOptions } from '../index.ts'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MongoClient } from 'mongodb'
import { afterEach, describe, expect, it } from 'vitest'
import { startDatastore } from '../index.ts'

const closing: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse())
    await close()
})

const FIRST = { name: 'keeper', password: 'opens, = the\u00A0door' }

async function start(options: Partial<DatastoreOptions> = {}): Promise<Datastore & { dir: string }> {
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'datastore-auth-'))
  const datastore = await startDatastore({ port: 0, firstUser: FIRST, ...options, dir })
  closing.push(() => rmSync(dir, { recursive: true, force: true }), () => datastore.close())
  return { ...datastore, dir }
}

async function connect(datastore: Datastore, name?: string, password?: string, source = 'admin'): Promise<MongoClient> {
  const who = name === undefined ? '' : `${encodeURIComponent(name)}:${encodeURIComponent(password!)}@`
  const client = new MongoClient(`mongodb://${who}${datastore.host}/?authSource=${source}&directConnection=true`, { serverSelectionTimeoutMS: 3000 })
  closing.push(() => client.close())
  return client.connect()
}

describe('a store on a port', () => {
  it('lets the driver in with name and password, and shows who came', async () => {
    const datastore = await start()
    const client = await connect(datastore, FIRST.name, FIRST.password)
    const items = client.db('shop').collection('items')
    await items.insertMany([{ n: 1 }, { n: 2 }])
    expect(await items.countDocuments()).toBe(2)
    expect(await client.db('admin').command({ connectionStatus: 1 })).toMatchObject({ authInfo: { authenticatedUsers: [{ user: 'keeper', db: 'admin' }], authenticatedUserRoles: [{ role: 'root', db: 'admin' }] } })
  })

  it('tells a stranger nothing but that it is there', async () => {
    const datastore = await start()
    const client = await connect(datastore)
    expect(await client.db('admin').command({ ping: 1 })).toMatchObject({ ok: 1 })
    const asked = [{ listDatabases: 1 }, { find: 'items' }, { insert: 'items', documents: [{ a: 1 }] }, { aggregate: 'items', pipeline: [], cursor: {} }, { createUser: 'me', pwd: 'x', roles: ['root'] }, { serverStatus: 1 }, { usersInfo: 1 }, { dropDatabase: 1 }, { getLog: 'global' }, { getMore: 1, collection: 'items' }, { explain: { find: 'items' } }]
    for (const command of asked)
      await expect(client.db('admin').command(command), JSON.stringify(command)).rejects.toMatchObject({ code: 13, codeName: 'Unauthorized' })
    await expect(client.db('admin').command({ atlasVersion: 1 })).rejects.toMatchObject({ code: 59 })
  })

  it('answers an unknown name and a wrong password with the same words', async () => {
    const datastore = await start()
    const said: unknown[] = []
    for (const [name, password] of [['nobody', 'x'], [FIRST.name, 'x']] as const)
      await connect(datastore, name, password).catch((error: { code: number, codeName: string, errmsg?: string, message: string }) => said.push([error.code, error.codeName, error.message]))
    expect(said[0]).toEqual([18, 'AuthenticationFailed', 'Authentication failed.'])
    expect(said[1]).toEqual(said[0])
  })

  it('no longer listens to who has guessed ten times, even when the eleventh is right', async () => {
    const datastore = await start()
    for (let i = 0; i < 10; i++)
      await expect(connect(datastore, FIRST.name, `guess ${i}`)).rejects.toMatchObject({ code: 18 })
    await expect(connect(datastore, FIRST.name, FIRST.password)).rejects.toMatchObject({ code: 18 })
  }, 40_000)

  it('makes up a password once, when none is given', async () => {
    const first = await start({ firstUser: {} })
    expect(first.firstUser).toMatchObject({ name: 'admin' })
    const client = await connect(first, 'admin', first.firstUser!.password)
    expect(await client.db('admin').command({ listDatabases: 1, nameOnly: true })).toMatchObject({ databases: [{ name: 'admin' }] })
    await client.close()
    await first.close()
    const second = await start({ dir: first.dir, firstUser: {} })
    expect(second.firstUser).toBeUndefined()
    await connect(second, 'admin', first.firstUser!.password)
  })

  it('needs no password on the private socket, nor anywhere when it was told so', async () => {
    const open = await start({ withoutPasswords: true })
    expect(await (await connect(open)).db('admin').command({ listDatabases: 1 })).toMatchObject({ ok: 1 })
    const closed = await start()
    const socket = await MongoClient.connect(`mongodb://${encodeURIComponent(join(closed.dir, 'run', 'store.sock'))}/?directConnection=true`)
    closing.push(() => socket.close())
    expect(await socket.db('admin').command({ usersInfo: 1 })).toMatchObject({ users: [{ user: 'keeper' }] })
  })

  it('serves signed-in drivers from a worker thread too', async () => {
    const datastore = await start({ worker: true, firstUser: {} })
    const client = await connect(datastore, 'admin', datastore.firstUser!.password)
    expect(await client.db('admin').command({ connectionStatus: 1 })).toMatchObject({ authInfo: { authenticatedUsers: [{ user: 'admin' }] } })
  })
})

describe('users', () => {
  it('are made, shown without their credentials, given another password and removed', async () => {
    const datastore = await start()
    const admin = (await connect(datastore, FIRST.name, FIRST.password)).db('admin')
    await admin.command({ createUser: 'ada', pwd: 'one', roles: [{ role: 'readWrite', db: 'shop' }], customData: { desk: 4 } })
    await expect(admin.command({ createUser: 'ada', pwd: 'one', roles: [] })).rejects.toMatchObject({ code: 51003 })
    await expect(admin.command({ createUser: 'bob', pwd: 'one', roles: ['emperor'] })).rejects.toMatchObject({ code: 31 })
    const { users } = await admin.command({ usersInfo: 'ada' }) as unknown as { users: Record<string, unknown>[] }
    expect(users).toMatchObject([{ user: 'ada', db: 'admin', customData: { desk: 4 }, roles: [{ role: 'readWrite', db: 'shop' }], mechanisms: ['SCRAM-SHA-256'] }])
    expect(users[0]).not.toHaveProperty('credentials')
    const ada = await connect(datastore, 'ada', 'one')
    await ada.db('shop').collection('items').insertOne({ a: 1 })
    await admin.command({ updateUser: 'ada', pwd: 'two' })
    await expect(connect(datastore, 'ada', 'one')).rejects.toMatchObject({ code: 18 })
    await connect(datastore, 'ada', 'two')
    await admin.command({ dropUser: 'ada' })
    await expect(ada.db('shop').collection('items').findOne()).rejects.toMatchObject({ code: 13 })
    await expect(connect(datastore, 'ada', 'two')).rejects.toMatchObject({ code: 18 })
  })

  it('reach what their roles give, and nothing else', async () => {
    const datastore = await start()
    const root = await connect(datastore, FIRST.name, FIRST.password)
    await root.db('shop').collection('items').insertOne({ n: 1 })
    await root.db('other').collection('items').insertOne({ n: 1 })
    await root.db('shop').command({ createUser: 'reader', pwd: 'r', roles: ['read'] })
    await root.db('admin').command({ createUser: 'keys', pwd: 'k', roles: ['userAdminAnyDatabase'] })
    const reader = await connect(datastore, 'reader', 'r', 'shop')
    expect(await reader.db('shop').collection('items').countDocuments()).toBe(1)
    expect(await reader.db('admin').command({ listDatabases: 1, nameOnly: true })).toMatchObject({ databases: [{ name: 'shop' }] })
    const refused = { code: 13 }
    await expect(reader.db('shop').collection('items').insertOne({ n: 2 })).rejects.toMatchObject(refused)
    await expect(reader.db('shop').collection('items').aggregate([{ $match: {} }, { $out: 'copy' }]).toArray()).rejects.toMatchObject(refused)
    await expect(reader.db('other').collection('items').findOne()).rejects.toMatchObject(refused)
    await expect(reader.db('admin').collection('system.users').findOne()).rejects.toMatchObject(refused)
    await expect(reader.db('shop').command({ dropDatabase: 1 })).rejects.toMatchObject(refused)
    await expect(reader.db('shop').command({ createUser: 'friend', pwd: 'f', roles: ['read'] })).rejects.toMatchObject(refused)
    const keys = await connect(datastore, 'keys', 'k')
    await expect(keys.db('admin').command({ createUser: 'second', pwd: 's', roles: ['root'] })).rejects.toMatchObject(refused)
    await expect(keys.db('admin').command({ updateUser: FIRST.name, pwd: 'mine' })).rejects.toMatchObject(refused)
  })
})
