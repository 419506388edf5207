import type { Reason } from '#contracts'
import type { reasonCodes } from './codes.ts'
import type { Forecast } from './forecast.ts'
import type { Model } from './model.ts'
import type { Rhythm } from './rhythm.ts'
import type { State } from './state.ts'
import { evidenceAt } from './evidence.ts'
import { dayMs } from './state.ts'

type ReasonGroup = 'silence' | 'habit' | 'touches' | 'outcomes' | 'amount' | 'ended'

/** Which sentence a common feature speaks in; features of a single type speak in that type's sentence. */
const groups: Record<string, ReasonGroup> = {
  forecast: 'silence',
  forecast_squared: 'silence',
  surprise: 'silence',
  alive: 'silence',
  beyond_largest: 'silence',
  last_gap: 'silence',
  silence: 'silence',
  silence_long: 'silence',
  silence_short: 'silence',
  silence_squared: 'silence',
  horizon: 'silence',
  forecast_by_visits: 'habit',
  surprise_by_visits: 'habit',
  silence_by_visits: 'habit',
  variation: 'habit',
  visits: 'habit',
  visits_squared: 'habit',
  age: 'habit',
  age_by_visits: 'habit',
  recent_short: 'habit',
  recent: 'habit',
  recent_long: 'habit',
  never_active: 'habit',
  unanswered: 'touches',
  touched: 'touches',
  since_touch: 'touches',
  our_turn: 'touches',
  outcomes: 'outcomes',
  since_outcome: 'outcomes',
  amount: 'amount',
  ended: 'ended',
}

/** The sentence in which a feature of no single signal speaks, while the journey lasts. */
export function groupOf(name: string): Exclude<ReasonGroup, 'ended'> {
  const group = groups[name] ?? 'habit'
  return group === 'ended' ? 'habit' : group
}

/** Sentences weaker than this say nothing. */
const faint = 0.02

/**
 * At most five sentences, strongest first, none twice. Every contribution to logit p belongs to exactly one sentence, and a sentence's logit is the sum
 * of its contributions; what signals of one type say together is shared out by their evidence. Signals of several types that come to the same sentence (all of a
 * visit that ended a quiet) say it together.
 */
export function reasonsOf(model: Model, state: State, atMs: number, forecast: Forecast): Reason[] {
  const logits = new Map<string, number>()
  const add = (group: string, logit: number) => logits.set(group, (logits.get(group) ?? 0) + logit)
  const evidence = evidenceAt(model, state, atMs)
  for (const { name, logit } of forecast.contributions) {
    if (name === 'heat' || name === 'against') shareOut(evidence, name === 'heat' ? 1 : -1, logit, add)
    else if (name.startsWith('source=')) add('source', logit)
    else if (name.includes(':')) add(`type:${name.slice(0, name.lastIndexOf(':'))}`, logit)
    else add(groups[name] ?? 'habit', logit)
  }
  const reasons = new Map<string, Reason>()
  for (const [group, logit] of logits) {
    const type = group.startsWith('type:') ? group.slice('type:'.length) : undefined
    const said = type === undefined ? sentence(group, state, atMs, forecast.rhythm, logit) : signalSentence(model, state, atMs, type)
    if (!said) continue
    const key = said.code === 'voice_after_quiet' ? 'back_after_quiet' : said.code
    const sameWords = JSON.stringify([key, said.params])
    reasons.set(sameWords, together(reasons.get(sameWords), { ...said, logit, signalIds: idsBehind(state, model, group, type) }, state))
  }
  return [...reasons.values()].filter(({ logit }) => Math.abs(logit) >= faint).sort((a, b) => Math.abs(b.logit) - Math.abs(a.logit)).slice(0, 5)
}

/** Two reasons of the same sentence as one: what both add, and the signals behind either, newest first. The more telling code stays. */
function together(known: Reason | undefined, more: Reason, { recent }: State): Reason {
  if (!known) return more
  const ids = new Set([...known.signalIds, ...more.signalIds])
  return { ...(more.code === 'voice_after_quiet' ? more : known), logit: known.logit + more.logit, signalIds: recent.map(([id]) => id).filter(id => ids.has(id)) }
}

/** What all evidence together adds or takes, by each type's part in it; with no evidence, what is missing counts as habit. */
function shareOut(evidence: ReadonlyMap<string, number>, sign: 1 | -1, logit: number, add: (group: string, logit: number) => void): void {
  const speaking = [...evidence].filter(([, value]) => value * sign > 0.01)
  const total = speaking.reduce((sum, [, value]) => sum + value, 0)
  if (speaking.length === 0) { add('habit', logit); return }
  // Less evidence than an ordinary person shows is no fault of the signals that there are.
  if (logit * sign < 0) { add('habit', logit); return }
  for (const [type, value] of speaking) add(`type:${type}`, logit * value / total)
}

