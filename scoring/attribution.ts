import type { FoldSignal } from './state.ts'
import { signalTable } from './signals.ts'
import { dayMs } from './state.ts'

/** What a person's interest came to, as credit is given for it. */
export const creditedOutcomes = ['visit', 'purchase', 'lost', 'opt_out'] as const
export type CreditedOutcome = typeof creditedOutcomes[number]

const outcomeOf: Readonly<Record<string, CreditedOutcome>> = { walk_in: 'visit', appointment_kept: 'visit', purchase: 'purchase', lost: 'lost', opt_out: 'opt_out' }

/** Our touches that credit is given to, by the signal that tells of them. */
export const touchKinds = ['advisor', 'bot', 'followup', 'campaign'] as const
export type TouchKind = typeof touchKinds[number]

const touchOf: Readonly<Record<string, TouchKind>> = { touch_advisor: 'advisor', touch_bot: 'bot', touch_followup: 'followup', touch_campaign: 'campaign' }

/** The kind of touch that a signal tells of, or undefined when it is none. */
export function touchKindOf(type: string): TouchKind | undefined {
  return Object.hasOwn(touchOf, type) ? touchOf[type] : undefined
}

/** One outcome with its credit: places in the list of signals, and shares. */
export type Credited = {
  outcome: CreditedOutcome
  /** Place of the outcome's signal. */
  place: number
  /** Touches before it with their shares, which sum to 1; empty when they came unprompted. */
  touches: { place: number, share: number }[]
  /** What the person showed before it, by type, with shares that sum to 1; empty when they showed nothing. */
  signals: { type: string, share: number }[]
}

/** A touch longer ago than this is given nothing: they came by themselves. */
const touchDays = 30
/** Days after which a touch has half the credit of a fresh one. */
const touchHalfLife = 7
/** How long before an outcome what a person shows counts as leading to it. */
const signalDays = 90
/** Signs of one visit: a booked hour that was kept and a step through the door are one. */
const sameVisitMs = dayMs * 2 / 3

/**
 * Whom and what each outcome is credited to: each is worth one, and none is credited twice, because only what came after the former outcome of its kind counts.
 *
 * Touches of the thirty days before share it by time-decay with a half-life of seven days, the model and half-life that web analytics has made usual; without a touch
 * the outcome is nobody's. A purchase, a visit, a loss and an opt-out are credited alike: for the last two it is what came before them, not thanks.
 *
 * Signals of the ninety days before share it by their prior weight, faded by their half-life: those that speak for coming share visits and purchases, those that
 * speak against (a complaint, a missed appointment, a lapsed quote) losses and opt-outs. It says what came before what, not what brought it about: that
 * takes contacts that were left to chance (`learnGain`).
 *
 * `signals`: one person's, oldest first, times in milliseconds. Outcomes come oldest first.
 */
export function creditOf(signals: readonly (FoldSignal & { at: number })[]): Credited[] {
  const former = new Map<CreditedOutcome, number>()
  const credited: Credited[] = []
  signals.forEach(({ type, at }, place) => {
    const outcome = Object.hasOwn(outcomeOf, type) ? outcomeOf[type] : undefined
    if (!outcome) return
    const since = former.get(outcome) ?? -Infinity
    if (at - since < sameVisitMs) return
    former.set(outcome, at)
    credited.push({ outcome, place, touches: touchShares(signals, place, since), signals: signalShares(signals, place, since, outcome) })
  })
  return credited
}

type Told = FoldSignal & { at: number }

function touchShares(signals: readonly Told[], outcome: number, since: number): Credited['touches'] {
  const { at } = signals[outcome]!
  const touches: { place: number, share: number }[] = []
  let sum = 0
  for (let place = outcome - 1; place >= 0; place--) {
    const touch = signals[place]!
    if (touch.at <= since || touch.at < at - touchDays * dayMs) break
    if (!touchKindOf(touch.type)) continue
    const share = 2 ** (-(at - touch.at) / dayMs / touchHalfLife)
    sum += share
    touches.push({ place, share })
  }
  return touches.map(({ place, share }) => ({ place, share: share / sum }))
}

function signalShares(signals: readonly Told[], outcome: number, since: number, came: CreditedOutcome): Credited['signals'] {
  const { at } = signals[outcome]!
  const sign = came === 'visit' || came === 'purchase' ? 1 : -1
  const worth = new Map<string, number>()
  let sum = 0
  for (let place = outcome - 1; place >= 0; place--) {
    const { type, at: shownAt, meta } = signals[place]!
    if (shownAt <= since || shownAt < at - signalDays * dayMs) break
    const spec = Object.hasOwn(signalTable, type) ? signalTable[type] : undefined
    if (!spec || Object.hasOwn(outcomeOf, type) || meta?.polite || spec.weight * sign <= 0) continue
    const share = Math.abs(spec.weight) * 2 ** (-(at - shownAt) / dayMs / spec.halfLifeDays)
    sum += share
    worth.set(type, (worth.get(type) ?? 0) + share)
  }
  return Array.from(worth, ([type, share]) => ({ type, share: share / sum })).sort((a, b) => b.share - a.share || (a.type < b.type ? -1 : 1))
}
