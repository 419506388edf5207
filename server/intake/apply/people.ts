import type { Arrival, Before, Effects } from '../arrival.ts'
import type { Sign } from '../signals-of.ts'
import { afterNews, laneOf, withLane } from '../lanes.ts'
import { originSigns } from '../signals-of.ts'
import { passageOf, withIds } from './thread.ts'

/** The customer stops or resumes what is not an answer, by the network's own switch. */
export function preferenceEffects({ event, key, at }: Arrival): Effects {
  if (event.optOut === undefined) return {}
  const { optOut } = event
  return {
    customerSteps: [customer => ({ ...customer, optedOutAt: optOut ? customer.optedOutAt ?? at : null })],
    signals: withIds(key, at, [{ type: optOut ? 'opt_out' : 'opt_in' }]),
  }
}

/** What people do beside writing: calls, comments, mentions, links into the chat, receipts. */
export function deedEffects(arrival: Arrival, before: Before): Effects {
  const { event, key, at } = arrival
  const signs = deedSigns(arrival)
  const opensWindow = event.kind === 'call' && event.direction !== 'out' && before.conversation !== null
  const passage = passageOf(arrival)
  return {
    signals: withIds(key, at, signs),
    conversationSteps: opensWindow ? [row => withLane(row, afterNews(laneOf(row.lanes, passage), passage, { inboundAt: at }))] : [],
  }
}

function deedSigns({ event }: Arrival): Sign[] {
  if (event.kind === 'comment' || event.kind === 'mention') return [{ type: event.kind }]
  if (event.kind === 'optin') return [{ type: 'opt_in' }]
  if (event.kind === 'seen') return [{ type: 'read' }]
  if (event.kind === 'referral') return originSigns(event)
  if (event.kind !== 'call' || event.direction === 'out') return []
  // A call has one event for each of its steps and is one call.
  const { seconds } = event.call ?? {}
  const ended = seconds !== undefined || /terminate|complete|end|reject|miss/i.test(event.call?.event ?? event.status ?? '')
  return ended ? [{ type: 'call', meta: seconds === undefined ? {} : { seconds } }] : []
}

/** The customer has a new number or id. That it is theirs was settled when their addresses were found. */
export function numberChangeEffects({ key, at }: Arrival): Effects {
  return { signals: withIds(key, at, [{ type: 'number_changed' }]) }
}
