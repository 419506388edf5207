import type { Connection } from 'mongoose'
import type { SignedDelivery } from './deliveries.ts'
import type { Figure } from './measure.ts'
import { createConnection } from 'mongoose'
import { runningStore } from '../../server/platform/database.ts'
import { smallHouse } from '../../server/testing/small-house.ts'
import { freePort, houseEnvironment, removeDirectory, scratchDirectory, startProduct } from '../support/product.ts'
import { makeDeliveries } from './deliveries.ts'
import { seedSmallHouse } from './houses.ts'
import { atLeast } from './measure.ts'

const messages = 8_000
/** Sent before the clock starts: a house's server has been running for days, and what is measured is not the compiling of its code. */
const warmUp = 1_500
const numbers = smallHouse.channels.filter(channel => channel.channel === 'whatsapp').map(channel => channel.externalId)

/** Sends deliveries over 20 connections. @returns how many were refused */
async function send(url: string, deliveries: readonly SignedDelivery[]): Promise<number> {
  let next = 0
  let refused = 0
  await Promise.all(Array.from({ length: 20 }, async () => {
    for (let delivery = deliveries[next++]; delivery; delivery = deliveries[next++]) {
      const response = await fetch(`${url}/webhooks/whatsapp`, { method: 'POST', body: delivery.body, headers: delivery.headers })
      if (response.status !== 200) refused++
      await response.arrayBuffer()
    }
  }))
  return refused
}

/** Deliveries that intake has taken in. */
async function doneOf(connection: Connection): Promise<number> {
  const [sum] = await connection.collection('parcels').aggregate<{ done: number }>([{ $match: { state: 'done' } }, { $group: { _id: null, done: { $sum: { $size: '$deliveries' } } } }]).toArray()
  return sum?.done ?? 0
}

/** Waits, two minutes at most, until so many deliveries are done. */
async function takenIn(connection: Connection, wanted: number): Promise<void> {
  const deadline = performance.now() + 120_000
  while (performance.now() < deadline && await doneOf(connection) < wanted) await new Promise(resolve => setTimeout(resolve, 50))
}

/** From the first delivery that is sent until the last message stands in its thread, scored: messages a second, end to end. */
export async function benchIntake(log: (line: string) => void): Promise<Figure[]> {
  const dataDir = await scratchDirectory()
  const environment = houseEnvironment(dataDir, await freePort())
  await seedSmallHouse(environment)
  const loupe = await startProduct(environment)
  const connection = await createConnection(runningStore(dataDir) ?? '').asPromise()
  try {
    const options = { secret: environment.WHATSAPP_APP_SECRET!, people: 800, numbers }
    const warm = await send(loupe.url, makeDeliveries(warmUp, { ...options, run: 'warm' }))
    await takenIn(connection, warmUp - warm)
    const deliveries = makeDeliveries(messages, { ...options, run: 'intake' })
    const begun = performance.now()
    const refused = await send(loupe.url, deliveries)
    const accepted = performance.now()
    await takenIn(connection, warmUp - warm + messages - refused)
    const took = (performance.now() - begun) / 1_000
    const stored = await connection.collection('messages').countDocuments({}) - warmUp + warm
    log(`  ${stored} messages in ${took.toFixed(1)} s; accepted in ${((accepted - begun) / 1_000).toFixed(1)} s, ${refused} refused`)
    return [
      atLeast('intake, end to end', stored / took, 400, 'messages/s'),
      { what: 'messages lost or doubled', value: String(Math.abs(messages - stored)), must: '0', ok: stored === messages },
    ]
  }
  finally {
    await connection.close()
    await loupe.kill()
    await removeDirectory(dataDir)
  }
}
