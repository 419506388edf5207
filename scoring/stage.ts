import type { Momentum, NextActionKind, ReadinessMark, Stage } from '#contracts'
import type { Model } from './model.ts'
import type { Rhythm } from './rhythm.ts'
import type { State } from './state.ts'
import { dayMs } from './state.ts'

/** Whether what somebody was deciding has come to an end other than a purchase that leaves them a customer, and nothing new has come since. */
export function isOver({ ended, settled, bought, level }: State): boolean {
  return ended !== 0 || (settled !== 0 && settled !== bought && level < 2)
}

/**
 * Where someone stands. The depth of the decision was kept with hysteresis while folding, so one signal more or less does not make it
 * flicker; silence far beyond the own rhythm makes dormant, a calibrated probability above the threshold makes ready. A purchase makes an owner, until a
 * new interest has gone beyond a first look.
 */
export function stageAt(model: Model, state: State, atMs: number, p30: number, rhythm: Rhythm): Stage {
  if (state.visits === 0) return 'discovering'
  const sinceOutcome = state.outcomes === 0 ? Infinity : (atMs - state.lastOutcome) / dayMs
  const owner = state.bought !== 0
  if (isOver(state)) return owner ? 'owner' : 'dormant'
  if (p30 >= model.readyAt && (state.level >= 2 || owner) && sinceOutcome > 3) return 'ready'
  if (owner && state.level < 2 && (rhythm.usual > 0.02 || sinceOutcome < 365)) return 'owner'
  if (rhythm.alive < 0.2 || (rhythm.usual < 0.02 && rhythm.silence > 30)) return 'dormant'
  return (['discovering', 'discovering', 'exploring', 'considering', 'deciding'] as const)[state.level] ?? 'discovering'
}

/** The mark on a list row. It never says otherwise than the advice: who must be left in peace is not ready, and whom to write a word is not let be. */
export function markOf(stage: Stage, momentum: Momentum, advice: NextActionKind): ReadinessMark {
  if (advice === 'suppress') return 'let_be'
  if (stage === 'ready') return 'ready'
  if (momentum === 'warming') return 'warming'
  if (stage === 'owner') return 'owner'
  if (advice === 'wait' && (stage === 'dormant' || momentum === 'cooling')) return 'let_be'
  return 'steady'
}
