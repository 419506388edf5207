import type { NextAction, Stage } from '#contracts'
import type { Region } from './calendar/regions.ts'
import type { nextActionReasonCodes } from './codes.ts'
import type { GoldTie } from './gold.ts'
import type { Model } from './model.ts'
import type { Rhythm } from './rhythm.ts'
import type { State } from './state.ts'
import { seasonAt, welcomeFrom } from './calendar/hours.ts'
import { goldWord } from './gold.ts'
import { silenceTail } from './rhythm.ts'
import { isOver } from './stage.ts'
import { dayMs } from './state.ts'

/** What the house knows beside the signals, when it asks for an assessment. */
export type AssessContext = {
  optedOut?: boolean
  complaintOpen?: boolean
  /** The customer wrote last and nobody has answered. */
  awaitingReply?: boolean
  /** An appointment that stands: ISO time. */
  appointmentAt?: string
  /** IANA zone of the customer's place; without it, advice names no time of day. */
  timeZone?: string
  /** Quiet hours, days of rest and festivals of that place; see `regions`. */
  region?: Region
  /** The price of gold has moved; see `goldMoveAt`. */
  gold?: GoldTie
}

/** Days after a touch of ours in which gold alone is no reason for another. */
const restDays = 7
/** Days in which the beginning of a new journey is news. */
const newDays = 3

type Said = { code: keyof typeof nextActionReasonCodes, params: NextAction['reason']['params'] }
type Advice = Pick<NextAction, 'kind' | 'channel'> & { reason: Said, days: number }

/**
 * What to do now, which is often nothing: rules over calibrated readiness, fatigue and the person's own rhythm. With a time zone, advice to act names
 * the next hour at which a message is welcome there. A move of the price of gold is told beside it to whom it concerns; a fall is a reason of its own to write to
 * somebody who would be let be otherwise, once. Else the festival or season of their place is told that is near or on.
 */
export function nextActionAt(model: Model, state: State, atMs: number, p: number, stage: Stage, rhythm: Rhythm, context: AssessContext = {}): NextAction {
  const { days, ...advice } = advise(model, state, atMs, p, stage, rhythm, context)
  const acts = advice.kind === 'ready' || advice.kind === 'involve' || advice.kind === 'nurture'
  const timing = acts ? goldWord(state, atMs, context.gold) ?? seasonWord(atMs, context) : undefined
  const from = acts && context.timeZone ? welcomeFrom(atMs, context.timeZone, context.region) : undefined
  return {
    ...advice,
    ...(timing && timing.code !== advice.reason.code ? { timing } : {}),
    ...(from === undefined ? {} : { notBefore: new Date(from).toISOString() }),
    expiresAt: new Date((from ?? atMs) + days * dayMs).toISOString(),
  }
}

function seasonWord(atMs: number, { timeZone, region }: AssessContext): Said | undefined {
  const season = timeZone && region ? seasonAt(atMs, timeZone, region) : undefined
  if (!season) return undefined
  return season.inDays > 0 ? { code: 'season_near', params: { season: season.name, days: season.inDays } } : { code: 'season_on', params: { season: season.name, days: season.daysLeft } }
}

