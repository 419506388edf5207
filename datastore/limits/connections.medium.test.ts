import type { Socket } from 'node:net'
import type { Fixture } from '../testing/fixture.ts'
import { Buffer } from 'node:buffer'
import { connect } from 'node:net'
import { Binary, Int32, Long } from 'bson'
import { MongoClient } from 'mongodb'
import { afterEach, describe, expect, it } from 'vitest'
import { encodeDocument } from '../bson/encode.ts'
import { CursorRegistry } from '../cursor.ts'
import { startFixture } from '../testing/fixture.ts'

const closing: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse())
    await close()
})

function message(fields: Record<string, unknown>): Buffer {
  const body = encodeDocument({ ...fields, $db: 'admin' })
  const bytes = Buffer.alloc(21 + body.length)
  bytes.writeInt32LE(bytes.length, 0)
  bytes.writeInt32LE(2013, 12)
  body.copy(bytes, 21)
  return bytes
}

function opened(socket: Socket): Promise<void> {
  closing.push(() => void socket.destroy())
  return new Promise((resolve, reject) => socket.once('connect', resolve).on('error', reject))
}

function port({ datastore }: Fixture): number {
  return Number(datastore.host.split(':').at(-1))
}

describe('connections', () => {
  it('beyond those allowed are told so and closed, and the owner still gets in', async () => {
    const fixture = await startFixture({ port: 0, withoutPasswords: true, maxConnections: 20 })
    closing.push(() => fixture.close())
    const crowd: Socket[] = []
    for (let i = 0; i < 12; i++) {
      const socket = connect(port(fixture), '127.0.0.1')
      await opened(socket)
      crowd.push(socket)
    }
    const refused = new MongoClient(`${fixture.datastore.uri}&serverSelectionTimeoutMS=1500`)
    await expect(refused.connect()).rejects.toThrow(/too many open connections: this store takes 20/)
    await refused.close()
    const owner = await MongoClient.connect(`mongodb://${encodeURIComponent(`${fixture.dir}/run/store.sock`)}/?directConnection=true`)
    closing.push(() => owner.close())
    const status = await owner.db('admin').command({ serverStatus: 1 }, { promoteValues: true }) as unknown as { connections: { current: number, rejected: number } }
    expect(status.connections.current).toBeGreaterThanOrEqual(10)
    expect(Number(status.connections.rejected)).toBeGreaterThan(0)
    for (const socket of crowd)
      socket.destroy()
    await new Promise(resolve => setTimeout(resolve, 50))
    const late = await MongoClient.connect(fixture.datastore.uri)
    closing.push(() => late.close())
    expect(await late.db('admin').command({ ping: 1 })).toMatchObject({ ok: 1 })
  })

  it('of strangers are closed when they send much', async () => {
    const fixture = await startFixture({ port: 0 })
    closing.push(() => fixture.close())
    const socket = connect(port(fixture), '127.0.0.1')
    await opened(socket)
    const closed = new Promise(resolve => socket.once('close', resolve))
    socket.on('error', () => {})
    socket.write(message({ hello: 1, filler: new Binary(Buffer.alloc(100_000)) }))
    await closed
  })

  it('that do not read their answers are not answered more', async () => {
    const fixture = await startFixture()
    closing.push(() => fixture.close())
    const items = fixture.client.db('admin').collection<{ _id: number, filler: Binary }>('large')
    await items.insertOne({ _id: 1, filler: new Binary(Buffer.alloc(8_000_000)) })
    const socket = connect(decodeURIComponent(fixture.datastore.host))
    await opened(socket)
    socket.pause()
    for (let i = 0; i < 500; i++)
      socket.write(message({ find: 'large', filter: { _id: new Int32(1) } }))
    await new Promise(resolve => setTimeout(resolve, 300))
    const { mem } = await fixture.client.db('admin').command({ serverStatus: 1 }) as unknown as { mem: { external: number } }
    expect(mem.external).toBeLessThan(500)
  })
})

describe('cursors', () => {
  const source = (held = 0) => ({ next: async () => ({ documents: [], done: false }), close: () => {}, held })

  it('time out when nobody reads from them, later when asked to be patient', async () => {
    let now = 0
    const cursors = new CursorRegistry(600_000, () => now)
    const [plain, patient] = [cursors.open(source(), 'a.b'), cursors.open(source(), 'a.b', true)]
    now = 600_001
    cursors.reap()
    await expect(cursors.next(plain, 'a.b', 1)).rejects.toMatchObject({ code: 43 })
    await cursors.next(patient, 'a.b', 1)
    now += 1_800_001
    cursors.reap()
    expect([cursors.size, cursors.timedOut]).toEqual([0, 2])
  })

  it('make room for others when there are very many, or they hold very much', async () => {
    const cursors = new CursorRegistry(600_000, () => 0)
    const first = cursors.open(source(), 'a.b')
    const second = cursors.open(source(), 'a.b')
    await cursors.next(first, 'a.b', 1)
    for (let i = 0; i < 9_999; i++)
      cursors.open(source(), 'a.b')
    expect(cursors.size).toBe(10_000)
    await expect(cursors.next(second, 'a.b', 1)).rejects.toMatchObject({ code: 43 })
    await cursors.next(first, 'a.b', 1)
    for (let i = 0; i < 30; i++)
      cursors.open(source(20_000_000), 'a.b')
    expect(cursors.size).toBeLessThan(20)
  })

  it('that are closed while they are read from do not pass for read to the end', async () => {
    const cursors = new CursorRegistry(600_000, () => 0)
    let finish = (): void => {}
    const id = cursors.open({ next: () => new Promise(resolve => finish = () => resolve({ documents: [], done: true })), close: () => finish() }, 'a.b')
    const reading = cursors.next(id, 'a.b', 1)
    cursors.kill(id.toString())
    await expect(reading).rejects.toMatchObject({ code: 43 })
    await expect(cursors.next(Long.fromNumber(5), 'a.b', 1)).rejects.toMatchObject({ code: 43 })
  })
})
