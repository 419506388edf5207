import type { NextAction, Reason } from '#contracts'

type Params = Reason['params']
type Sentence = (params: Params) => string

const days = (n: string | number | undefined) => Number(n) === 0 ? 'today' : Number(n) === 1 ? 'yesterday' : `${n} days ago`
const span = (n: string | number | undefined) => Number(n) === 1 ? 'one day' : `${n} days`
const plain = (code: string | number | undefined) => String(code ?? '').replaceAll('_', ' ')

const reasons: Record<string, Sentence> = {
  piece_again: p => `Came back to ${p.piece} ${p.times} times in ${span(p.days)}`,
  voice_after_quiet: p => `Sent a voice note after ${span(p.quietDays)} of quiet`,
  back_after_quiet: p => `Came back after ${span(p.quietDays)} of quiet`,
  asked_price: p => `Asked for a price ${days(p.days)}`,
  appointment_booked: p => `Booked an appointment ${days(p.days)}`,
  walked_in: p => `Came into the shop ${days(p.days)}`,
  signal_seen: p => `${plain(p.signal)}, last ${days(p.days)}`,
  signal_against: p => `${plain(p.signal)} ${days(p.days)}`,
  silence_beyond_rhythm: p => `Quiet for ${span(p.days)}; usually writes every ${p.usual}`,
  silence_within_rhythm: p => `Quiet for ${span(p.days)}, within their rhythm`,
  touches_unanswered: p => `${p.n} of our messages stand unanswered`,
  journey_ended: p => `This enquiry ended ${days(p.days)}`,
}

const actions: Record<string, Sentence> = {
  opted_out: () => 'They asked us not to write',
  complaint_open: () => 'Settle their complaint first',
  touches_unanswered: p => `${p.n} messages without an answer: leave them in peace`,
  gone_quiet: p => `Quiet for ${span(p.days)}, and likely gone`,
  nothing_known: () => 'Nothing is known yet',
  within_rhythm: p => `Let be: ${span(p.days)} of quiet are usual for them`,
  answer_first: () => 'They wrote last: answer',
  appointment_stands: p => `An appointment stands in ${span(p.days)}`,
  likely_now: p => `${p.percent} % likely to visit or buy within a month`,
  strong_signal: p => `A strong sign: ${plain(p.signal)}`,
  quiet_longer_than_usual: p => `Quiet for ${span(p.days)}, longer than usual: a light word`,
  enough_touches: p => `${p.n} messages without an answer: give it time`,
  just_bought: p => `Bought ${days(p.days)}: care, no selling`,
}

/** A reason as an English sentence; an unknown code reads as its own name. */
export function reasonInWords(reason: Pick<Reason, 'code' | 'params'>): string {
  return reasons[reason.code]?.(reason.params) ?? plain(reason.code)
}

/** A next action's reason as an English sentence. */
export function actionInWords(action: Pick<NextAction, 'reason'>): string {
  return actions[action.reason.code]?.(action.reason.params) ?? plain(action.reason.code)
}
