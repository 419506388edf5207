import { Buffer } from 'node:buffer'
import { LoupeError } from '../platform/errors.ts'

/**
 * A place in an order by time and id, which is total: entries of one millisecond are told apart by their ids, and by `rank` where several
 * collections are read together.
 */
export type Place = { at: number, id: string, rank: number }

/** Latest time that a JavaScript date can hold, ms. */
const maxTime = 8.64e15
const pattern = /^([a-z])(-?\d{1,16})\.(\d)\.([\w:-]{1,80})$/

/** A place as opaque text; `kind` is one small letter that keeps a cursor of one list from being used in another. */
export function encodeCursor(kind: string, place: Place): string {
  return Buffer.from(`${kind}${place.at}.${place.rank}.${place.id}`).toString('base64url')
}

/** Reads what {@link encodeCursor} wrote. Throws `invalid` for anything else. */
export function decodeCursor(kind: string, cursor: string | undefined): Place | null {
  if (cursor === undefined) return null
  const found = pattern.exec(cursor.length <= 160 ? Buffer.from(cursor, 'base64url').toString('latin1') : '')
  const at = Number(found?.[2])
  if (!found || found[1] !== kind || !(Math.abs(at) <= maxTime)) throw new LoupeError('invalid', 'This cursor is none of ours. Start again without one.')
  return { at, rank: Number(found[3]), id: found[4]! }
}

/** Below zero when `a` is newer than `b`: the order of every list. */
export function newestFirst(a: Place, b: Place): number {
  return b.at - a.at || (a.id < b.id ? 1 : a.id > b.id ? -1 : b.rank - a.rank)
}
