import { isNumber, toNumber } from './bson/numbers.ts'
import { fail } from './errors.ts'

const INT32_MAX = 0x7FFFFFFF

/**
 * How long an operation may work, `maxTimeMS`: the time between `begin` and `end` counts, over all batches of a cursor together.
 * https://www.mongodb.com/docs/manual/reference/method/cursor.maxTimeMS/
 */
export class TimeLimit {
  private left: number
  private since: number | undefined

  constructor(millis: number) {
    this.left = millis
  }

  begin(): void {
    this.since = performance.now()
  }

  end(): void {
    this.left -= this.since === undefined ? 0 : performance.now() - this.since
    this.since = undefined
  }

  /** @throws DatastoreError MaxTimeMSExpired (50) when the time is over */
  check(): void {
    if (this.since !== undefined && performance.now() - this.since > this.left)
      fail('MaxTimeMSExpired', 'operation exceeded time limit')
  }
}

/** The limit that a command's `maxTimeMS` sets, begun now; none when it is 0 or missing. @throws DatastoreError TypeMismatch (14) or BadValue (2) */
export function timeLimitOf(value: unknown): TimeLimit | undefined {
  if (value === undefined || value === null)
    return undefined
  if (!isNumber(value))
    return fail('TypeMismatch', 'BSON field \'maxTimeMS\' is the wrong type, expected a number')
  const millis = toNumber(value)
  if (!Number.isInteger(millis) || millis < 0 || millis > INT32_MAX)
    fail('BadValue', `${millis} value for maxTimeMS is out of range [0, ${INT32_MAX}]`)
  if (millis === 0)
    return undefined
  const limit = new TimeLimit(millis)
  limit.begin()
  return limit
}
