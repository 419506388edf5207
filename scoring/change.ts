import type { Model } from './model.ts'
import type { State } from './state.ts'
import { fold } from './fold.ts'
import { chance } from './forecast.ts'
import { dayMs } from './state.ts'

/** Codes of what would change a reading, with their parameters. */
export const changeCodes = {
  if_signal: ['signal'],
  if_quiet: ['days'],
} as const

/** What would change the reading, computed by letting it happen: p of the middle horizon now, and then. */
export type Change = { code: keyof typeof changeCodes, params: Record<string, string | number>, now: number, then: number }

const questions = ['appointment_booked', 'price_asked', 'voice', 'piece_viewed', 'walk_in', 'message', 'complaint'] as const

/**
 * What would change this most: a signal next, or more quiet. Each is folded into a copy of the state and forecast anew. The strongest
 * `count`, of which at least one is quiet.
 */
export function whatWouldChange(model: Model, state: State, atMs: number, count = 3): Change[] {
  const head = model.heads[Math.min(1, model.heads.length - 1)]
  if (!head) return []
  const at = Math.max(atMs, state.folded > 0 ? state.ref : atMs)
  const now = chance(model, head, state, at)
  const bySize = (a: Change, b: Change) => Math.abs(b.then - b.now) - Math.abs(a.then - a.now)
  const signals = questions
    .filter(type => Object.hasOwn(model.signals, type))
    .map((type): Change => ({ code: 'if_signal', params: { signal: type }, now, then: chance(model, head, fold(model, state, { type, at }), at) }))
    .sort(bySize)
  const quiet = [7, 14, 30]
    .map((days): Change => ({ code: 'if_quiet', params: { days }, now, then: chance(model, head, state, at + days * dayMs) }))
    .sort(bySize)
  return [...signals.slice(0, count - 1), ...quiet.slice(0, 1)].sort(bySize)
}
