import type { Context } from './context.ts'
import { isDuplicate } from './duplicates.ts'

/** A piece of work that one process at a time may do. */
export interface Lease {
  holder: string
  /** Whether this process holds it now; takes or renews it when it can. Cheap to ask often. */
  held: () => Promise<boolean>
  /** Gives it up, so that another process need not wait for its end. */
  release: () => Promise<void>
}

const lengthMs = 15_000

/** A lease by name, kept in the `leases` collection. A holder that died loses it after fifteen seconds. */
export function holdLease(ctx: Pick<Context, 'models' | 'now' | 'newId'>, name: string): Lease {
  const holder = ctx.newId()
  let renewAt = 0
  return {
    holder,
    async held() {
      const now = ctx.now()
      if (now < renewAt) return true
      const until = new Date(now + lengthMs)
      try {
        await ctx.models.leases.updateOne({ _id: name, $or: [{ holder }, { until: { $lt: new Date(now) } }] }, { $set: { holder, until } }, { upsert: true })
        renewAt = now + lengthMs / 3
        return true
      }
      catch (error) {
        renewAt = 0
        if (isDuplicate(error)) return false
        throw error
      }
    },
    async release() {
      renewAt = 0
      await ctx.models.leases.deleteOne({ _id: name, holder })
    },
  }
}
