import type { Connection } from 'mongoose'
import { Buffer } from 'node:buffer'
import { createConnection } from 'mongoose'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { runningStore } from '../../server/platform/database.ts'
import { fillSmallHouse, smallHouse } from '../../server/testing/small-house.ts'
import { freePort, houseEnvironment, removeDirectory, scratchDirectory, startProduct, withHouse } from '../support/product.ts'
import { signed, textBody } from '../support/whatsapp.ts'

const kills = 6
const people = 40
const number = smallHouse.channels[0]!.externalId

let dataDir: string
let environment: Record<string, string>

beforeEach(async () => {
  dataDir = await scratchDirectory()
  environment = houseEnvironment(dataDir, await freePort())
  await withHouse(environment, ctx => fillSmallHouse(ctx.models))
})
afterEach(() => removeDirectory(dataDir))

interface Sent { id: string, from: string, acknowledged: boolean }

/** Writes over so many connections, as fast as it is answered, until `until` is set; a request that fails is not sent again, so that only an acknowledged one must be there. */
function writeUntil(url: string, run: number, sent: Sent[], until: { stopped: boolean }, connections: number): Promise<unknown> {
  return Promise.all(Array.from({ length: connections }, async (_, worker) => {
    for (let i = 0; !until.stopped; i++) {
      const from = `9198200${String((worker * 5 + i) % people).padStart(5, '0')}`
      const message: Sent = { id: `wamid.${run}.${worker}.${i}`, from, acknowledged: false }
      sent.push(message)
      const body = textBody({ id: message.id, from, to: number, text: `message ${message.id}`, at: Date.now() })
      try {
        const response = await fetch(`${url}/webhooks/whatsapp`, { method: 'POST', body, headers: signed(body, environment.WHATSAPP_APP_SECRET!) })
        await response.arrayBuffer()
        message.acknowledged = response.status === 200
      }
      catch {
        return
      }
    }
  }))
}

/** Starts the product so many times and kills it under load after `lives` milliseconds. @returns all that was sent */
async function killedWhileWriting({ runs, connections, lives }: { runs: number, connections: number, lives: (run: number) => number }): Promise<Sent[]> {
  const sent: Sent[] = []
  for (let run = 0; run < runs; run++) {
    const product = await startProduct(environment)
    const until = { stopped: false }
    const writing = writeUntil(product.url, run, sent, until, connections)
    await new Promise(resolve => setTimeout(resolve, lives(run)))
    await product.kill()
    until.stopped = true
    await writing
  }
  return sent
}

/** How often each of these is there. */
function timesOf(ids: readonly string[]): Map<string, number> {
  const times = new Map<string, number>()
  for (const id of ids) times.set(id, (times.get(id) ?? 0) + 1)
  return times
}

async function settled(connection: Connection): Promise<void> {
  const deadline = Date.now() + 60_000
  while (await connection.collection('parcels').countDocuments({ state: 'stored' }) > 0) {
    if (Date.now() > deadline) throw new Error('intake did not finish')
    await new Promise(resolve => setTimeout(resolve, 100))
  }
}

it('loses nothing that was acknowledged and doubles nothing, however often it is killed under load', async () => {
  const sent = await killedWhileWriting({ runs: kills, connections: 8, lives: run => 300 + run * 170 })
  const product = await startProduct(environment)
  const connection = await createConnection(runningStore(dataDir) ?? '').asPromise()
  try {
    await settled(connection)
    const messages = await connection.collection('messages').find({}, { projection: { providerId: 1, conversationId: 1 } }).toArray()
    const times = timesOf(messages.map(({ providerId }) => String(providerId)))
    const acknowledged = sent.filter(message => message.acknowledged)
    expect(acknowledged.length).toBeGreaterThan(200)
    expect(acknowledged.filter(message => !times.has(message.id)).map(message => message.id)).toEqual([])
    expect([...times].filter(([, n]) => n > 1)).toEqual([])

    const conversations = await connection.collection('conversations').find({}).toArray()
    expect(conversations).toHaveLength(new Set(sent.filter(message => times.has(message.id)).map(message => message.from)).size)
    for (const conversation of conversations)
      expect(conversation.unread, 'unread counts each message once').toBe(messages.filter(message => message.conversationId === conversation._id).length)

    const signals = await connection.collection('signals').find({ type: 'inquiry' }).toArray()
    expect(signals, 'one first inquiry each').toHaveLength(conversations.length)
  }
  finally {
    await connection.close()
    await product.stop()
  }
}, 240_000)

/** How often the store has each message in its deliveries. */
async function timesStored(connection: Connection): Promise<Map<string, number>> {
  const parcels = await connection.collection<{ deliveries: { body: { buffer: Uint8Array } }[] }>('parcels').find({}, { projection: { 'deliveries.body': 1 } }).toArray()
  return timesOf(parcels.flatMap(({ deliveries }) => deliveries.map(({ body }) => /wamid\.[\d.]+/.exec(Buffer.from(body.buffer).toString())?.[0] ?? '')))
}

it('loses and doubles nothing of a rush either, which the store has only later', async () => {
  const sent = await killedWhileWriting({ runs: 2, connections: 50, lives: () => 2_000 })
  const product = await startProduct(environment)
  const connection = await createConnection(runningStore(dataDir) ?? '').asPromise()
  try {
    const acknowledged = sent.filter(message => message.acknowledged).map(message => message.id)
    expect(acknowledged.length).toBeGreaterThan(2_000)
    let times = new Map<string, number>()
    await expect.poll(async () => {
      times = await timesStored(connection)
      return acknowledged.filter(id => !times.has(id)).length
    }, { timeout: 30_000 }).toBe(0)
    expect([...times].filter(([, n]) => n > 1)).toEqual([])
  }
  finally {
    await connection.close()
    await product.kill()
  }
})
