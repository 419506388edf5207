import type { QueueName } from '#contracts'
import type { Conversation } from '../models/index.ts'

/** Who is looking: everything, one store's, what one advisor owns, or what no store has yet. */
export type Scope = 'all' | 'unplaced' | `store:${string}` | `owner:${string}`

/** Queues that `boxes` can answer. `mine` is the queue `all` in the scope of its owner. */
export type BoxQueue = Exclude<QueueName, 'mine'>

type Circumstances = Pick<Conversation, 'state' | 'snoozedUntil' | 'waitingSince' | 'mark' | 'nextAction' | 'ownerId' | 'storeIds' | 'tags' | 'mergedInto'>

/** The queues that a conversation stands in at `now` (milliseconds). A closed or snoozed one stands in no other. */
export function queuesOf(conversation: Circumstances, now: number): BoxQueue[] {
  if (conversation.state === 'closed') return ['closed']
  if (conversation.snoozedUntil && conversation.snoozedUntil.getTime() > now) return ['snoozed']
  const queues: BoxQueue[] = ['all']
  const waiting = conversation.waitingSince != null
  const ready = conversation.mark === 'ready' || conversation.nextAction === 'ready'
  const warming = !ready && (conversation.mark === 'warming' || (conversation.nextAction === 'involve' && !waiting))
  const quiet = conversation.mark === 'let_be' || conversation.nextAction === 'wait' || conversation.nextAction === 'suppress'
  if (ready) queues.push('ready')
  if (waiting) queues.push('answer')
  if (warming) queues.push('warming')
  if (quiet && !waiting && !ready && !warming) queues.push('let_be')
  if (!conversation.ownerId) queues.push('unassigned')
  return queues
}

/** Key of one queue in one scope, as it stands in `boxes`. */
export function box(scope: Scope, queue: BoxQueue): string {
  return `${scope}|${queue}`
}

/** Where a conversation stands as a whole; each is in exactly one of these. */
const standings = ['all', 'closed', 'snoozed'] as const
export type Standing = (typeof standings)[number]

/** Key of what carries one tag in one scope, as far as it stands in `standing`. */
export function tagBox(scope: Scope, standing: Standing, tag: string): string {
  return `${scope}|${standing}#${tag}`
}

/**
 * Every list that a conversation stands in, as `SCOPE|QUEUE` and, for its tags, `SCOPE|STANDING#TAG`. Stored on it and indexed together with `lastAt`, so
 * that a page of any queue in any scope is one range of one index. Must be set anew with every change of the fields it reads. What was merged into
 * another conversation stands in none.
 */
export function boxesOf(conversation: Circumstances, now: number): string[] {
  if (conversation.mergedInto) return []
  const scopes: Scope[] = ['all', ...conversation.storeIds.map((id): Scope => `store:${id}`)]
  if (conversation.storeIds.length === 0) scopes.push('unplaced')
  if (conversation.ownerId) scopes.push(`owner:${conversation.ownerId}`)
  const queues = queuesOf(conversation, now)
  const standing = standings.find(name => queues.includes(name)) ?? 'all'
  return scopes.flatMap(scope => [...queues.map(queue => box(scope, queue)), ...conversation.tags.map(tag => tagBox(scope, standing, tag))])
}
