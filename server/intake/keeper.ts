import type { Context } from '../platform/context.ts'
import type { Accepted } from './parcels.ts'
import { durable } from '../platform/database.ts'
import { storeParcel } from './parcels.ts'

/** Where accepted deliveries are safe. */
export interface Keeper {
  /** Makes ready, and takes up what an earlier process left. Once, when the store is open. @throws the file system's errors */
  open: () => Promise<void>
  /** Resolves when the deliveries are on disk. @throws Error when they may not be */
  keep: (deliveries: readonly Accepted[]) => Promise<void>
  /** Deliveries that are kept and not yet in the store. */
  waiting: () => number
  /** Resolves when nothing is under way. */
  close: () => Promise<void>
}

/** Nothing more can be kept for now. */
export class NotStored extends Error {
  override readonly name = 'NotStored'
}

/** Keeps deliveries in the store itself: for a database that several processes share, each of which may be gone with its disk. */
export function storeKeeper(ctx: Pick<Context, 'models' | 'now' | 'bus' | 'newId'>): Keeper {
  return {
    open: async () => {},
    waiting: () => 0,
    async keep(deliveries) {
      await storeParcel(ctx, deliveries, ctx.now(), durable)
      ctx.bus.emit('deliveries.stored', { count: deliveries.length })
    },
    close: async () => {},
  }
}
