import type { NextActionKind } from '#contracts'
import type { GainModel } from '#scoring'
import type { Customer } from '../../models/index.ts'
import type { Context } from '../../platform/context.ts'
import { contactFeatures, gainOf } from '#scoring'
import { stateOf } from '../../readiness/index.ts'
import { houseGain } from './keep.ts'

const urgency: Record<NextActionKind, number> = { ready: 4, involve: 3, nurture: 2, wait: 1, suppress: 0 }

/**
 * People in the order in which an automation writes to them: whom a contact moves most first, where that was learnt, else as their next actions say. Pure, and the same
 * whatever order they come in.
 */
export function orderedForContact(gain: GainModel | null, customers: readonly Customer[], atMs: number): Customer[] {
  const ranked = customers.map((customer) => {
    const state = stateOf(customer)
    const action = customer.readiness?.nextAction.kind
    return { customer, first: gain && state ? gainOf(gain, contactFeatures(state, atMs)) : action ? urgency[action] : -1, second: customer.readiness?.p30 ?? 0 }
  })
  return ranked.sort((a, b) => b.first - a.first || b.second - a.second || (a.customer._id < b.customer._id ? -1 : 1)).map(({ customer }) => customer)
}

/** {@link orderedForContact} with what this house has learnt. */
export async function orderForContact(ctx: Pick<Context, 'models' | 'now'>, customers: readonly Customer[]): Promise<Customer[]> {
  return orderedForContact(await houseGain(ctx), customers, ctx.now())
}
