import type { Place } from './cursor.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newestFirst } from './cursor.ts'
import { mergeNewest } from './merge.ts'

const identity = (place: Place) => place
/** Few times and ids, so that there are many ties. */
const place = fc.record({ at: fc.integer({ min: 0, max: 6 }), id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'), rank: fc.constantFrom(0, 1) })
const key = ({ at, id, rank }: Place) => `${at}|${id}|${rank}`
/** Everything at most once by id and rank, as a store holds it. */
const world = fc.uniqueArray(place, { selector: ({ id, rank }) => `${id}|${rank}`, maxLength: 14 })

describe('several lists as one', () => {
  it('paging through them gives everything once and in order, wherever each thing stands', () => {
    fc.assert(fc.property(world, fc.infiniteStream(fc.integer({ min: 1, max: 7 })), fc.integer({ min: 1, max: 4 }), (things, choices, limit) => {
      const standings = new Map(things.map(thing => [key(thing), choices.next().value as number]))
      const read = (list: number, after: Place | null) => things
        .filter(thing => (standings.get(key(thing))! & (1 << list)) !== 0 && (!after || newestFirst(thing, after) > 0))
        .sort(newestFirst)
        .slice(0, limit + 1)
      const seen: Place[] = []
      let last: Place | null = null
      for (let page = 0; page <= things.length; page++) {
        const merged: { items: Place[], last: Place | null } = mergeNewest([0, 1, 2].map(list => read(list, last)), identity, limit)
        seen.push(...merged.items)
        last = merged.last
        if (!last) break
        expect(merged.items).toHaveLength(limit)
      }
      expect(last).toBeNull()
      expect(seen.map(key)).toEqual([...things].sort(newestFirst).map(key))
    }))
  })

  it('takes what moved between two reads once, where it is newest', () => {
    const merged = mergeNewest([[{ at: 9, id: 'moved', rank: 0 }, { at: 5, id: 'x', rank: 0 }], [{ at: 7, id: 'y', rank: 0 }, { at: 3, id: 'moved', rank: 0 }]], identity, 10)
    expect(merged).toEqual({ items: [{ at: 9, id: 'moved', rank: 0 }, { at: 7, id: 'y', rank: 0 }, { at: 5, id: 'x', rank: 0 }], last: null })
  })
})