type Said = { code: keyof typeof reasonCodes, params: Reason['params'] }

const whole = (days: number) => Math.max(0, Math.round(days))

function sentence(group: string, state: State, atMs: number, rhythm: Rhythm, logit: number): Said | undefined {
  const ago = (time: number) => whole((atMs - time) / dayMs)
  const days = whole(rhythm.silence)
  const known = state.visits > 0
  switch (group) {
    case 'silence': {
      if (!known) return undefined
      if (state.visits === 1) return { code: 'silence_first', params: { days } }
      const usual = Math.max(1, whole(rhythm.usualDays))
      if (days === 0) return { code: 'in_touch_now', params: { usual } }
      return { code: rhythm.usual > 0.3 ? 'silence_within_rhythm' : 'silence_beyond_rhythm', params: { days, usual } }
    }
    case 'habit': {
      if (!known) return { code: 'never_heard', params: {} }
      // Of one contact there is one thing to say.
      if (state.visits === 1) return { code: 'silence_first', params: { days } }
      const over = Math.max(1, ago(state.first))
      return { code: logit > 0 ? 'comes_often' : 'little_contact', params: { visits: state.visits, days: over } }
    }
    case 'touches': {
      if (state.unanswered > 0) return { code: 'touches_unanswered', params: { n: state.unanswered } }
      if (state.touches > 0 && state.lastTouch >= state.heard) return { code: 'touched_lately', params: { days: ago(state.lastTouch) } }
      return known ? { code: 'waits_for_us', params: { days: ago(state.heard || state.last) } } : undefined
    }
    case 'outcomes': {
      if (state.outcomes === 0) return undefined
      const anew = state.begun !== 0 && state.settled === state.bought
      return anew ? { code: 'new_after_purchase', params: { days: ago(state.bought), since: ago(state.begun) } } : { code: 'came_before', params: { times: state.outcomes, days: ago(state.lastOutcome) } }
    }
    case 'amount': return state.amount > 0 ? { code: 'amount_named', params: { amount: state.amount } } : undefined
    case 'source': return state.source ? { code: 'came_from', params: { source: state.source } } : undefined
    case 'ended': return { code: 'journey_ended', params: { days: ago(state.ended) } }
    default: return undefined
  }
}

function signalSentence(model: Model, state: State, atMs: number, type: string): Said | undefined {
  const trace = state.types[type]
  if (!trace) return undefined
  const [times, , last] = trace
  const days = whole((atMs - last) / dayMs)
  const quietDays = Math.round(state.quietBefore)
  // The quiet that ended belongs to this signal when it opened the newest visit.
  const brokeQuiet = quietDays >= 14 && state.starts.at(-1) === last && model.signals[type]?.active === true
  const again = state.pieces.filter(p => p[2] > 1).sort((a, b) => b[2] - a[2] || b[4] - a[4])[0]
  if ((model.signals[type]?.weight ?? 0) < 0) return { code: 'signal_against', params: { signal: type, days } }
  if (type === 'piece_viewed' && again) return { code: 'piece_again', params: { piece: again[1] || again[0], times: again[2], days: Math.max(1, Math.ceil((again[4] - again[3]) / dayMs)) } }
  if (type === 'voice' && brokeQuiet) return { code: 'voice_after_quiet', params: { quietDays } }
  // Only the newest quiet is remembered: of an older one it is said that it ended, not how long it was.
  if (brokeQuiet) return { code: 'back_after_quiet', params: { quietDays } }
  if (type === 'price_asked') return { code: 'asked_price', params: { days } }
  if (type === 'appointment_booked') return { code: 'appointment_booked', params: { days } }
  if (type === 'walk_in') return { code: 'walked_in', params: { days } }
  return { code: 'signal_seen', params: { signal: type, times, days } }
}

/** The remembered signals behind a sentence, newest first. */
function idsBehind(state: State, model: Model, group: string, type: string | undefined): string[] {
  const belongs = (of: string) => {
    const spec = model.signals[of]
    if (type !== undefined) return of === type
    if (group === 'touches') return spec?.touch === true
    if (group === 'outcomes') return spec?.outcome === true
    if (group === 'ended') return spec?.terminal === true
    return spec?.active === true
  }
  const ids = state.recent.filter(([, of]) => belongs(of)).map(([id]) => id)
  return group === 'silence' ? ids.slice(0, 1) : ids.slice(0, 8)
}
