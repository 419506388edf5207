import type { Socket } from 'socket.io-client'
import type { ClientToServer, ServerToClient } from '../../contracts/index.ts'
import type { Figure } from './measure.ts'
import { io } from 'socket.io-client'
import { smallHouse } from '../../server/testing/small-house.ts'
import { freePort, houseEnvironment, removeDirectory, scratchDirectory, startProduct } from '../support/product.ts'
import { makeDeliveries } from './deliveries.ts'
import { seedSmallHouse } from './houses.ts'
import { atMost, quantile } from './measure.ts'

const advisors = 50
const perSecond = 100
const seconds = 40
/** Left out of the figures: the first seconds of a fresh process, in which its code is compiled. */
const warmUpSeconds = 20
const numbers = smallHouse.channels.filter(channel => channel.channel === 'whatsapp').map(channel => channel.externalId)

type Client = Socket<ServerToClient, ClientToServer>

function connect(url: string, cookie: string): Promise<Client> {
  const socket: Client = io(url, { transports: ['websocket'], extraHeaders: { cookie, origin: url } })
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(socket))
    socket.once('connect_error', reject)
  })
}

/** From the moment a webhook is sent to the moment an advisor's socket has the row that shows it, for every message and every advisor. */
export async function benchPush(log: (line: string) => void): Promise<Figure[]> {
  const dataDir = await scratchDirectory()
  const environment = houseEnvironment(dataDir, await freePort())
  const cookies = await seedSmallHouse(environment, advisors)
  const loupe = await startProduct(environment)
  const sockets = await Promise.all(cookies.map(cookie => connect(loupe.url, cookie)))
  try {
    const deliveries = makeDeliveries(perSecond * seconds, { secret: environment.WHATSAPP_APP_SECRET!, run: 'push', people: 500, numbers })
    const sentAt = new Float64Array(deliveries.length)
    const latencies: number[] = []
    const seen = sockets.map(() => new Set<number>())
    sockets.forEach((socket, i) => socket.on('conversation:changed', ({ row }) => {
      const match = /^m(\d+) /.exec(row.preview.text)
      const message = Number(match?.[1] ?? -1)
      if (!match || seen[i]!.has(message)) return
      seen[i]!.add(message)
      if (message >= perSecond * warmUpSeconds) latencies.push(performance.now() - sentAt[message]!)
    }))
    const begun = performance.now()
    const sends: Promise<unknown>[] = []
    for (const [i, delivery] of deliveries.entries()) {
      const due = begun + i * 1_000 / perSecond
      const wait = due - performance.now()
      if (wait > 0) await new Promise(resolve => setTimeout(resolve, wait))
      sentAt[i] = performance.now()
      sends.push(fetch(`${loupe.url}/webhooks/whatsapp`, { method: 'POST', body: delivery.body, headers: delivery.headers }).then(response => response.arrayBuffer()))
    }
    await Promise.all(sends)
    await new Promise(resolve => setTimeout(resolve, 2_000))
    const arrived = seen.reduce((sum, set) => sum + set.size, 0) / (advisors * deliveries.length)
    log(`  ${latencies.length} pushes, p50 ${quantile(latencies, 0.5).toFixed(1)} ms, p95 ${quantile(latencies, 0.95).toFixed(1)} ms, worst ${Math.max(...latencies).toFixed(0)} ms, ${(arrived * 100).toFixed(2)} % arrived`)
    return [
      atMost('webhook → socket p99, 100 messages/s, 50 advisors', quantile(latencies, 0.99), 150, 'ms'),
      { what: 'messages that every advisor saw', value: `${(arrived * 100).toFixed(2)} %`, must: '100 %', ok: arrived === 1 },
    ]
  }
  finally {
    for (const socket of sockets) socket.close()
    await loupe.kill()
    await removeDirectory(dataDir)
  }
}
