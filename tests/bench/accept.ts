import type { Connection } from 'mongoose'
import type { Figure } from './measure.ts'
import { createConnection } from 'mongoose'
import { runningStore } from '../../server/platform/database.ts'
import { smallHouse } from '../../server/testing/small-house.ts'
import { freePort, houseEnvironment, removeDirectory, scratchDirectory, startProduct } from '../support/product.ts'
import { startBare } from './bare.ts'
import { load, loadEvenly, makeDeliveries } from './deliveries.ts'
import { seedSmallHouse } from './houses.ts'
import { atLeast, atMost, spread } from './measure.ts'

const rounds = 3
/** Both servers' code is compiled in a round that is not counted, as it is in a house whose server has been up for a minute. */
const warmUpRounds = 1
const seconds = 5
const steadySeconds = 15
/** More than the fastest round can send. */
const perRound = 30_000 * seconds
const numbers = smallHouse.channels.filter(channel => channel.channel === 'whatsapp').map(channel => channel.externalId)

/** Waits, three minutes at most, until intake has nothing left to do: the bare server has the machine to itself, as Loupe will. */
async function takenIn(connection: Connection): Promise<void> {
  const deadline = performance.now() + 180_000
  while (performance.now() < deadline && await connection.collection('parcels').findOne({ state: 'stored' }, { projection: { _id: 1 } })) await new Promise(resolve => setTimeout(resolve, 500))
}

/** Webhook accepts against a bare server that only checks the signature, in turn in one run; then the answer time at 1,000 a second. */
export async function benchAccept(log: (line: string) => void): Promise<Figure[]> {
  const dataDir = await scratchDirectory()
  const environment = houseEnvironment(dataDir, await freePort())
  const secret = environment.WHATSAPP_APP_SECRET!
  await seedSmallHouse(environment)
  const bare = await startBare(secret)
  const loupe = await startProduct(environment)
  const connection = await createConnection(runningStore(dataDir) ?? '').asPromise()
  try {
    const options = { secret, people: 2_000, numbers }
    const floor: number[] = []
    const ours: number[] = []
    let failed = 0
    for (let round = 1 - warmUpRounds; round <= rounds; round++) {
      const deliveries = makeDeliveries(perRound, { ...options, run: `accept${round}` })
      await takenIn(connection)
      const bareRun = await load(bare.url, deliveries, { connections: 50, seconds })
      const loupeRun = await load(loupe.url, deliveries, { connections: 50, seconds })
      failed += loupeRun.failed
      if (round > 0) {
        floor.push(bareRun.perSecond)
        ours.push(loupeRun.perSecond)
      }
      log(`  ${round > 0 ? `round ${round}` : 'warming up'}: bare ${bareRun.perSecond.toFixed(0)}/s (p99 ${bareRun.p99} ms), Loupe ${loupeRun.perSecond.toFixed(0)}/s (p99 ${loupeRun.p99} ms), refused ${loupeRun.failed}`)
    }
    const evenly = (url: string, run: string) => loadEvenly(url, makeDeliveries(steadySeconds * 1_000, { ...options, run }), { connections: 50, rate: 1_000 })
    const steadyFloor = await evenly(bare.url, 'steady floor')
    const steady = await evenly(loupe.url, 'steady')
    log(`  1,000/s: bare p50 ${steadyFloor.p50.toFixed(1)}, p99 ${steadyFloor.p99.toFixed(1)} ms; Loupe p50 ${steady.p50.toFixed(1)}, p99 ${steady.p99.toFixed(1)} ms, refused ${steady.failed}`)
    const ratios = floor.map((value, i) => ours[i]! / value)
    return [
      { what: 'bare server, signature only', value: `${spread(floor).median.toFixed(0)}/s`, must: '(floor)', ok: true },
      { what: 'Loupe, on disk and deduplicated', value: `${spread(ours).median.toFixed(0)}/s`, must: '', ok: true },
      atLeast('accept throughput against the bare server', spread(ratios).median * 100, 60, '%'),
      { what: 'deliveries refused under full load', value: String(failed + steady.failed), must: '0', ok: failed + steady.failed === 0 },
      { what: 'bare server, p99 at 1,000/s', value: `${steadyFloor.p99.toFixed(0)} ms`, must: '(floor)', ok: true },
      atMost('accept p99 at 1,000/s', steady.p99, 50, 'ms', 0),
    ]
  }
  finally {
    await connection.close()
    await Promise.all([bare.stop(), loupe.kill()])
    await removeDirectory(dataDir)
  }
}
