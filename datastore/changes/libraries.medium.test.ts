import type { AddressInfo } from 'node:net'
import type { Socket } from 'socket.io-client'
import type { Fixture } from '../testing/fixture.ts'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { MongoBackend, MongoChangeStreamNotificationChannel } from '@agendajs/mongo-backend'
import { createAdapter } from '@socket.io/mongo-adapter'
import { Agenda } from 'agenda'
import mongoose from 'mongoose'
import { Server } from 'socket.io'
import { io } from 'socket.io-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startFixture } from '../testing/fixture.ts'

let fixture: Fixture

beforeAll(async () => {
  fixture = await startFixture()
})
afterAll(() => fixture.close())

describe('mongoose', () => {
  it('watches a model', async () => {
    const connection = await mongoose.createConnection(fixture.datastore.uriFor('models')).asPromise()
    const Person = connection.model('Person', new mongoose.Schema({ name: String, tags: [String] }))
    await Person.init()
    const events: mongoose.mongo.ChangeStreamDocument[] = []
    const stream = Person.watch([], { fullDocument: 'updateLookup' })
    stream.on('change', event => events.push(event as mongoose.mongo.ChangeStreamDocument))
    await new Promise<void>((resolve) => {
      stream.on('ready', () => (stream as unknown as { driverChangeStream: { cursor: NodeJS.EventEmitter } }).driverChangeStream.cursor.once('init', () => resolve()))
    })
    const ada = await Person.create({ name: 'Ada' })
    ada.tags.push('first')
    await ada.save()
    await ada.deleteOne()
    await expect.poll(() => events.length, { timeout: 5000 }).toBe(3)
    expect(events).toMatchObject([
      { operationType: 'insert', fullDocument: { name: 'Ada' }, ns: { db: 'models', coll: 'people' } },
      { operationType: 'update', updateDescription: { updatedFields: { tags: ['first'], __v: 1 } } },
      { operationType: 'delete', documentKey: { _id: ada._id } },
    ])
    await stream.close()
    await connection.close()
  })
})

interface Node { server: Server, port: number, close: () => Promise<void> }

async function startNode(): Promise<Node> {
  const http = createServer()
  const server = new Server(http, { adapter: createAdapter(fixture.client.db('sockets').collection('events'), { heartbeatInterval: 200 }) })
  await new Promise<void>(resolve => http.listen(0, '127.0.0.1', resolve))
  return { server, port: (http.address() as AddressInfo).port, close: () => server.close() }
}

async function connectTo(node: Node): Promise<Socket> {
  const socket = io(`http://127.0.0.1:${node.port}`, { transports: ['websocket'] })
  await once(socket as unknown as NodeJS.EventEmitter, 'connect')
  return socket
}

describe('socket.io\'s adapter', () => {
  it('carries broadcasts, rooms and requests between two servers', async () => {
    await fixture.client.db('sockets').createCollection('events')
    const [a, b] = [await startNode(), await startNode()]
    const [atA, atB] = [await connectTo(a), await connectTo(b)]
    const heard: unknown[] = []
    atA.on('news', (value: unknown) => heard.push(['a', value]))
    atB.on('news', (value: unknown) => heard.push(['b', value]))
    await expect.poll(() => a.server.fetchSockets().then(sockets => sockets.length), { timeout: 10_000 }).toBe(2)
    a.server.emit('news', { n: 1 })
    await expect.poll(() => heard.length).toBe(2)
    expect(heard).toContainEqual(['b', { n: 1 }])
    b.server.socketsJoin('room')
    await expect.poll(() => a.server.in('room').fetchSockets().then(sockets => sockets.length)).toBe(2)
    a.server.to('room').emit('news', Uint8Array.from([1, 2, 3]))
    await expect.poll(() => heard.length).toBe(4)
    b.server.on('ask', (question: string, answer: (text: string) => void) => answer(`${question}!`))
    expect(await a.server.serverSideEmitWithAck('ask', 'well')).toEqual(['well!'])
    atA.close()
    atB.close()
    await Promise.all([a.close(), b.close()])
  })
})

describe('agenda', () => {
  it('runs a job as soon as its channel tells of it', async () => {
    const db = fixture.client.db('jobs')
    const channel = new MongoChangeStreamNotificationChannel({ db: db as never })
    const agenda = new Agenda({ backend: new MongoBackend({ mongo: db as never }), notificationChannel: channel, processEvery: '1 hour' })
    agenda.define('greet', () => Promise.resolve())
    const done = new Promise<number>(resolve => agenda.once('complete:greet', () => resolve(performance.now())))
    await agenda.start()
    // The channel does not say when its stream is open: it is once it tells of a document that is no job.
    await expect.poll(async () => {
      await db.collection('agendaJobs').insertOne({ name: 'nothing to do' })
      return channel.getResumeToken()
    }, { timeout: 5000 }).toBeDefined()
    const began = performance.now()
    await agenda.now('greet')
    expect(await done - began).toBeLessThan(5000)
    await agenda.stop()
  })
})
