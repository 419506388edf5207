import type { QueueName, Standing } from '#contracts'
import type { Conversation } from '../models/index.ts'
import { queuesOf } from '#contracts'

/** Who is looking: everything, one store's, what one advisor owns, or what no store has yet. */
export type Scope = 'all' | 'unplaced' | `store:${string}` | `owner:${string}`

/** Queues that `boxes` can answer. `mine` is the queue `all` in the scope of its owner. */
export type BoxQueue = Exclude<QueueName, 'mine'>

type Circumstances = Pick<Conversation, 'state' | 'snoozedUntil' | 'waitingSince' | 'mark' | 'nextAction' | 'ownerId' | 'storeIds' | 'tags' | 'mergedInto'>

function standingOf(conversation: Circumstances): Standing {
  const { state, snoozedUntil, waitingSince, ownerId, mark, nextAction } = conversation
  return { state, snoozedUntil: snoozedUntil?.getTime() ?? null, waiting: waitingSince != null, owned: Boolean(ownerId), mark, nextAction }
}

/** Key of one queue in one scope, as it stands in `boxes`. */
export function box(scope: Scope, queue: BoxQueue): string {
  return `${scope}|${queue}`
}

/** Where a conversation stands as a whole; each is in exactly one of these. */
const wholes = ['all', 'closed', 'snoozed'] as const
export type Whole = (typeof wholes)[number]

/** Key of what carries one tag in one scope, as far as it stands in `standing`. */
export function tagBox(scope: Scope, standing: Whole, tag: string): string {
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
  const queues = queuesOf(standingOf(conversation), now)
  const standing = wholes.find(name => queues.includes(name)) ?? 'all'
  return scopes.flatMap(scope => [...queues.map(queue => box(scope, queue)), ...conversation.tags.map(tag => tagBox(scope, standing, tag))])
}
