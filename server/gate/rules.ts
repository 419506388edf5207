import type { GateView } from '#contracts'
import { isOneContact } from '#scoring'

const hour = 3_600_000
const day = 24 * hour

/** What the gate looks at. Times in milliseconds since the epoch, null where it never happened. */
export interface GateFacts {
  now: number
  /** Until when this lane takes free text; null when it never opened. */
  windowClosesAt: number | null
  /** The network has such a window at all. */
  hasWindow: boolean
  laneBlocked: boolean
  channelDead: boolean
  optedOut: boolean
  lastInboundAt: number | null
  /** The customer wrote and nobody has answered. */
  waiting: boolean
  complaintOpen: boolean
  /** Hour of the day, 0…23, where the customer is. */
  localHour: number
  /** Our contacts of the last thirty days that count, newest first, over all numbers and senders. */
  touches: { at: number, byId: string | null, byName: string | null, storeName: string | null }[]
  /** Who wants to write now. */
  advisorId: string | null
}

/** Contacts a week without an answer from which the gate asks. */
export const weeklyTouches = 3
/** Local hours in which nobody is disturbed unless they have just written: from 21:00 until 08:59. */
export const quietFrom = 21
export const quietUntil = 9

/**
 * Whether someone may be written to now. `closed`: nothing sent through this lane can arrive or be lawful, so no reason overrides it. `ask`: it is
 * unwise; a person may go on with a reason, an automation may not. Answering someone who waits is never unwise.
 */
export function gate(facts: GateFacts): GateView {
  const closed: GateView['reasons'] = []
  const ask: GateView['reasons'] = []
  const windowOpen = !facts.hasWindow || (facts.windowClosesAt !== null && facts.windowClosesAt > facts.now)
  const sinceInbound = facts.lastInboundAt === null ? null : facts.touches.filter(touch => touch.at > facts.lastInboundAt!)
  const unanswered = sinceInbound ?? facts.touches

  if (facts.channelDead) closed.push({ code: 'channel_dead', params: {} })
  if (facts.laneBlocked) closed.push({ code: 'lane_blocked', params: {} })
  if (!windowOpen) closed.push({ code: facts.windowClosesAt === null ? 'window_never_opened' : 'window_closed', params: {} })

  const justWrote = facts.lastInboundAt !== null && facts.now - facts.lastInboundAt < hour / 2
  const answering = facts.waiting && facts.lastInboundAt !== null && facts.now - facts.lastInboundAt < day
  if (facts.optedOut && !answering) ask.push({ code: 'opted_out', params: {} })
  if (!answering) {
    const lastWeek = contactsOf(unanswered.filter(touch => touch.at > facts.now - 7 * day))
    const colleague = unanswered.find(touch => touch.byId !== null && touch.byId !== facts.advisorId && touch.at > facts.now - 2 * day)
    if (colleague) {
      ask.push({
        code: 'colleague_wrote',
        params: { name: colleague.byName ?? '', store: colleague.storeName ?? '', hours: Math.max(0, Math.round((facts.now - colleague.at) / hour)) },
      })
    }
    if (lastWeek >= weeklyTouches) ask.push({ code: 'touch_budget', params: { touches: lastWeek, days: 7 } })
    if (facts.complaintOpen) ask.push({ code: 'complaint_open', params: {} })
  }
  const quiet = facts.localHour >= quietFrom || facts.localHour < quietUntil
  if (quiet && !justWrote) ask.push({ code: 'quiet_hours', params: { hour: facts.localHour } })

  const verdict = closed.length ? 'closed' : ask.length ? 'ask' : 'open'
  return {
    verdict,
    reasons: closed.length ? closed : ask,
    windowClosesAt: facts.windowClosesAt === null ? null : new Date(facts.windowClosesAt).toISOString(),
    touchesThisMonth: contactsOf(facts.touches),
  }
}

/** How many contacts messages are, newest first as they come in: what one person writes without a pause disturbs once. What no person wrote is one each. */
function contactsOf(touches: GateFacts['touches']): number {
  const nextBy = new Map<string, number>()
  let contacts = 0
  for (const { at, byId } of touches) {
    const next = byId === null ? undefined : nextBy.get(byId)
    if (next === undefined || !isOneContact(next, at)) contacts++
    if (byId !== null) nextBy.set(byId, at)
  }
  return contacts
}
