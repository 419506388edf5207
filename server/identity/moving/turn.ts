import type { Context } from '../../platform/context.ts'
import { oneAtATime } from '../../platform/lease.ts'

/**
 * Joining and taking apart go on one at a time in the whole house: of two at once each could move to somebody what the other is moving away from them, and two
 * who are each joined to the other would both be gone.
 * @throws LoupeError `conflict` when others have kept at it for half a minute
 */
export function whileNobodyElseMerges<T>(ctx: Context, work: () => Promise<T>): Promise<T> {
  return oneAtATime(ctx, 'merging', work)
}
