import type { Context } from '../../platform/context.ts'
import type { Keeper } from '../keeper.ts'
import type { Spool, Spooled } from './spool.ts'
import { durable } from '../../platform/database.ts'
import { NotStored } from '../keeper.ts'
import { mostBytesTogether, mostTogether, storeParcel } from '../parcels.ts'
import { createPace, createRush } from '../rush.ts'
import { openSpool } from './spool.ts'

/** Bytes of deliveries that may be on their way to the store before further ones wait. */
const mostBytes = 64 * 1024 * 1024
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
  let backlog: Spooled[] = []
  let bytes = 0
  let handingOn: Promise<void> | null = null
  /** The store did not take the last parcel. */
  let failing = false
  let closeBy = Number.POSITIVE_INFINITY
  let waiting: (() => void)[] = []
  const rush = createRush()
  const pace = createPace(rush, ctx.now, () => bytes > manyBytes || closeBy < Number.POSITIVE_INFINITY)

  function nextParcel(): Spooled[] {
    const first = backlog[0]
    let size = 0
    let count = 0
    for (const { delivery: { body }, receivedAt } of backlog.slice(0, mostTogether)) {
      size += body.length
      if (count > 0 && (size > mostBytesTogether || receivedAt - first!.receivedAt > togetherWithin)) break
      count++
    }
    return backlog.slice(0, count)
  }

  async function handOn(from: Spool): Promise<void> {
    while (backlog.length > 0 && ctx.now() < closeBy) {
      await pace.turn()
      const parcel = nextParcel()
      try {
        await storeParcel(ctx, parcel.map(({ delivery }) => delivery), parcel[0]!.receivedAt, durable)
      }
      catch (error) {
        if (!failing) ctx.log.error({ err: error }, 'deliveries stay in the spool until the store takes them')
        failing = true
        letIn()
        await new Promise(resolve => setTimeout(resolve, retryAfter))
        continue
      }
      failing = false
      pace.done()
      backlog = backlog.slice(parcel.length)
      bytes -= sizeOf(parcel)
      from.release(parcel)
      letIn()
      ctx.bus.emit('deliveries.stored', { count: parcel.length })
    }
  }

  function letIn(): void {
    const those = waiting
    waiting = []
    for (const resolve of those) resolve()
  }

  function add(to: Spool, spooled: readonly Spooled[]): void {
    rush.accepted(spooled.length, ctx.now())
    for (const one of spooled) backlog.push(one)
    bytes += sizeOf(spooled)
    handingOn ??= handOn(to).finally(() => { handingOn = null })
  }

  return {
    waiting: () => backlog.length,
    open() {
      spool = openSpool(dir, ctx.now)
      if (spool.left.length > 0) add(spool, spool.left)
    },
    async keep(deliveries) {
      while (bytes > mostBytes && !failing) await new Promise<void>(resolve => waiting.push(resolve))
      if (!spool || failing || ctx.connection.readyState !== 1) throw new NotStored('The store takes nothing')
      add(spool, await spool.append(deliveries))
    },
    async close() {
      closeBy = ctx.now() + longestClosing
      await handingOn
      spool?.close()
    },
  }
}

function sizeOf(spooled: readonly Spooled[]): number {
  return spooled.reduce((sum, { delivery }) => sum + delivery.body.length, 0)
}
