import type { Conversation, Customer, MergeSides } from '../../models/index.ts'
import { joinedCustomer } from './join.ts'

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null)

/** What either had alone goes with them; what came since the merge, and what both had, stays. */
function withoutOf<T>(now: readonly T[], winner: readonly T[], loser: readonly T[]): T[] {
  const has = (list: readonly T[], value: T) => list.some(one => same(one, value))
  return now.filter(value => has(winner, value) || !has(loser, value))
}

/**
 * The customer who stayed, without what the merge brought them. What somebody has said of them since is not taken back: a field returns to what it was only
 * while it still says what the merge made it say.
 */
export function separatedCustomer(now: Customer, { winner: { customer: winner }, loser: { customer: loser } }: MergeSides): Customer {
  const joined = joinedCustomer(winner, loser)
  const renamed = !same(now.name, joined.name) || now.nameSource !== joined.nameSource
  const back = <K extends keyof Customer>(key: K): Customer[K] => same(now[key], joined[key]) ? winner[key] : now[key]
  return {
    ...now,
    ...(renamed ? {} : { name: winner.name, nameSource: winner.nameSource }),
    city: back('city'),
    country: back('country'),
    timeZone: back('timeZone'),
    locale: back('locale'),
    firstTouch: back('firstTouch'),
    optedOutAt: back('optedOutAt'),
    createdAt: winner.createdAt,
    tags: withoutOf(now.tags, winner.tags, loser.tags),
    keyDates: withoutOf(now.keyDates, winner.keyDates, loser.keyDates),
  }
}

/** Lanes that were the other's alone: what came through them since goes with them. */
export function lanesOfLoser({ winner, loser }: MergeSides): string[] {
  const kept = new Set(winner.conversation?.lanes.map(lane => lane.id))
  return (loser.conversation?.lanes ?? []).map(lane => lane.id).filter(id => !kept.has(id))
}

/** The row that stayed, without lanes, stores, unread messages and owner that it had from the other. */
export function separatedRow(now: Conversation, before: MergeSides, mergeId: string): Conversation {
  const { winner: { conversation: winner }, loser: { conversation: loser } } = before
  const gone = new Set(lanesOfLoser(before))
  const lanes = now.lanes.filter(lane => !gone.has(lane.id))
  const stores = new Set([...winner?.storeIds ?? [], ...lanes.flatMap(lane => lane.storeId ?? [])])
  const tookOwner = !winner?.ownerId && now.ownerId === loser?.ownerId
  const absorbed = now.absorbed.includes(mergeId)
  return {
    ...now,
    lanes,
    storeIds: now.storeIds.filter(id => stores.has(id) || !loser?.storeIds.includes(id)),
    storeId: now.storeId != null && !stores.has(now.storeId) && loser?.storeIds.includes(now.storeId) ? winner?.storeId ?? null : now.storeId ?? null,
    channel: lanes.some(lane => lane.channel === now.channel) ? now.channel : winner?.channel ?? now.channel,
    ownerId: tookOwner ? null : now.ownerId ?? null,
    unread: Math.max(0, now.unread - (absorbed ? loser?.unread ?? 0 : 0)),
    absorbed: now.absorbed.filter(id => id !== mergeId),
  }
}
