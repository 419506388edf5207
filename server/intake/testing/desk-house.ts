import type { InboundEvent } from '#contracts'
import type { Context } from '../../platform/context.ts'
import type { Tools } from '../batch.ts'
import type { Pace } from '../rush.ts'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { channelFor } from '#webhooks'
import { loadConfig } from '../../platform/config.ts'
import { createContext } from '../../platform/create-context.ts'
import { createDatabase, durable } from '../../platform/database.ts'
import { createLogger } from '../../platform/logging.ts'
import { testChannelEnvironment } from '../../testing/harness.ts'
import { fillSmallHouse, smallHouse } from '../../testing/small-house.ts'
import { nextDeliveries, takeIn } from '../batch.ts'
import { openChannelBook } from '../channel-book.ts'
import { storeParcel } from '../parcels.ts'

/** The small house over a real store with intake in the test's own hands: no loop, no routes, a clock that stands still. */
export interface DeskHouse {
  ctx: Context
  tools: Tools
  statuses: { channelId: string, event: InboundEvent }[]
  clock: { now: number }
  /** Stores deliveries as the webhook routes would, those received at one time in one parcel. */
  store: (...bodies: { body: string, network?: 'whatsapp' | 'instagram' | 'sms', receivedAt?: number }[]) => Promise<void>
  /** Takes everything in. `suspect` as after a start. */
  takeAll: (options?: { suspect?: boolean }) => Promise<void>
  /** Empties every collection and fills the house again. */
  reset: () => Promise<void>
  /** Everything that intake writes, in an order of its own, without revisions. */
  picture: () => Promise<Record<string, unknown[]>>
  close: () => Promise<void>
}

/** Everything in one piece. */
export const atOnce: Pace = { turn: async () => Number.POSITIVE_INFINITY, done: () => {} }

const filledByIntake = ['parcels', 'deliveries', 'addresses', 'customers', 'conversations', 'messages', 'signals', 'merges', 'earlyChanges', 'audit'] as const

export const houseTime = Date.UTC(2026, 4, 1, 10)

export async function startDeskHouse(): Promise<DeskHouse> {
  const dir = await mkdtemp(join(tmpdir(), 'loupe-intake-'))
  const config = loadConfig({ NODE_ENV: 'test', DATA_DIR: dir, LOUPE_SECRET: 'a secret for tests that is long enough', LOG_LEVEL: 'silent', ...testChannelEnvironment() })
  const database = createDatabase(config)
  await database.open()
  const clock = { now: houseTime }
  const ctx = createContext({ config, log: createLogger('silent'), database, now: () => clock.now, fetch: async () => { throw new TypeError('a test does not call out') } })
  await fillSmallHouse(ctx.models)
  const statuses: DeskHouse['statuses'] = []
  const tools: Tools = { book: await openChannelBook(ctx), statuses: async (reports) => { statuses.push(...reports) } }

  return {
    ctx,
    tools,
    statuses,
    clock,
    async store(...bodies) {
      const deliveries = bodies.map(({ body, network = 'whatsapp', receivedAt = clock.now }) => {
        const adapter = channelFor(network, network === 'sms' ? 'twilio' : 'meta')!.definition.id
        const bytes = Buffer.from(body)
        return { receivedAt, adapter, contentType: network === 'sms' ? 'application/x-www-form-urlencoded' : 'application/json', body: bytes }
      })
      for (const at of new Set(deliveries.map(({ receivedAt }) => receivedAt))) await storeParcel(ctx, deliveries.filter(({ receivedAt }) => receivedAt === at), at, durable)
    },
    async takeAll({ suspect = false } = {}) {
      for (;;) {
        const taken = await nextDeliveries(ctx, 100)
        if (taken.length === 0) return
        await takeIn(ctx, tools, taken, suspect, atOnce)
      }
    },
    async reset() {
      await Promise.all(filledByIntake.map(name => ctx.models[name].collection.deleteMany({})))
      await ctx.models.channels.deleteMany({ _id: { $nin: smallHouse.channels.map(channel => channel.id) } })
      await tools.book.refresh()
      statuses.length = 0
    },
    picture: () => pictureOf(ctx),
    async close() {
      await database.close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

const unstable = new Set(['revision', 'arrival', 'counted'])

function stable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(stable)
  if (value instanceof Date) return value.toISOString()
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).filter(([key]) => !unstable.has(key)).map(([key, item]) => [key, stable(item)]).sort(([a], [b]) => String(a) < String(b) ? -1 : 1))
}

async function pictureOf({ models }: Context): Promise<Record<string, unknown[]>> {
  const picture: Record<string, unknown[]> = {}
  for (const name of filledByIntake.filter(one => one !== 'parcels' && one !== 'deliveries')) {
    const documents = await models[name].collection.find({}).sort({ _id: 1 }).toArray()
    picture[name] = documents.map(stable)
  }
  return picture
}
