import type { Place } from './cursor.ts'
import { trusted } from 'mongoose'

export type Filter = Record<string, unknown>

/** All of some filters at once. */
export function allOf(...parts: readonly Filter[]): Filter {
  const said = parts.filter(part => Object.keys(part).length > 0)
  return said.length > 1 ? { $and: said } : said[0] ?? {}
}

/**
 * Filter parts for what stands after `place` in a list sorted by `field` and `_id`, newest first. The bound on `field` makes it an index range;
 * the second part only takes away what shares the millisecond.
 * @param field name of the date field
 * @param place where the page before ended; null for the first page
 * @param rank of the collection that is read: at the same time and id, a lower rank comes later
 */
export function olderThan(field: 'at' | 'lastAt' | 'createdAt', place: Place | null, rank = 0): Filter {
  if (!place) return {}
  const at = new Date(place.at)
  return {
    [field]: trusted({ $lte: at }),
    $or: [
      { [field]: trusted({ $lt: at }) },
      { _id: trusted(rank < place.rank ? { $lte: place.id } : { $lt: place.id }) },
    ],
  }
}
