import type { Place } from './cursor.ts'
import { newestFirst } from './cursor.ts'

/**
 * The first `limit` of several lists that are each in order, newest first. What stands in two of them is taken once, where it is newest: a row that moved
 * between two reads stands at two places. When each list was read `limit + 1` deep, `last` is where the next page goes on, or null when there is
 * nothing further.
 */
export function mergeNewest<T>(lists: readonly (readonly T[])[], placeOf: (item: T) => Place, limit: number): { items: T[], last: Place | null } {
  const heads = lists.map(() => 0)
  const items: T[] = []
  const taken = new Set<string>()
  let last: Place | null = null
  for (;;) {
    let best: { item: T, place: Place } | null = null
    for (let i = 0; i < lists.length; i++) {
      const item = lists[i]![heads[i]!]
      if (item === undefined) continue
      const place = placeOf(item)
      if (!best || newestFirst(place, best.place) < 0) best = { item, place }
    }
    if (!best) return { items, last: null }
    const key = `${best.place.rank} ${best.place.id}`
    if (items.length === limit && !taken.has(key)) return { items, last }
    for (let i = 0; i < lists.length; i++) {
      const item = lists[i]![heads[i]!]
      if (item !== undefined && newestFirst(placeOf(item), best.place) === 0) heads[i]!++
    }
    if (taken.has(key)) continue
    taken.add(key)
    items.push(best.item)
    last = best.place
  }
}
