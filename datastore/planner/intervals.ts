import type { StringKey } from '../bson/compare.ts'
import type { KeyRange } from '../storage/scan.ts'
import { Buffer } from 'node:buffer'
import { ORDER } from '../bson/compare.ts'
import { KeyWriter } from '../storage/keys.ts'
import { afterPrefix } from '../storage/scan.ts'

/** An end of an interval: the keys beginning with `prefix` belong to it or lie outside of it. */
export interface End { prefix: Buffer, included: boolean }

/** Values of one index field between two ends, by their ascending keys. `label` says how `explain` writes it. */
export interface Interval { low: End, high: End, label: () => string }

const writer = new KeyWriter()

/** The ascending key of a value. */
export function keyOf(value: unknown, stringKey?: StringKey): Buffer {
  return writer.value(value, false, stringKey).take()
}

/** All values there are. */
export function everything(): Interval {
  return { low: { prefix: Buffer.from([0]), included: true }, high: { prefix: Buffer.from([ORDER.maxKey]), included: true }, label: () => '[MinKey, MaxKey]' }
}

/** All values of a type, by its place in the order. */
export function wholeType(order: number): Interval {
  const prefix = Buffer.from([order])
  return { low: { prefix, included: true }, high: { prefix, included: true }, label: () => '' }
}

/** Exactly the values with this key. */
export function point(prefix: Buffer, label: () => string): Interval {
  return { low: { prefix, included: true }, high: { prefix, included: true }, label: () => `[${label()}, ${label()}]` }
}

/** Types that have one value only, whose key is the type alone. */
const SINGLE_VALUED: readonly number[] = [ORDER.minKey, ORDER.empty, ORDER.null, ORDER.maxKey]

/** Whether an interval holds one key only, so that the index is in the order of its next field within it. */
export function isPoint(interval: Interval): boolean {
  const { low, high } = interval
  return low.included && high.included && (low.prefix === high.prefix || low.prefix.equals(high.prefix)) && (low.prefix.length > 1 || SINGLE_VALUED.includes(low.prefix[0]!))
}

const start = (low: End): Buffer => low.included ? low.prefix : afterPrefix(low.prefix)
const stop = (high: End): Buffer => high.included ? afterPrefix(high.prefix) : high.prefix

/** Intervals in order, without overlaps. */
export function unite(intervals: readonly Interval[]): Interval[] {
  const sorted = [...intervals].sort((a, b) => Buffer.compare(start(a.low), start(b.low)))
  const united: Interval[] = []
  for (const interval of sorted) {
    if (Buffer.compare(start(interval.low), stop(interval.high)) >= 0)
      continue
    const last = united.at(-1)
    if (!last || Buffer.compare(stop(last.high), start(interval.low)) <= 0)
      united.push(interval)
    else if (Buffer.compare(stop(last.high), stop(interval.high)) < 0)
      united[united.length - 1] = { low: last.low, high: interval.high, label: () => `${last.label()} ∪ ${interval.label()}` }
  }
  return united
}

/** The values that lie in both of two lists of intervals. */
export function intersect(a: readonly Interval[], b: readonly Interval[]): Interval[] {
  const common: Interval[] = []
  for (const x of a) {
    for (const y of b) {
      const low = Buffer.compare(start(x.low), start(y.low)) >= 0 ? x.low : y.low
      const high = Buffer.compare(stop(x.high), stop(y.high)) <= 0 ? x.high : y.high
      if (Buffer.compare(start(low), stop(high)) < 0)
        common.push({ low, high, label: low === x.low && high === x.high ? x.label : low === y.low && high === y.high ? y.label : () => `${x.label()} ∩ ${y.label()}` })
    }
  }
  return unite(common)
}

function inverted(bytes: Buffer): Buffer {
  const turned = Buffer.from(bytes)
  for (let i = 0; i < turned.length; i++)
    turned[i] = ~turned[i]! & 0xFF
  return turned
}

/** The range of stored keys that an interval of a field is, after the keys of the fields before it. */
export function storedRange(prefix: Buffer, interval: Interval, descending: boolean): KeyRange {
  const low = descending ? { prefix: inverted(interval.high.prefix), included: interval.high.included } : interval.low
  const high = descending ? { prefix: inverted(interval.low.prefix), included: interval.low.included } : interval.high
  if (isPoint(interval)) {
    const from = Buffer.concat([prefix, low.prefix])
    return { from, to: afterPrefix(from) }
  }
  return {
    from: start({ prefix: Buffer.concat([prefix, low.prefix]), included: low.included }),
    to: stop({ prefix: Buffer.concat([prefix, high.prefix]), included: high.included }),
  }
}

/** The stored form of a single key of a field. */
export function storedPoint(interval: Interval, descending: boolean): Buffer {
  return descending ? inverted(interval.low.prefix) : interval.low.prefix
}
