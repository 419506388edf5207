import type { Context } from '../../platform/context.ts'
import type { Keeper } from '../keeper.ts'
import type { Group } from './contents.ts'
import type { Spool } from './spool.ts'
import { durable } from '../../platform/database.ts'
import { NotStored } from '../keeper.ts'
import { mostBytesTogether, mostTogether, storeParcel } from '../parcels.ts'
import { createPace, createRush } from '../rush.ts'
import { openSpool } from './spool.ts'

/** Bytes of deliveries that may be on their way to the store before further ones wait. */
const mostBytes = 256 * 1024 * 1024
/** From here on what is on its way goes before what comes, so that it does not come to that. */
const manyBytes = mostBytes / 2
/** Deliveries of one parcel were received within so many milliseconds: it tells one time for all of them. */
const togetherWithin = 1000
/** Milliseconds after which what the store did not take is tried again. */
const retryAfter = 500
/** Milliseconds that closing gives to handing on. What is left stays in the spool for the next start. */
const longestClosing = 5000

/**
 * Keeps deliveries in a spool under `dir`: each is answered once it is there, and handed on to the store behind the answers, in order. So no answer waits for
 * the store, whatever that is doing. In a rush the answers go first: what is stored then could not be worked on before it is over.
 */
export function spoolKeeper(ctx: Pick<Context, 'models' | 'now' | 'bus' | 'log' | 'newId' | 'connection'>, dir: string): Keeper {
  let spool: Spool | null = null
  let handingOn: Promise<void> | null = null
  /** The store did not take the last parcel. */
  let failing = false
  let closeBy = Number.POSITIVE_INFINITY
  let waiting: (() => void)[] = []
  const rush = createRush()
  const pace = createPace(rush, ctx.now, () => spool === null || spool.bytes() > manyBytes || closeBy < Number.POSITIVE_INFINITY)

  async function handOn(from: Spool): Promise<void> {
    while (from.count() > 0 && ctx.now() < closeBy) {
      await pace.turn()
      try {
        const parcel = together(await from.oldest((bytes, count) => bytes <= mostBytesTogether && count <= mostTogether))
        const deliveries = parcel.flatMap(group => group.deliveries)
        await storeParcel(ctx, deliveries, parcel[0]!.receivedAt, durable)
        from.release(parcel.length)
        failing = false
        ctx.bus.emit('deliveries.stored', { count: deliveries.length })
      }
      catch (error) {
        if (!failing) ctx.log.error({ err: error }, 'deliveries stay in the spool until the store takes them')
        failing = true
        await new Promise(resolve => setTimeout(resolve, retryAfter))
      }
      pace.done()
      letIn()
    }
  }

  function letIn(): void {
    const those = waiting
    waiting = []
    for (const resolve of those) resolve()
  }

  function handOnSoon(): void {
    const from = spool
    if (from) handingOn ??= handOn(from).finally(() => { handingOn = null })
  }

  return {
    waiting: () => spool?.count() ?? 0,
    open() {
      spool = openSpool(dir, ctx.now)
      handOnSoon()
    },
    async keep(deliveries) {
      while (spool && spool.bytes() > mostBytes && !failing) await new Promise<void>(resolve => waiting.push(resolve))
      if (!spool || failing || ctx.connection.readyState !== 1) throw new NotStored('The store takes nothing')
      await spool.append(deliveries)
      rush.accepted(deliveries.length, ctx.now())
      handOnSoon()
    },
    async close() {
      closeBy = ctx.now() + longestClosing
      await handingOn
      spool?.close()
      spool = null
    },
  }
}

/** The first of these groups, as far as one time of receipt does for them. */
function together(groups: readonly Group[]): Group[] {
  const until = (groups[0]?.receivedAt ?? 0) + togetherWithin
  const end = groups.findIndex(({ receivedAt }) => receivedAt > until)
  return groups.slice(0, end < 0 ? groups.length : end)
}
