import type { SignalInput } from '../../readiness/index.ts'
import type { Arrival, Before, Effects, Stamp } from '../arrival.ts'
import type { Reactor } from './changes.ts'
import { isCustomerMessage } from '#webhooks'
import { changeKind, threadDirection } from '../arrival.ts'
import { withDeletion, withEdit, withReaction } from './changes.ts'
import { longestProviderId } from './message.ts'
import { deedEffects, numberChangeEffects, preferenceEffects } from './people.ts'
import { withChangedMessage } from './row.ts'
import { threadEffects, withIds } from './thread.ts'

export { auditOf, isAccountNews, stateAfter } from './account.ts'
export { longestProviderId, skusOf } from './message.ts'
export { counting } from './row.ts'

/** Who reacts, as it stands on the message; one of us, where an echo does not say who. */
function reactorOf({ handles, event }: Arrival): Reactor {
  const mine = event.kind === 'echo' || event.direction === 'out'
  return { mine, by: mine ? 'house' : handles[0]?.key ?? event.from ?? 'unknown' }
}

/** The provider's id of the message that a reaction, an edit or a deletion is about; null for other events. */
export function changeTarget({ event }: Pick<Arrival, 'event'>): string | null {
  const kind = changeKind(event)
  const target = kind === 'reaction' ? event.reaction?.targetId : kind === null ? undefined : event.targetId
  return target?.slice(0, longestProviderId) ?? null
}

/** What a reaction, an edit or a deletion makes of its message. */
export function changed(arrival: Arrival): NonNullable<Effects['change']> | null {
  const providerId = changeTarget(arrival)
  if (providerId === null) return null
  const kind = changeKind(arrival.event)
  if (kind === 'reaction') return { providerId, apply: message => withReaction(message, arrival, reactorOf(arrival)) }
  if (kind === 'edit') return { providerId, apply: message => withEdit(message, arrival) }
  return { providerId, apply: message => withDeletion(message, arrival) }
}

/** What a reaction to a message says of its customer; nothing where it was taken back. */
export function reactionSignals({ event, key, at }: Pick<Arrival, 'event' | 'key' | 'at'>, messageId: string): SignalInput[] {
  const emoji = event.kind === 'reaction' ? event.reaction?.emoji : null
  return emoji ? withIds(key, at, [{ type: 'reaction', meta: { emoji: emoji.slice(0, 16) } }], messageId) : []
}

/**
 * What an event asks for, from what stands before it. Pure: it reads nothing and writes nothing, and the same arguments give the same effects.
 */
export function effectsOf(arrival: Arrival, before: Before, stamp: Stamp): Effects {
  const { event } = arrival
  const direction = threadDirection(event, isCustomerMessage(event))
  if (direction) return threadEffects(arrival, before, direction, stamp)
  const change = changed(arrival)
  if (change) {
    const target = before.message(change.providerId)
    const next = target && change.apply(target)
    return {
      change,
      conversationSteps: next ? [row => withChangedMessage(row, next)] : [],
      // One whose message has not come yet says something when it is laid on it.
      signals: target?.customerId === before.customer._id ? reactionSignals(arrival, target._id) : [],
    }
  }
  if (event.kind === 'user_preference' || (event.kind === 'optin' && event.optOut !== undefined)) return preferenceEffects(arrival)
  if (event.kind === 'system' || event.kind === 'user_id_update') return numberChangeEffects(arrival)
  return deedEffects(arrival, before)
}
