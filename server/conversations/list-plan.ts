import type { QueueName } from '#contracts'
import type { Actor } from '../accounts/index.ts'
import type { Scope } from './boxes.ts'
import type { Filter } from './filters.ts'
import { trusted } from 'mongoose'
import { box, tagBox } from './boxes.ts'
import { allOf } from './filters.ts'
import { listScopes } from './scopes.ts'

/** What a list shows: a queue, narrowed. */
export type ListFilter = { queue: QueueName, storeId?: string | undefined, ownerId?: string | undefined, tag?: string | undefined }

/** A list as ranges of the index on `boxes`, and what the ranges cannot say. */
export type ListPlan = { boxes: string[], rest: Filter }

/**
 * How a list is read for `actor`. Narrowing never widens: whatever is asked for, only what `maySee` allows is found. Queue and tag, in one scope each, are the
 * index's own ranges; only a second narrowing is looked up on the documents.
 */
export function listPlan(actor: Actor, filter: ListFilter): ListPlan {
  const { scopes, rest } = scopesFor(actor, filter)
  const queue = filter.queue === 'mine' ? 'all' : filter.queue
  const inQueue = scopes.map(scope => box(scope, queue))
  if (filter.tag === undefined) return { boxes: inQueue, rest }
  const { tag } = filter
  if (queue === 'all' || queue === 'closed' || queue === 'snoozed') return { boxes: scopes.map(scope => tagBox(scope, queue, tag)), rest }
  // The queues of today's work are short, the others may be as long as the house is large.
  if (queue === 'ready' || queue === 'answer') return { boxes: inQueue, rest: { ...rest, tags: tag } }
  return { boxes: scopes.map(scope => tagBox(scope, 'all', tag)), rest: allOf(rest, { boxes: trusted({ $in: inQueue }) }) }
}

function scopesFor(actor: Actor, { queue, storeId, ownerId }: ListFilter): { scopes: Scope[], rest: Filter } {
  const visible = listScopes(actor)
  const owner = queue === 'mine' ? actor.id : ownerId
  // Somebody else's list asked for as one's own is nobody's.
  if (queue === 'mine' && ownerId !== undefined && ownerId !== actor.id) return { scopes: [], rest: {} }
  if (owner !== undefined) {
    const own = owner === actor.id ? {} : sightFilter(actor)
    return { scopes: [`owner:${owner}`], rest: { ...own, ...(storeId === undefined ? {} : { storeIds: storeId }) } }
  }
  if (storeId === undefined) return { scopes: visible, rest: {} }
  return { scopes: [`store:${storeId}`], rest: visible.includes(`store:${storeId}`) ? {} : sightFilter(actor) }
}

/** What `maySee` says, as part of a query; empty for those who see everything. */
export function sightFilter(actor: Actor): Filter {
  if (actor.kind === 'key' || listScopes(actor).includes('all')) return {}
  return { $or: [{ storeIds: trusted({ $in: actor.storeIds }) }, { storeIds: trusted({ $size: 0 }) }, { ownerId: actor.id }] }
}