function advise(model: Model, state: State, atMs: number, p: number, stage: Stage, rhythm: Rhythm, context: AssessContext): Advice {
  const days = Math.round(rhythm.silence)
  const usual = Math.max(1, Math.round(rhythm.usualDays))
  const percent = Math.round(p * 100)
  const n = state.unanswered
  if (context.optedOut) return { kind: 'suppress', reason: { code: 'opted_out', params: {} }, days: 90 }
  if (context.complaintOpen) return { kind: 'suppress', reason: { code: 'complaint_open', params: {} }, days: 7 }
  if (context.awaitingReply) return { kind: 'involve', channel: 'message', reason: { code: 'answer_first', params: {} }, days: 1 }
  if (n >= 5) return { kind: 'suppress', reason: { code: 'touches_unanswered', params: { n } }, days: 60 }
  if (state.visits === 0) return { kind: 'wait', reason: { code: 'nothing_known', params: {} }, days: 30 }
  const until = context.appointmentAt === undefined ? Number.NaN : (Date.parse(context.appointmentAt) - atMs) / dayMs
  if (until >= 0 && until < 30) return { kind: 'ready', channel: 'visit', reason: { code: 'appointment_stands', params: { days: Math.round(until) } }, days: Math.max(0.5, until) }
  const came = state.outcomes > 0 ? (atMs - state.lastOutcome) / dayMs : Infinity
  if (came < 2) return { kind: 'wait', reason: { code: 'just_came', params: { days: Math.round(came) } }, days: 2 }
  if (stage === 'ready') return { kind: 'ready', channel: state.level >= 4 ? 'visit' : 'call', reason: { code: 'likely_now', params: { percent } }, days: 3 }
  if (isOver(state)) return { kind: 'wait', reason: { code: 'journey_over', params: {} }, days: 60 }
  if (rhythm.alive < 0.2) return { kind: 'suppress', reason: { code: 'gone_quiet', params: { days } }, days: 60 }
  const strong = strongSignal(model, state, atMs)
  if (strong) return { kind: 'involve', channel: 'message', reason: { code: 'strong_signal', params: { signal: strong } }, days: 3 }
  if (state.begun !== 0 && atMs - state.begun < newDays * dayMs && !isTakenUp(state, state.last)) return { kind: 'involve', channel: 'message', reason: { code: 'new_journey', params: { days: Math.round((atMs - state.begun) / dayMs) } }, days: newDays }
  if (p >= model.involveAt && n < 2 && rhythm.usual <= 0.6) return { kind: 'involve', channel: 'message', reason: { code: 'top_tenth', params: { percent } }, days: 5 }
  const gold = goldWord(state, atMs, context.gold)
  const rested = n === 0 && atMs - state.lastTouch > restDays * dayMs
  if (gold?.code === 'gold_fell' && rested) return { kind: 'nurture', channel: 'message', reason: gold, days: 3 }
  if (rhythm.usual > 0.3) return { kind: 'wait', reason: { code: 'within_rhythm', params: { days, usual } }, days: untilUnusual(rhythm) }
  if (n > 2) return { kind: 'wait', reason: { code: 'enough_touches', params: { n } }, days: 14 }
  if (rhythm.usual > 0.05) return { kind: 'nurture', channel: 'message', reason: { code: 'quiet_longer_than_usual', params: { days, usual } }, days: 7 }
  return { kind: 'wait', reason: { code: 'gone_quiet', params: { days } }, days: 30 }
}

/** Days until the silence will have become unusual (its tail 0.3), found by halving; from one to sixty. */
function untilUnusual({ shape, rate, silence, regularity }: Rhythm): number {
  let low = 0
  let high = 60
  while (high - low > 0.5) {
    const middle = (low + high) / 2
    if (silenceTail(shape, rate, silence + middle, regularity) > 0.3) low = middle
    else high = middle
  }
  return Math.max(1, Math.round(high))
}

/** Whether we have written since: who was answered needs no second word about it. */
function isTakenUp({ touches, lastTouch }: State, at: number): boolean {
  return touches > 0 && lastTouch >= at
}

/** The newest strong signal of the last two days that is not yet an outcome, and that we have not taken up: the person's own, or what waits for them here. */
function strongSignal(model: Model, state: State, atMs: number): string | undefined {
  let found: string | undefined
  let newest = atMs - 2 * dayMs
  for (const type in state.types) {
    const spec = model.signals[type]
    const last = state.types[type]![2]
    if (spec?.strength === 'strong' && spec.weight > 0 && !spec.outcome && !spec.touch && last >= newest && !isTakenUp(state, last)) { newest = last; found = type }
  }
  return found
}
