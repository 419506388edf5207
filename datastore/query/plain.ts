import { BSONRegExp, BSONSymbol, Double, Int32, Long } from 'bson'
import { setField } from '../bson/decode.ts'
import { isDocument } from './paths.ts'
import { toRegExp } from './regex.ts'

/**
 * A decoded value as mingo expects it: JavaScript numbers wherever they are exact, RegExp for regular expressions.
 * Objects and arrays are copied, so what mingo does to them stays with mingo.
 */
export function plainFields<T>(value: T): T {
  return plain(value) as T
}

function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null)
    return value
  if (Array.isArray(value))
    return value.map(plain)
  if (value instanceof Long)
    return Number.isSafeInteger(value.toNumber()) ? value.toNumber() : value
  if (value instanceof Double || value instanceof Int32)
    return value.value
  if (value instanceof BSONSymbol)
    return value.value
  if (value instanceof BSONRegExp)
    return toRegExp(value, undefined)
  if (!isDocument(value))
    return value
  const copy: Record<string, unknown> = {}
  for (const [name, item] of Object.entries(value))
    setField(copy, name, plain(item))
  return copy
}
