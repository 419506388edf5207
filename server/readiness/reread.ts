import type { Conversation, Customer } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import { holdLease } from '../platform/lease.ts'
import { houseModel } from './model.ts'
import { announce } from './record.ts'
import { writePeople } from './write-people.ts'

const batch = 200
const betweenMs = 60_000

/** Reads anew what the engine says of these customers at this moment, with the model in use, and tells of it. */
export async function rereadPeople(ctx: Context, customers: readonly Customer[]): Promise<void> {
  if (customers.length === 0) return
  const [rows, revision, model] = await Promise.all([
    ctx.models.conversations.find({ customerId: { $in: customers.map(customer => customer._id) } }).lean<Conversation[]>(),
    ctx.revisions.reserve(1),
    houseModel(ctx),
  ])
  const byCustomer = new Map(rows.map(row => [row.customerId, row]))
  const written = await writePeople(ctx, model, customers.map(customer => ({ customer, conversation: byCustomer.get(customer._id) ?? null })), revision)
  for (const { customer, conversation } of written) announce(ctx, customer, conversation)
}

/**
 * Reads anew what silence says of customers whose advice has expired, at most 200 of them, longest expired first.
 * @returns how many were read; 200 means that more are waiting
 */
export async function rereadDue(ctx: Context): Promise<number> {
  const due = await ctx.models.customers.find({ 'readiness.nextAction.expiresAt': { $lte: new Date(ctx.now()).toISOString() }, 'mergedInto': null }).sort({ 'readiness.nextAction.expiresAt': 1 }).limit(batch).lean<Customer[]>()
  await rereadPeople(ctx, due)
  return due.length
}

/** The loop that keeps advice fresh; one process at a time does it. */
export interface Rereader {
  start: () => void
  /** Resolves when what was begun is done. */
  stop: () => Promise<void>
}

export function createRereader(ctx: Context): Rereader {
  const lease = holdLease(ctx, 'readiness')
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()
  const state = { stopped: true }

  async function work(): Promise<void> {
    try {
      while (!state.stopped && await lease.held() && await rereadDue(ctx) === batch) await new Promise(resolve => setImmediate(resolve))
    }
    catch (error) { ctx.log.error({ err: error }, 'advice could not be read anew') }
    if (!state.stopped) schedule(betweenMs)
  }

  function schedule(ms: number): void {
    timer = setTimeout(() => { running = work() }, ms)
    timer.unref()
  }

  return {
    start() {
      if (!state.stopped) return
      state.stopped = false
      schedule(1000)
    },
    async stop() {
      state.stopped = true
      clearTimeout(timer)
      await running
      await lease.release().catch(() => {})
    },
  }
}
