import type { Model } from '#scoring'
import type { Customer, StoredSignal } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import { unfolded, withSignals } from './fold.ts'

/** Newest signals of a person that are read to fold them anew. A person who did more in their life is known by these. */
const mostSignals = 20_000
const pageSize = 1000

/** A customer with the whole ledger folded from the beginning. Reads in pages, so that a long life fills no memory. */
export async function ledgerFolded(ctx: Context, model: Model, customer: Customer): Promise<Customer> {
  const { signals } = ctx.models
  const oldest = await signals.find({ customerId: customer._id }, { at: 1 }).sort({ customerId: 1, at: -1, _id: -1 }).skip(mostSignals).limit(1).lean<Pick<StoredSignal, 'at'>[]>()
  let result = unfolded(customer)
  let after: StoredSignal | null = null
  for (;;) {
    const from: object = after ? { $or: [{ at: { $gt: after.at } }, { at: after.at, _id: { $gt: after._id } }], at: { $gte: after.at } } : oldest[0] ? { at: { $gt: oldest[0].at } } : {}
    const page = await signals.find({ customerId: customer._id, ...from }).sort({ customerId: 1, at: 1, _id: 1 }).limit(pageSize).lean<StoredSignal[]>()
    result = withSignals(model, result, page, ctx.now())
    after = page.at(-1) ?? null
    if (!after || page.length < pageSize) return result
  }
}
