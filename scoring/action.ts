import type { NextAction, Stage } from '#contracts'
import type { Model } from './model.ts'
import type { Rhythm } from './rhythm.ts'
import type { State } from './state.ts'
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
}

/** Next-action reason codes with their parameters. */
export const nextActionReasonCodes = {
  opted_out: [],
  complaint_open: [],
  touches_unanswered: ['n'],
  gone_quiet: ['days'],
  nothing_known: [],
  within_rhythm: ['days', 'usual'],
  answer_first: [],
  appointment_stands: ['days'],
  likely_now: ['percent'],
  strong_signal: ['signal'],
  quiet_longer_than_usual: ['days', 'usual'],
  enough_touches: ['n'],
  just_bought: ['days'],
} as const

type Advice = Pick<NextAction, 'kind' | 'channel' | 'reason'> & { days: number, delayDays?: number }

/** What to do now, which is often nothing: rules over calibrated readiness, fatigue and the person's own rhythm. */
export function nextActionAt(model: Model, state: State, atMs: number, p30: number, stage: Stage, rhythm: Rhythm, context: AssessContext = {}): NextAction {
  const { days, delayDays, ...advice } = advise(model, state, atMs, p30, stage, rhythm, context)
  return {
    ...advice,
    ...(delayDays === undefined ? {} : { notBefore: new Date(atMs + delayDays * dayMs).toISOString() }),
    expiresAt: new Date(atMs + days * dayMs).toISOString(),
  }
}

function advise(model: Model, state: State, atMs: number, p30: number, stage: Stage, rhythm: Rhythm, context: AssessContext): Advice {
  const silent = Math.round(rhythm.silence)
  const usual = Math.max(1, Math.round(rhythm.usualDays))
  if (context.optedOut) return { kind: 'suppress', reason: { code: 'opted_out', params: {} }, days: 90 }
  if (context.complaintOpen) return { kind: 'suppress', reason: { code: 'complaint_open', params: {} }, days: 7 }
  if (state.unanswered >= 5) return { kind: 'suppress', reason: { code: 'touches_unanswered', params: { n: state.unanswered } }, days: 60 }
  if (state.visits === 0) return { kind: 'wait', reason: { code: 'nothing_known', params: {} }, days: 30 }
  if (context.awaitingReply) return { kind: 'involve', channel: 'message', reason: { code: 'answer_first', params: {} }, days: 1 }
  if (stage === 'ready') return { kind: 'ready', channel: state.level >= 4 ? 'visit' : 'call', reason: { code: 'likely_now', params: { percent: Math.round(p30 * 100) } }, days: 3 }
  if (rhythm.alive < 0.2) return { kind: 'suppress', reason: { code: 'gone_quiet', params: { days: silent } }, days: 60 }
  const strong = strongSignal(model, state, atMs)
  if (strong && state.unanswered < 2) return { kind: 'involve', channel: 'message', reason: { code: 'strong_signal', params: { signal: strong } }, days: 3 }
  if (rhythm.usual > 0.3) {
    // The silence at which the own tail falls to 0.3, from (b/(b+R))^a = 0.3.
    const until = (rhythm.rate - rhythm.silence) * (0.3 ** (-1 / Math.max(rhythm.shape, 0.2)) - 1) - rhythm.silence
    const days = Math.min(60, Math.max(1, until))
    return { kind: 'wait', reason: { code: 'within_rhythm', params: { days: silent, usual } }, days }
  }
  if (state.unanswered > 2) return { kind: 'wait', reason: { code: 'enough_touches', params: { n: state.unanswered } }, days: 14 }
  if (rhythm.usual > 0.05) return { kind: 'nurture', channel: 'message', reason: { code: 'quiet_longer_than_usual', params: { days: silent, usual } }, days: 7 }
  return { kind: 'wait', reason: { code: 'gone_quiet', params: { days: silent } }, days: 30 }
}

/** The newest strong signal of the last two days that is not yet an outcome. */
function strongSignal(model: Model, state: State, atMs: number): string | undefined {
  let found: string | undefined
  let newest = atMs - 2 * dayMs
  for (const type in state.types) {
    const spec = model.signals[type]
    const last = state.types[type]![2]
    if (spec?.strength === 'strong' && spec.side === 'customer' && spec.weight > 0 && !spec.outcome && last >= newest) { newest = last; found = type }
  }
  return found
}
