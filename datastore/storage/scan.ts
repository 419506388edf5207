import type { ReadTable } from './read-view.ts'
import { Buffer } from 'node:buffer'

/** A range of keys: `from` ≤ key < `to`. */
export interface KeyRange { from: Buffer, to: Buffer }

/** One entry of a table. */
export interface Entry { key: Buffer, value: Buffer }

const FIRST_CHUNK = 32
const LARGEST_CHUNK = 512
const ZERO = Buffer.from([0])

/**
 * The entries of a range in order, or in reverse. They are read in growing pieces and the table is asked anew
 * for each piece, so that no read transaction stays open while the caller waits, and a caller who stops early
 * has read little. What other writers do meanwhile ahead of the scan is seen.
 */
export function* scanRange(table: ReadTable, range: KeyRange, reverse: boolean): Generator<Entry> {
  let size = FIRST_CHUNK
  let { from, to } = range
  for (;;) {
    const options = reverse
      ? { start: to, end: from, reverse: true, exclusiveStart: true, inclusiveEnd: true, limit: size }
      : { start: from, end: to, limit: size }
    const piece: Entry[] = []
    for (const entry of table.getRange(options))
      piece.push(entry)
    yield* piece
    if (piece.length < size)
      return
    const last = piece.at(-1)!.key
    if (reverse)
      to = last
    else
      from = Buffer.concat([last, ZERO])
    size = Math.min(size * 4, LARGEST_CHUNK)
  }
}

/** The first key after all keys that begin with `prefix`. */
export function afterPrefix(prefix: Buffer): Buffer {
  let end = prefix.length
  while (end > 0 && prefix[end - 1] === 0xFF)
    end--
  const next = Buffer.from(prefix.subarray(0, end))
  if (end > 0)
    next[end - 1]!++
  return next
}
