import type { NextAction } from '#contracts'

/** What an automation was let do, with the chance of it that must be kept beside it: without the chance nothing can be learnt from what came. */
export type Explored = {
  /** Whether to contact the person now. */
  act: boolean
  /** Chance that `act` came out as it did, 0…1. */
  chance: number
  /** Whether it is not what was advised. */
  explored: boolean
}

/** How often an automation leaves the choice to chance. */
export const explorationRate = 0.05

/**
 * Whether an automation contacts somebody: as advised, but for one time in twenty, when a coin decides. Whoever must be left alone (an opt-out, a complaint, five
 * touches unanswered) is `forbidden`, and left alone with chance 1: that is no advice to try out. `advised`: the advice is to contact; `draw`: a number in
 * 0…1, by chance.
 */
export function explore(advised: boolean, { draw, forbidden = false, rate = explorationRate }: { draw: number, forbidden?: boolean, rate?: number }): Explored {
  if (forbidden) return { act: false, chance: 1, explored: false }
  const chanceToAct = advised ? 1 - rate / 2 : rate / 2
  const act = draw < chanceToAct
  const explored = act !== advised
  return { act, chance: explored ? rate / 2 : 1 - rate / 2, explored }
}

/** Waits that are no matter of taste: somebody was just here, has not answered, or is not known. */
const considerate = new Set(['just_came', 'enough_touches', 'nothing_known'])

/**
 * `explore` over a next action: what an automation asks before it writes to somebody. Waits while a silence is ordinary or long are tried out, so that what contact
 * gains can be learnt of those who are let be as well; `suppress` and waits out of consideration never are. Keep `chance` beside the contact, or beside its
 * being left out.
 */
export function exploreAdvice({ kind, reason }: Pick<NextAction, 'kind' | 'reason'>, draw: number): Explored {
  return explore(kind !== 'wait' && kind !== 'suppress', { draw, forbidden: kind === 'suppress' || (kind === 'wait' && considerate.has(reason.code)) })
}
