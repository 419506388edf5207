import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Product } from '../support/product.ts'
import { createServer } from 'node:http'
import { json } from 'node:stream/consumers'
import { createConnection } from 'mongoose'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { z } from 'zod'
import { sessionCookieName } from '../../server/accounts/cookies.ts'
import { createSession } from '../../server/accounts/sessions.ts'
import { runningStore } from '../../server/platform/database.ts'
import { fillSmallHouse } from '../../server/testing/small-house.ts'
import { waitingCustomer } from '../../server/testing/waiting-customer.ts'
import { freePort, houseEnvironment, removeDirectory, scratchDirectory, startProduct, withHouse } from '../support/product.ts'

const kills = 2
const people = 12
const perRun = 24

const Asked = z.object({ biz_opaque_callback_data: z.string(), text: z.object({ body: z.string() }) })

let dataDir: string
let environment: Record<string, string>
let headers: Record<string, string>
let conversations: string[]
let provider: Server
/** What reached the provider, in its order. */
let taken: z.infer<typeof Asked>[]

beforeEach(async () => {
  taken = []
  provider = createServer((request, response) => {
    const answer = (body: object) => response.setHeader('content-type', 'application/json').end(JSON.stringify(body))
    if (request.method === 'GET') {
      answer({ verified_name: 'House of Gold' })
      return
    }
    json(request).then((body) => {
      taken.push(Asked.parse(body))
      const { length } = taken
      setTimeout(answer, 20 + length % 7 * 15, { messages: [{ id: `wamid.${length}` }] })
    }, () => {
      // The process that asked was killed before it had asked all.
      response.destroy()
    })
  })
  await new Promise<void>(resolve => provider.listen(0, '127.0.0.1', resolve))
  dataDir = await scratchDirectory()
  environment = { ...houseEnvironment(dataDir, await freePort()), GRAPH_API_URL: `http://127.0.0.1:${(provider.address() as AddressInfo).port}` }
  await withHouse(environment, async (ctx) => {
    await fillSmallHouse(ctx.models)
    const { token, session } = await createSession(ctx, 'asha')
    headers = { 'cookie': `${sessionCookieName(ctx.config)}=${token}`, 'x-csrf-token': session.csrf, 'origin': ctx.config.publicUrl, 'content-type': 'application/json' }
    const at = new Date()
    const windowClosesAt = new Date(Date.now() + 3_600_000)
    conversations = []
    for (let i = 0; i < people; i++) {
      const wire = `9198200000${String(i).padStart(2, '0')}`
      conversations.push(await waitingCustomer(ctx, { at, lanes: id => [{ id: `lane-${id}`, channelId: 'wa-mumbai', channel: 'whatsapp', storeId: 'mumbai', addressKey: `phone:+${wire}`, wire, lastInboundAt: at, windowClosesAt }] }))
    }
  })
})
afterEach(async () => {
  provider.closeAllConnections()
  await new Promise(resolve => provider.close(resolve))
  await removeDirectory(dataDir)
})

/** Asks for a message until it is answered or the server is gone. Gives whether it was acknowledged. */
async function ask(product: Product, conversationId: string, clientId: string): Promise<boolean> {
  const payload = { clientId, laneId: `lane-${conversationId}`, content: { kind: 'text', text: clientId }, override: { reason: 'a test writes at any hour' } }
  try {
    const response = await fetch(`${product.url}/api/v1/conversations/${conversationId}/messages`, { method: 'POST', headers, body: JSON.stringify(payload) })
    expect(response.status, await response.text()).toBe(201)
    return true
  }
  catch (error) {
    if (!(error instanceof TypeError)) throw error
    return false
  }
}

it('sends nothing twice and loses nothing that was acknowledged, however often it is killed while it sends', async () => {
  const acknowledged: string[] = []
  for (let run = 0; run < kills; run++) {
    const product = await startProduct(environment)
    const asking = Promise.all(Array.from({ length: perRun }, async (_, i) => {
      const clientId = `message-${run}-${String(i).padStart(3, '0')}`
      if (await ask(product, conversations[i % people]!, clientId)) acknowledged.push(clientId)
    }))
    const before = taken.length
    // The undo time has to be over before anything leaves.
    while (taken.length < before + 5 + run * 9) await new Promise(resolve => setTimeout(resolve, 3))
    await product.kill()
    await asking
  }
  const product = await startProduct(environment)
  const connection = await createConnection(runningStore(dataDir) ?? '').asPromise()
  try {
    const outbox = connection.collection('outbox')
    // Less than a lease of a message lasts: nothing waits for those of the processes that were killed.
    const deadline = Date.now() + 60_000
    while (await outbox.countDocuments({ state: { $in: ['waiting', 'sending'] } }) > 0) {
      if (Date.now() > deadline) throw new Error(`the outbox was not emptied: ${JSON.stringify(await outbox.aggregate([{ $group: { _id: '$state', n: { $sum: 1 } } }]).toArray())}`)
      await new Promise(resolve => setTimeout(resolve, 200))
    }
    const items = await outbox.find({}).toArray()
    const messages = await connection.collection('messages').find({ direction: 'out' }).toArray()
    const times = new Map<string, number>()
    for (const { text } of taken) times.set(text.body, (times.get(text.body) ?? 0) + 1)
    expect([...times].filter(([, n]) => n > 1), 'sent twice').toEqual([])
    const states = new Map(items.map(item => [String(item.message.clientId), String(item.state)]))
    expect(acknowledged.filter(id => !states.has(id)), 'lost').toEqual([])
    for (const [id, state] of states) {
      if (state === 'sent') expect(times.get(id), id).toBe(1)
      else expect(state, 'what nobody can know is said to be uncertain').toBe('uncertain')
    }
    expect(messages).toHaveLength(items.length)
    for (const message of messages) expect([message.clientId, message.status, message.failure?.code ?? null]).toEqual([message.clientId, ...states.get(String(message.clientId)) === 'sent' ? ['accepted', null] : ['failed', 'uncertain']])
  }
  finally {
    await connection.close()
    await product.stop()
  }
}, 300_000)
