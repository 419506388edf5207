import type { Figure } from './measure.ts'
import { createConnection } from 'mongoose'
import { runningStore } from '../../server/platform/database.ts'
import { smallHouse } from '../../server/testing/small-house.ts'
import { freePort, houseEnvironment, removeDirectory, scratchDirectory, startProduct } from '../support/product.ts'
import { makeDeliveries } from './deliveries.ts'
import { seedSmallHouse } from './houses.ts'
import { atLeast } from './measure.ts'

const messages = 8_000
const numbers = smallHouse.channels.filter(channel => channel.channel === 'whatsapp').map(channel => channel.externalId)

/** From the first delivery that is sent until the last message stands in its thread, scored: messages a second, end to end. */
export async function benchIntake(log: (line: string) => void): Promise<Figure[]> {
  const dataDir = await scratchDirectory()
  const environment = houseEnvironment(dataDir, await freePort())
  await seedSmallHouse(environment)
  const loupe = await startProduct(environment)
  const connection = await createConnection(runningStore(dataDir) ?? '').asPromise()
  try {
    const deliveries = makeDeliveries(messages, { secret: environment.WHATSAPP_APP_SECRET!, run: 'intake', people: 800, numbers })
    const begun = performance.now()
    let next = 0
    let refused = 0
    await Promise.all(Array.from({ length: 20 }, async () => {
      for (let delivery = deliveries[next++]; delivery; delivery = deliveries[next++]) {
        const response = await fetch(`${loupe.url}/webhooks/whatsapp`, { method: 'POST', body: delivery.body, headers: delivery.headers })
        if (response.status !== 200) refused++
        await response.arrayBuffer()
      }
    }))
    const accepted = performance.now()
    let done = 0
    while (done < messages - refused && performance.now() - begun < 120_000) {
      await new Promise(resolve => setTimeout(resolve, 50))
      done = await connection.collection('deliveries').countDocuments({ state: 'done' })
    }
    const took = (performance.now() - begun) / 1_000
    const stored = await connection.collection('messages').countDocuments({})
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
