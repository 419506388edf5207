import type { Actor } from '../accounts/index.ts'
import type { StoredSignal } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import { trusted } from 'mongoose'
import { z } from 'zod'
import { Readiness, SignalEntry } from '#contracts'
import { actionInWords, reasonInWords } from '#scoring'
import { signalEntry } from '../conversations/index.ts'
import { visibleCustomer } from './visible.ts'

/** How ready a person is, with what it rests on. */
export const ReadinessAnswer = z.object({
  customerId: z.string(),
  /** Null as long as nothing is known of them. */
  readiness: Readiness.nullable(),
  /** The reasons, in their order, and the next action as sentences in English. */
  inWords: z.object({ reasons: z.array(z.string()), nextAction: z.string().nullable() }),
  /** The signals behind the reasons, newest first. */
  signals: z.array(SignalEntry),
})
export type ReadinessAnswer = z.infer<typeof ReadinessAnswer>

/**
 * What the engine last said of a person, why, and the signals behind each reason (at most eight of each of at most five).
 * @throws LoupeError `not_found`
 */
export async function readinessOf(ctx: Context, actor: Actor, customerId: string): Promise<ReadinessAnswer> {
  const { customer } = await visibleCustomer(ctx, actor, customerId)
  const readiness = customer.readiness ?? null
  if (!readiness) return { customerId: customer._id, readiness, inWords: { reasons: [], nextAction: null }, signals: [] }
  const ids = [...new Set(readiness.reasons.flatMap(reason => reason.signalIds))]
  const signals = ids.length === 0 ? [] : await ctx.models.signals.find({ _id: trusted({ $in: ids }) }).lean<StoredSignal[]>()
  signals.sort((a, b) => b.at.getTime() - a.at.getTime() || (a._id < b._id ? 1 : -1))
  return {
    customerId: customer._id,
    readiness,
    inWords: { reasons: readiness.reasons.map(reason => reasonInWords(reason)), nextAction: actionInWords(readiness.nextAction) },
    // Of this person alone: an id that a reason holds may have moved to somebody else with a merge that was undone.
    signals: signals.filter(signal => signal.customerId === customer._id).map(signalEntry),
  }
}
