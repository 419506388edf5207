import type { StringKey } from '../bson/compare.ts'
import type { Condition } from '../query/filter.ts'
import type { Interval } from './intervals.ts'
import { Buffer } from 'node:buffer'
import { BSONRegExp, MaxKey, MinKey } from 'bson'
import { ORDER, typeOrder } from '../bson/compare.ts'
import { isNumber, toNumber } from '../bson/numbers.ts'
import { printValue } from '../print.ts'
import { anchoredPrefix } from '../query/regex.ts'
import { KeyWriter } from '../storage/keys.ts'
import { everything, intersect, keyOf, point, unite, wholeType } from './intervals.ts'

/**
 * Where in an index the documents that meet a condition have their keys. `exact` says that every
 * document with a key there meets the condition, so that it need not be looked at again.
 */
export interface Bounds { intervals: Interval[], exact: boolean }

/** The bounds of a condition on an indexed field; undefined when the index does not narrow it. */
export function boundsOf(condition: Condition, stringKey?: StringKey): Bounds | undefined {
  switch (condition.op) {
    case 'eq':
      return equality(condition.value, stringKey)
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return comparison(condition.op, condition.value, stringKey)
    case 'in': {
      const parts = condition.values.map(value => value instanceof BSONRegExp || value instanceof RegExp ? undefined : equality(value, stringKey))
      if (parts.includes(undefined))
        return undefined
      const known = parts.filter(part => part !== undefined)
      return { intervals: unite(known.flatMap(part => part.intervals)), exact: known.every(part => part.exact) }
    }
    case 'regex':
      return stringKey ? undefined : pattern(condition.regex, condition.source)
    case 'elemValue':
      return allOf(condition.conditions.filter(test => !test.negated).map(test => boundsOf(test.condition, stringKey)))
    case 'all':
      // Any one of the wanted values leads to all documents that have them all.
      return condition.conditions.length === 0 ? { intervals: [], exact: true } : inexact(condition.conditions.map(child => boundsOf(child, stringKey)).find(bounds => bounds !== undefined))
    default:
      return undefined
  }
}

function inexact(bounds: Bounds | undefined): Bounds | undefined {
  return bounds && { ...bounds, exact: false }
}

/** An element that meets several conditions at once lies where all their bounds overlap. */
function allOf(parts: (Bounds | undefined)[]): Bounds | undefined {
  const known = parts.filter(part => part !== undefined)
  if (known.length === 0)
    return undefined
  return { intervals: known.map(part => part.intervals).reduce(intersect), exact: false }
}

function equality(value: unknown, stringKey: StringKey | undefined): Bounds {
  if (value === null || value === undefined)
    return { intervals: [point(Buffer.from([ORDER.null]), () => 'null')], exact: false }
  if (Array.isArray(value)) {
    const whole = point(keyOf(value, stringKey), () => printValue(value))
    const first = value.length === 0 ? point(new KeyWriter().empty().take(), () => 'undefined') : point(keyOf(value[0], stringKey), () => printValue(value[0]))
    return { intervals: unite([whole, first]), exact: false }
  }
  return { intervals: [point(keyOf(value, stringKey), () => printValue(value))], exact: true }
}

function comparison(op: 'gt' | 'gte' | 'lt' | 'lte', value: unknown, stringKey: StringKey | undefined): Bounds {
  if (value instanceof MinKey || value instanceof MaxKey || Array.isArray(value))
    return { intervals: [everything()], exact: false }
  if (value === null || value === undefined)
    return op === 'gte' || op === 'lte' ? equality(null, stringKey) : { intervals: [], exact: true }
  const order = typeOrder(value)
  const bracket = wholeType(order)
  const key = keyOf(value, stringKey)
  if (order === ORDER.number) {
    if (isNumber(value) && Number.isNaN(toNumber(value)))
      return op === 'gte' || op === 'lte' ? equality(value, stringKey) : { intervals: [], exact: true }
    // NaN is filed below all numbers, but no comparison with a number finds it.
    bracket.low = { prefix: keyOf(Number.NaN), included: false }
  }
  const infinite = order === ORDER.number ? ['-inf', 'inf'] : order === ORDER.string ? ['""', '{}'] : ['MinKey', 'MaxKey']
  const above = op === 'gt' || op === 'gte'
  const end = { prefix: key, included: op === 'gte' || op === 'lte' }
  return {
    intervals: [above
      ? { low: end, high: bracket.high, label: () => `${op === 'gte' ? '[' : '('}${printValue(value)}, ${infinite[1]}]` }
      : { low: bracket.low, high: end, label: () => `[${infinite[0]}, ${printValue(value)}${op === 'lte' ? ']' : ')'}` }],
    exact: order !== ORDER.object,
  }
}

function pattern(regex: RegExp, source: BSONRegExp): Bounds | undefined {
  const found = anchoredPrefix(regex)
  if (!found)
    return undefined
  const whole = keyOf(found.prefix)
  const prefix = whole.subarray(0, whole.length - 2)
  const strings: Interval = { low: { prefix, included: true }, high: { prefix, included: true }, label: () => `["${found.prefix}", …)` }
  return { intervals: unite([strings, point(keyOf(source), () => printValue(source))]), exact: found.whole }
}
