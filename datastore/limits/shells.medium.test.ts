import type { Document } from 'mongodb'
import type { Fixture } from '../testing/fixture.ts'
import { Int32 } from 'bson'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startFixture } from '../testing/fixture.ts'

let fixture: Fixture
beforeAll(async () => {
  fixture = await startFixture()
  const items = fixture.client.db('shop').collection<{ _id: number, a: number }>('items')
  await items.insertMany(Array.from({ length: 250 }, (_, i) => ({ _id: i, a: i })))
  await items.createIndex({ a: 1 })
})
afterAll(() => fixture.close())

const admin = (command: Document): Promise<Document> => fixture.client.db('admin').command(command)
const shop = (command: Document): Promise<Document> => fixture.client.db('shop').command(command)

describe('what mongosh asks when it connects', () => {
  it('is answered', async () => {
    expect(await admin({ hello: 1, helloOk: true, saslSupportedMechs: 'admin.anybody', client: { application: { name: 'mongosh' } } })).toMatchObject({ isWritablePrimary: true, saslSupportedMechs: ['SCRAM-SHA-256'], connectionId: expect.any(Number) as number, maxBsonObjectSize: 16777216 })
    expect(await admin({ buildInfo: 1 })).toMatchObject({ versionArray: expect.any(Array) as number[], storageEngines: ['lmdb'] })
    expect(await admin({ connectionStatus: 1, showPrivileges: true })).toMatchObject({ authInfo: { authenticatedUsers: [], authenticatedUserRoles: [], authenticatedUserPrivileges: [] } })
    expect(await admin({ getParameter: 1, featureCompatibilityVersion: 1 })).toMatchObject({ featureCompatibilityVersion: { version: expect.stringMatching(/^\d+\.\d+$/) as string } })
    expect(await admin({ getParameter: '*' })).toMatchObject({ authenticationMechanisms: ['SCRAM-SHA-256'] })
    await expect(admin({ getParameter: 1, somethingElse: 1 })).rejects.toMatchObject({ code: 72 })
    expect(await admin({ hostInfo: 1 })).toMatchObject({ system: { cpuAddrSize: 64 }, os: {} })
    expect(await admin({ getCmdLineOpts: 1 })).toMatchObject({ argv: [], parsed: {} })
    expect(await admin({ getLog: 'startupWarnings' })).toMatchObject({ log: [], totalLinesWritten: 0 })
    expect(await admin({ getLog: '*' })).toMatchObject({ names: ['global', 'startupWarnings'] })
    await expect(admin({ getLog: 'nonsense' })).rejects.toThrow(/no RamLog/)
    await expect(admin({ atlasVersion: 1 })).rejects.toMatchObject({ code: 59, codeName: 'CommandNotFound' })
    expect(await admin({ listDatabases: 1, nameOnly: true })).toMatchObject({ databases: [{ name: 'shop' }] })
  })

  it('is answered with numbers that were measured', async () => {
    const before = await admin({ serverStatus: 1 })
    await shop({ insert: 'notes', documents: [{ a: 1 }] })
    await shop({ find: 'notes' })
    const after = await admin({ serverStatus: 1 }) as { opcounters: Record<string, number>, connections: Record<string, number>, network: Record<string, number>, uptime: number, mem: Record<string, number> }
    expect(after.opcounters.insert! - (before.opcounters as Record<string, number>).insert!).toBe(1)
    expect(after.opcounters.query! - (before.opcounters as Record<string, number>).query!).toBe(1)
    expect(after.connections.current).toBeGreaterThan(0)
    expect(after.network.numRequests).toBeGreaterThan(2)
    expect(after.uptime).toBeGreaterThan(0)
    expect(after.mem.resident).toBeGreaterThan(10)
  })

  it('about sizes is answered with what was put in', async () => {
    const stats = await shop({ collStats: 'items' })
    expect(stats).toMatchObject({ ns: 'shop.items', count: 250, nindexes: 2, capped: false })
    expect(stats.size).toBe(250 * stats.avgObjSize)
    expect(Object.keys(stats.indexSizes as object)).toEqual(['_id_', 'a_1'])
    expect(stats.totalIndexSize).toBeGreaterThan(250 * 10)
    expect((await shop({ collStats: 'items', scale: 1024 })).size).toBe(Math.round(stats.size as number / 1024))
    expect(await shop({ dbStats: 1 })).toMatchObject({ db: 'shop', objects: expect.any(Number) as number, indexes: expect.any(Number) as number })
  })
})

describe('what mongodump asks', () => {
  it('is answered', async () => {
    expect((await admin({ listDatabases: 1 })).databases).toMatchObject([{ name: 'shop', empty: false }])
    const { cursor } = await shop({ listCollections: 1, filter: { name: 'items' }, cursor: {} }) as { cursor: { firstBatch: Document[] } }
    expect(cursor.firstBatch).toMatchObject([{ name: 'items', type: 'collection', options: {}, info: { readOnly: false }, idIndex: { key: { _id: 1 }, name: '_id_' } }])
    expect(cursor.firstBatch[0]!.info).toHaveProperty('uuid')
    expect((await shop({ listIndexes: 'items', cursor: {} })).cursor).toMatchObject({ firstBatch: [{ key: { _id: 1 }, name: '_id_' }, { key: { a: 1 }, name: 'a_1' }] })
    expect(await shop({ count: 'items' })).toMatchObject({ n: 250 })
    const first = await shop({ find: 'items', hint: { _id: 1 }, noCursorTimeout: true, batchSize: new Int32(100), readConcern: { level: 'local' } }) as { cursor: { id: unknown, firstBatch: Document[] } }
    const second = await fixture.client.db('shop').command({ getMore: first.cursor.id, collection: 'items', batchSize: new Int32(1000) }) as { cursor: { nextBatch: Document[] } }
    expect([...first.cursor.firstBatch, ...second.cursor.nextBatch].map(({ _id }) => _id as number)).toEqual(Array.from({ length: 250 }, (_, i) => i))
    await expect(admin({ replSetGetStatus: 1 })).rejects.toMatchObject({ code: 59 })
    await expect(admin({ isdbgrid: 1 })).rejects.toMatchObject({ code: 59 })
  })
})
