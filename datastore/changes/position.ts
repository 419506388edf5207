import { Buffer } from 'node:buffer'
import { Timestamp } from 'bson'

/**
 * A place in the order of all changes, as MongoDB's cluster time: seconds in the upper 32 bits, a number within
 * the second in the lower ones. Bigger is later; no two changes have the same.
 */
export type Position = bigint

/** Before everything. */
export const BEGINNING: Position = 0n

const SECOND = 1n << 32n

/** The next position after `last` at a time: it follows the clock, and goes on counting where the clock stands still or was set back. */
export function positionAfter(last: Position, now: Date): Position {
  const clock = BigInt(Math.floor(now.getTime() / 1000)) * SECOND + 1n
  return clock > last ? clock : last + 1n
}

/** A position as BSON shows it. */
export function toTimestamp(position: Position): Timestamp {
  return new Timestamp(position)
}

/** The position that a BSON timestamp stands for. */
export function fromTimestamp(timestamp: Timestamp): Position {
  return BigInt(timestamp.getHighBitsUnsigned()) * SECOND + BigInt(timestamp.getLowBitsUnsigned())
}

/** Eight bytes that sort as positions do. */
export function positionBytes(position: Position): Buffer {
  const bytes = Buffer.allocUnsafe(8)
  bytes.writeBigUInt64BE(position, 0)
  return bytes
}
