import type { Context } from './context.ts'
import { isDuplicate } from './duplicates.ts'
import { LoupeError } from './errors.ts'

/** A piece of work that one process at a time may do. */
export interface Lease {
  holder: string
  /** Whether this process holds it now; takes or renews it when it can. Cheap to ask often. */
  held: () => Promise<boolean>
  /** Gives it up, so that another process need not wait for its end. */
  release: () => Promise<void>
}

type Leasing = Pick<Context, 'models' | 'now' | 'newId'>

const lengthMs = 15_000
/** No lease reaches further ahead: one that does was taken before the clock was put back, and nobody can wait for its end. */
const furthestMs = 2 * lengthMs

/** A lease by name, kept in the `leases` collection. A holder that died loses it after fifteen seconds. */
export function holdLease(ctx: Leasing, name: string): Lease {
  const holder = ctx.newId()
  let renewAt = 0
  return {
    holder,
    async held() {
      const now = ctx.now()
      if (now < renewAt && renewAt <= now + lengthMs) return true
      const until = new Date(now + lengthMs)
      const free = [{ holder }, { until: { $lt: new Date(now) } }, { until: { $gt: new Date(now + furthestMs) } }]
      try {
        await ctx.models.leases.updateOne({ _id: name, $or: free }, { $set: { holder, until } }, { upsert: true })
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

const lookAgainMs = 50
/** Looks at a lease that others hold before asking for it is given up: about half a minute. */
const mostLooks = 600

/**
 * Does work of which nothing else of the same name may go on meanwhile, in this process or another; waits for its turn.
 * @throws LoupeError `conflict` when others have kept it for half a minute
 */
export async function oneAtATime<T>(ctx: Leasing, name: string, work: () => Promise<T>): Promise<T> {
  const lease = holdLease(ctx, name)
  for (let look = 0; !await lease.held(); look++) {
    if (look === mostLooks) throw new LoupeError('conflict', 'Others are at work on this right now. Try again in a moment.')
    await new Promise(resolve => setTimeout(resolve, lookAgainMs))
  }
  // Failing to renew it is found out by whoever takes it next; the work itself goes on.
  const renewing = setInterval(() => void lease.held().catch(() => {}), lengthMs / 3).unref()
  try {
    return await work()
  }
  finally {
    clearInterval(renewing)
    await lease.release()
  }
}

/**
 * Ends every lease that an earlier process left behind when it was killed, so that its work goes on at once. Only where this process has the database to
 * itself, and before any work begins.
 */
export async function endLeases({ models }: Pick<Context, 'models'>): Promise<void> {
  await models.leases.deleteMany({})
  await models.outbox.updateMany({ state: 'sending' }, { $set: { 'lease.until': new Date(0) } })
}
