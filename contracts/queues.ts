import type { QueueName } from './inbox.ts'
import type { NextActionKind, ReadinessMark } from './readiness.ts'

/** What decides in which work queues a conversation stands. Times in milliseconds since the epoch. */
export interface Standing {
  state: 'open' | 'closed'
  snoozedUntil: number | null
  /** The customer waits for our answer. */
  waiting: boolean
  owned: boolean
  mark: ReadinessMark
  nextAction: NextActionKind
}

/**
 * The queues that a conversation stands in at `now`. A closed or snoozed one stands in no other. `mine` is not among them: it is whatever stands in
 * `all` and belongs to the reader. Server and interface both ask this, so that a row never stands where a reload would not show it.
 */
export function queuesOf(standing: Standing, now: number): Exclude<QueueName, 'mine'>[] {
  const { state, snoozedUntil, waiting, owned, mark, nextAction } = standing
  if (state === 'closed') return ['closed']
  if (snoozedUntil !== null && snoozedUntil > now) return ['snoozed']
  const ready = mark === 'ready' || nextAction === 'ready'
  const warming = !ready && (mark === 'warming' || (nextAction === 'involve' && !waiting))
  const quiet = mark === 'let_be' || nextAction === 'wait' || nextAction === 'suppress'
  const queues: Exclude<QueueName, 'mine'>[] = ['all']
  if (ready) queues.push('ready')
  if (waiting) queues.push('answer')
  if (warming) queues.push('warming')
  if (quiet && !waiting && !ready && !warming) queues.push('let_be')
  if (!owned) queues.push('unassigned')
  return queues
}
