import type { Reason } from '#contracts'
import type { Forecast } from './forecast.ts'
import type { Model } from './model.ts'
import type { State } from './state.ts'
import { evidenceAt } from './evidence.ts'
import { dayMs } from './state.ts'

/** Reason codes with their parameters; `signal_seen` names the signal type in `signal`. */
export const reasonCodes = {
  piece_again: ['piece', 'times', 'days'],
  voice_after_quiet: ['quietDays'],
  back_after_quiet: ['quietDays'],
  asked_price: ['days'],
  appointment_booked: ['days'],
  walked_in: ['days'],
  signal_seen: ['signal', 'times', 'days'],
  signal_against: ['signal', 'days'],
  silence_beyond_rhythm: ['days', 'usual'],
  silence_within_rhythm: ['days', 'usual'],
  touches_unanswered: ['n'],
  journey_ended: ['days'],
} as const

/** At most five sentences, strongest first; each carries the logits of the contributions behind it and the signals that show it. */
export function reasonsOf(model: Model, state: State, atMs: number, forecast: Forecast): Reason[] {
  const reasons: Reason[] = []
  const part = (name: string) => forecast.contributions.find(c => c.name === name)?.logit ?? 0
  const ago = (time: number) => Math.max(0, Math.round((atMs - time) / dayMs))
  const ids = (...types: string[]) => state.recent.filter(r => types.length === 0 || types.includes(r[1])).map(r => r[0]).slice(0, 8)

  const silence = { days: Math.round(forecast.rhythm.silence), usual: Math.max(1, Math.round(forecast.rhythm.usualDays)) }
  if (state.visits > 0) reasons.push({ code: forecast.rhythm.usual > 0.3 ? 'silence_within_rhythm' : 'silence_beyond_rhythm', params: silence, logit: part('forecast'), signalIds: ids().slice(0, 1) })
  if (state.unanswered > 0) reasons.push({ code: 'touches_unanswered', params: { n: state.unanswered }, logit: part('unanswered'), signalIds: ids('touch_advisor', 'touch_followup', 'touch_campaign') })
  if (state.ended !== 0) reasons.push({ code: 'journey_ended', params: { days: ago(state.ended) }, logit: part('ended'), signalIds: [] })

  const evidence = [...evidenceAt(model, state, atMs)].filter(([, value]) => Math.abs(value) > 0.05)
  const total = evidence.reduce((sum, [, value]) => sum + Math.abs(value), 0)
  for (const [type, value] of evidence) {
    const [times, , last] = state.types[type]!
    const logit = Math.abs(part('heat')) * value / total
    reasons.push({ ...sentence(state, type, times, ago(last), value), logit, signalIds: ids(type) })
  }
  return reasons.filter(r => r.logit !== 0).sort((a, b) => Math.abs(b.logit) - Math.abs(a.logit)).slice(0, 5)
}

function sentence(state: State, type: string, times: number, days: number, value: number): Pick<Reason, 'code' | 'params'> {
  const again = state.pieces.filter(p => p[2] > 1).sort((a, b) => b[2] - a[2])[0]
  const quietDays = Math.round(state.quietBefore)
  if (value < 0) return { code: 'signal_against', params: { signal: type, days } }
  if (type === 'piece_viewed' && again) return { code: 'piece_again', params: { piece: again[1] || again[0], times: again[2], days: Math.max(1, Math.round((again[4] - again[3]) / dayMs)) } }
  if (type === 'voice' && quietDays >= 14) return { code: 'voice_after_quiet', params: { quietDays } }
  if (type === 'reengaged') return { code: 'back_after_quiet', params: { quietDays } }
  if (type === 'price_asked') return { code: 'asked_price', params: { days } }
  if (type === 'appointment_booked') return { code: 'appointment_booked', params: { days } }
  if (type === 'walk_in') return { code: 'walked_in', params: { days } }
  return { code: 'signal_seen', params: { signal: type, times, days } }
}
