import type { Context } from '../platform/context.ts'
import type { Keeper } from './keeper.ts'
import type { Accepted } from './parcels.ts'
import { NotStored } from './keeper.ts'
import { mostBytesTogether, mostTogether } from './parcels.ts'

/** Takes deliveries: all that wait are kept with one write, then all are answered. */
export interface Acceptor {
  /**
   * Resolves when the delivery is on disk, also when it was there before.
   * @throws NotStored when it could not be kept, or too many wait already
   */
  accept: (delivery: Accepted) => Promise<void>
  /** Resolves when everything that was taken is kept, and the keeper has closed. */
  close: () => Promise<void>
}

/** Deliveries, and bytes of them, that may wait to be kept; one more is refused, so that the provider sends it again. */
const mostWaiting = 4000
const mostBytes = 64 * 1024 * 1024
/** Where so many wait, a second group is kept beside the first: the disk works on one while the answers of the other go out. */
const enough = 16
const mostWrites = 2

interface Waiting { delivery: Accepted, resolve: () => void, reject: (error: Error) => void }

/** The acceptor of one application: whatever waits is given to the keeper together. */
export function createAcceptor(ctx: Pick<Context, 'bus' | 'log'>, keeper: Keeper): Acceptor {
  let queue: Waiting[] = []
  let bytes = 0
  let beginning = false
  const writes = new Set<Promise<void>>()

  function nextGroup(): Waiting[] {
    let size = 0
    let count = 0
    while (count < queue.length && count < mostTogether && (count === 0 || size + queue[count]!.delivery.body.length <= mostBytesTogether)) size += queue[count++]!.delivery.body.length
    const group = queue.slice(0, count)
    queue = queue.slice(count)
    bytes -= size
    return group
  }

  async function write(group: Waiting[]): Promise<void> {
    try {
      await keeper.keep(group.map(({ delivery }) => delivery))
      for (const one of group) one.resolve()
      ctx.bus.emit('deliveries.accepted', { count: group.length })
    }
    catch (error) {
      ctx.log.error({ err: error, deliveries: group.length }, 'deliveries could not be kept')
      const reason = new NotStored('It could not be kept', { cause: error })
      for (const one of group) one.reject(reason)
    }
  }

  /** What comes in one turn of the event loop, and while others are written, is kept together: the more there is to do, the larger the groups. */
  function beginSoon(): void {
    if (beginning || queue.length === 0 || writes.size >= (queue.length < enough ? 1 : mostWrites)) return
    beginning = true
    setImmediate(() => {
      beginning = false
      const writing = write(nextGroup()).finally(() => {
        writes.delete(writing)
        beginSoon()
      })
      writes.add(writing)
      beginSoon()
    })
  }

  return {
    accept(delivery) {
      const { body } = delivery
      if (queue.length >= mostWaiting || bytes + body.length > mostBytes) return Promise.reject(new NotStored('Too many deliveries wait'))
      bytes += body.length
      return new Promise<void>((resolve, reject) => {
        queue.push({ delivery, resolve, reject })
        beginSoon()
      })
    },
    async close() {
      while (queue.length > 0 || writes.size > 0) {
        await Promise.all(writes)
        await new Promise(resolve => setImmediate(resolve))
      }
      await keeper.close()
    },
  }
}
