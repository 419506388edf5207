import type { Connection } from 'mongoose'
import type { Figure } from './measure.ts'
import process from 'node:process'
import { createConnection } from 'mongoose'
import { runningStore } from '../../server/platform/database.ts'
import { smallHouse } from '../../server/testing/small-house.ts'
import { freePort, houseEnvironment, removeDirectory, scratchDirectory, startProduct } from '../support/product.ts'
import { startBare } from './bare.ts'
import { load, loadEvenly, makeDeliveries } from './deliveries.ts'
import { seedSmallHouse } from './houses.ts'
import { atLeast, atMost, spread } from './measure.ts'

const rounds = 7
/** Both servers' code is compiled in a round that is not counted, as it is in a house whose server has been up for a minute. */
const warmUpRounds = 1
const seconds = 3
const steadySeconds = 15
/** More than the fastest round can send. */
const perRound = 60_000 * seconds
const numbers = smallHouse.channels.filter(channel => channel.channel === 'whatsapp').map(channel => channel.externalId)

/** Counts the deliveries that the store has, each parcel once. */
function counterOf(connection: Connection): () => Promise<number> {
  let last = ''
  let count = 0
  return async () => {
    const parcels = await connection.collection<{ _id: string, digests: Buffer[] }>('parcels').find({ _id: { $gt: last } }, { projection: { digests: 1 } }).sort({ _id: 1 }).toArray()
    last = parcels.at(-1)?._id ?? last
    return count += parcels.reduce((sum, { digests }) => sum + digests.length, 0)
  }
}

/** Waits, a minute at most, until the store has this many deliveries. @returns how many it has, and the seconds until then */
async function handedOn(counted: () => Promise<number>, answered: number): Promise<{ count: number, seconds: number }> {
  const begun = performance.now()
  for (;;) {
    const count = await counted()
    const seconds = (performance.now() - begun) / 1_000
    if (count >= answered || seconds > 60) return { count, seconds }
    await new Promise(resolve => setTimeout(resolve, 250))
  }
}

/**
 * Webhook accepts against a bare server that only checks the signature, in turn in one run; then the answer time at 1,000 a second. While the bare server has
 * its turn Loupe's process stands still.
 */
export async function benchAccept(log: (line: string) => void): Promise<Figure[]> {
  const dataDir = await scratchDirectory()
  const environment = houseEnvironment(dataDir, await freePort())
  const secret = environment.WHATSAPP_APP_SECRET!
  await seedSmallHouse(environment)
  const bare = await startBare(secret)
  const loupe = await startProduct(environment)
  const connection = await createConnection(runningStore(dataDir) ?? '').asPromise()
  const counted = counterOf(connection)
  try {
    const options = { secret, people: 2_000, numbers }
    const floor: number[] = []
    const ours: number[] = []
    const catchingUp: number[] = []
    let failed = 0
    let answered = 0
    let lost = 0
    const alone = async <T>(work: () => Promise<T>): Promise<T> => {
      process.kill(loupe.pid, 'SIGSTOP')
      try { return await work() }
      finally { process.kill(loupe.pid, 'SIGCONT') }
    }
    for (let round = 1 - warmUpRounds; round <= rounds; round++) {
      const deliveries = makeDeliveries(perRound, { ...options, run: `accept${round}` })
      const bareRun = await alone(() => load(bare.url, deliveries, { connections: 50, seconds }))
      const loupeRun = await load(loupe.url, deliveries, { connections: 50, seconds })
      failed += loupeRun.failed
      answered += loupeRun.answered
      const there = await handedOn(counted, answered)
      lost = Math.max(0, answered - there.count)
      if (round > 0) {
        floor.push(bareRun.perSecond)
        ours.push(loupeRun.perSecond)
        catchingUp.push(there.seconds)
      }
      log(`  ${round > 0 ? `round ${round}` : 'warming up'}: bare ${bareRun.perSecond.toFixed(0)}/s (p99 ${bareRun.p99} ms), Loupe ${loupeRun.perSecond.toFixed(0)}/s (p99 ${loupeRun.p99} ms), refused ${loupeRun.failed}, in the store ${there.seconds.toFixed(1)} s later`)
    }
    const evenly = (url: string, run: string) => loadEvenly(url, makeDeliveries(steadySeconds * 1_000, { ...options, run }), { connections: 50, rate: 1_000 })
    const steadyFloor = await alone(() => evenly(bare.url, 'steady floor'))
    const steady = await evenly(loupe.url, 'steady')
    log(`  1,000/s: bare p50 ${steadyFloor.p50.toFixed(1)}, p99 ${steadyFloor.p99.toFixed(1)} ms; Loupe p50 ${steady.p50.toFixed(1)}, p99 ${steady.p99.toFixed(1)} ms, refused ${steady.failed}`)
    const ratios = floor.map((value, i) => ours[i]! / value)
    return [
      { what: 'bare server, signature only', value: `${spread(floor).median.toFixed(0)}/s`, must: '(floor)', ok: true },
      { what: 'Loupe, on disk', value: `${spread(ours).median.toFixed(0)}/s`, must: '', ok: true },
      atLeast('accept throughput against the bare server', spread(ratios).median * 100, 60, '%'),
      { what: 'from the end of such a load until the store has all of it', value: `${spread(catchingUp).median.toFixed(1)} s`, must: '', ok: true },
      { what: 'accepted deliveries that the store does not have then', value: String(lost), must: '0', ok: lost === 0 },
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
