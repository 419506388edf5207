import type { Conversation } from '../../models/index.ts'

const second = 1000

/**
 * When a message that just came stands in its thread. Some networks tell whole seconds and others milliseconds, so that within one second times cannot be compared:
 * what is told by the second and comes after something of the same second stands right behind it, a millisecond later.
 * @param at the provider's time, where it can be believed
 */
export function standingAt(at: Date, { lastInboundAt, lastOutboundAt }: Pick<Conversation, 'lastInboundAt' | 'lastOutboundAt'>): Date {
  const told = at.getTime()
  const latest = Math.max(lastInboundAt?.getTime() ?? 0, lastOutboundAt?.getTime() ?? 0)
  const sameSecond = told % second === 0 && latest >= told && latest < told + second
  return sameSecond ? new Date(latest + 1) : at
}
