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
/** Milliseconds that a parcel's deliveries lie apart at most: it tells one time of receipt for all of them. */
const togetherWithin = 1_000
/** Milliseconds after which what the store did not take is tried again. */
const retryAfter = 500
/** Milliseconds that opening and closing wait for the store to have everything. What is left is on disk, and handed on later. */
const longestWait = { opening: 2_000, closing: 5_000 }

/**
 * Keeps deliveries in a spool under `dir`: each is answered once it is there, and handed on to the store behind the answers, in order. So no answer waits for
 * the store, whatever that is doing. In a rush the answers go first: what is stored then could not be worked on before it is over.
 */
export function spoolKeeper(ctx: Pick<Context, 'models' | 'now' | 'bus' | 'log' | 'newId' | 'connection'>, dir: string): Keeper {
  let spool: Spool | null = null
  let handingOn: Promise<void> | null = null
  /** `closing`: nothing new comes, and what is there is handed on until `stopped`. `failing`: the store did not take the last parcel. */
  const state = { closing: false, stopped: false, failing: false }
  let letIn = new Set<() => void>()
  const rush = createRush()
  const pace = createPace(rush, ctx.now, () => state.closing || spool === null || spool.bytes() > manyBytes)

  async function handOnOne(from: Spool): Promise<void> {
    const parcel = together(await from.oldest((bytes, count) => bytes <= mostBytesTogether && count <= mostTogether))
    const deliveries = parcel.flatMap(group => group.deliveries)
    await storeParcel(ctx, deliveries, parcel[0]?.receivedAt ?? ctx.now(), durable)
    from.release(parcel.length)
    ctx.bus.emit('deliveries.stored', { count: deliveries.length })
  }

  async function handOn(from: Spool): Promise<void> {
    while (from.count() > 0 && !state.stopped && !(state.closing && state.failing)) {
      await pace.turn()
      try {
        await handOnOne(from)
        state.failing = false
      }
      catch (error) {
        if (!state.failing) ctx.log.error({ err: error }, 'deliveries stay in the spool until the store takes them')
        state.failing = true
        if (!state.closing) await new Promise(resolve => setTimeout(resolve, retryAfter))
      }
      pace.done()
      const those = letIn
      letIn = new Set()
      for (const enter of those) enter()
    }
  }

  const isFull = (): boolean => spool !== null && spool.bytes() > mostBytes && !state.failing

  function handOnSoon(from: Spool): void {
    handingOn ??= handOn(from).finally(() => {
      handingOn = null
      // Something may have come in the moment between.
      if (from.count() > 0 && !state.closing) handOnSoon(from)
    })
  }

  /** Waits until everything is handed on, so many milliseconds at most. */
  async function handedOn(millis: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    await Promise.race([handingOn, new Promise((resolve) => { timer = setTimeout(resolve, millis) })])
    clearTimeout(timer)
  }

  return {
    waiting: () => spool?.count() ?? 0,
    async open() {
      spool = openSpool(dir, ctx.now)
      handOnSoon(spool)
      await handedOn(longestWait.opening)
    },
    async keep(deliveries) {
      while (isFull()) await new Promise<void>((resolve) => { letIn.add(resolve) })
      if (!spool || state.failing || ctx.connection.readyState !== 1) throw new NotStored('The store takes nothing')
      await spool.append(deliveries)
      rush.accepted(deliveries.length, ctx.now())
      handOnSoon(spool)
    },
    async close() {
      state.closing = true
      await handedOn(longestWait.closing)
      state.stopped = true
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
