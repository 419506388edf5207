import type { Context } from '../platform/context.ts'
import { hash } from 'node:crypto'
import { durable } from '../platform/database.ts'
import { storeParcel } from './parcels.ts'

/** A verified webhook that is to be stored. */
export interface Accepted {
  adapter: string
  contentType: string
  body: Buffer
  /** Where the check of the signature has made one of the body. */
  digest?: Buffer | undefined
}

/** Stores deliveries in parcels: one journaled write for all that wait, then all are answered. */
export interface Acceptor {
  /**
   * Resolves when the delivery is on disk, also when it was there before.
   * @throws Error when it could not be stored, or too many wait already
   */
  accept: (delivery: Accepted) => Promise<void>
  /** Resolves when everything that was taken is written. */
  close: () => Promise<void>
}

/** Deliveries, and bytes of them, that may wait for the store; one more is refused, so that the provider sends it again. */
const mostWaiting = 4000
const mostBytes = 64 * 1024 * 1024
/** Deliveries, and bytes of them, in one parcel; one that is larger has its own. */
const mostTogether = 64
const mostBytesTogether = 1024 * 1024

/** Where so many wait, a second parcel is written beside the first: the store works on one while the answers of the other go out. */
const enough = 16
const mostWrites = 2

interface Waiting extends Accepted { digest: Buffer, resolve: () => void, reject: (error: Error) => void }

/** The store takes no more for now. */
export class NotStored extends Error {
  override readonly name = 'NotStored'
}

/** What the provider's second try finds the first by: the adapter's name, and the digest of the body that its signature is, or else its SHA-256. */
export function digestOf({ adapter, body, digest }: Pick<Accepted, 'adapter' | 'body' | 'digest'>): Buffer {
  return Buffer.concat([Buffer.from(adapter), digest ?? hash('sha256', body, 'buffer')])
}

/** The acceptor of one application. */
export function createAcceptor(ctx: Pick<Context, 'models' | 'now' | 'bus' | 'log' | 'newId'>): Acceptor {
  let queue: Waiting[] = []
  let bytes = 0
  let scheduled = false
  const writes = new Set<Promise<void>>()

  function nextGroup(): Waiting[] {
    let size = 0
    let count = 0
    while (count < queue.length && count < mostTogether && (count === 0 || size + queue[count]!.body.length <= mostBytesTogether)) size += queue[count++]!.body.length
    const group = queue.slice(0, count)
    queue = queue.slice(count)
    bytes -= size
    return group
  }

  async function write(group: Waiting[]): Promise<void> {
    try {
      await storeParcel(ctx, group, durable)
      for (const one of group) one.resolve()
      ctx.bus.emit('deliveries.stored', { count: group.length })
    }
    catch (error) {
      ctx.log.error({ err: error, deliveries: group.length }, 'deliveries could not be stored')
      const reason = new NotStored('The store did not take it', { cause: error })
      for (const one of group) one.reject(reason)
    }
  }

  /** What comes while parcels are written makes the next ones, the larger the more there is to do. */
  function begin(): void {
    scheduled = false
    while (queue.length > 0 && writes.size < (queue.length < enough ? 1 : mostWrites)) {
      const writing = write(nextGroup()).finally(() => {
        writes.delete(writing)
        begin()
      })
      writes.add(writing)
    }
  }

  return {
    accept(delivery) {
      const { body } = delivery
      if (queue.length >= mostWaiting || bytes + body.length > mostBytes) return Promise.reject(new NotStored('Too many deliveries wait'))
      bytes += body.length
      return new Promise<void>((resolve, reject) => {
        queue.push({ ...delivery, digest: digestOf(delivery), resolve, reject })
        if (scheduled) return
        scheduled = true
        // What this turn of the event loop reads from its sockets goes into one parcel.
        setImmediate(begin)
      })
    },
    async close() {
      // What was scheduled has begun by then.
      await new Promise(resolve => setImmediate(resolve))
      while (writes.size > 0) await Promise.all(writes)
    },
  }
}
