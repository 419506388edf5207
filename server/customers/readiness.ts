import type { ReadinessAnswer } from '#contracts'
import type { Actor } from '../accounts/index.ts'
import type { Context } from '../platform/context.ts'
import { actionInWords, emptyState, reasonInWords } from '#scoring'
import { eventsBehind, stateOf } from '../readiness/index.ts'
import { visibleCustomer } from './visible.ts'

/**
 * What the engine last said of a person, why, and the events behind each reason (at most eight of each of at most five).
 * @throws LoupeError `not_found`
 */
export async function readinessOf(ctx: Context, actor: Actor, customerId: string): Promise<ReadinessAnswer> {
  const { customer } = await visibleCustomer(ctx, actor, customerId)
  const readiness = customer.readiness ?? null
  if (!readiness) return { customerId: customer._id, readiness, inWords: { reasons: [], nextAction: null }, behind: [] }
  return {
    customerId: customer._id,
    readiness,
    inWords: { reasons: readiness.reasons.map(reason => reasonInWords(reason)), nextAction: actionInWords(readiness.nextAction) },
    behind: await eventsBehind(ctx, customer._id, stateOf(customer) ?? emptyState(), readiness.reasons),
  }
}
