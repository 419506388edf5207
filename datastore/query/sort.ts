import type { StringKey } from '../bson/compare.ts'
import type { Fields } from '../bson/decode.ts'
import type { FieldSource } from '../bson/stored-document.ts'
import { compareValues } from '../bson/compare.ts'
import { isNumber, toNumber } from '../bson/numbers.ts'
import { fail } from '../errors.ts'
import { isDocument, someValue, splitPath } from './paths.ts'

/** A field to sort by. */
export interface SortField { path: string, parts: string[], descending: boolean }

export interface CompiledSort {
  fields: SortField[]
  /** The values a document is sorted by. */
  keyOf: (document: FieldSource) => unknown[]
  compare: (a: unknown[], b: unknown[]) => number
}

/** Reads a sort document. @throws DatastoreError BadValue (2) for a direction that is neither 1 nor -1 */
export function parseSort(sort: Fields): SortField[] {
  return Object.entries(sort).map(([path, direction]) => {
    if (isDocument(direction) && '$meta' in direction)
      fail('CommandNotSupported', '$meta sorts are not supported by this store')
    const sign = isNumber(direction) ? toNumber(direction) : Number.NaN
    if (sign !== 1 && sign !== -1)
      fail('BadValue', '$sort key ordering must be 1 (for ascending) or -1 (for descending)')
    return { path, parts: splitPath(path), descending: sign < 0 }
  })
}

/** How MongoDB orders documents: an array counts as its least element ascending, its greatest descending; a missing value as null. */
export function compileSort(sort: Fields, stringKey?: StringKey): CompiledSort {
  const fields = parseSort(sort)
  return {
    fields,
    keyOf: document => fields.map(field => sortValue(document, field, stringKey)),
    compare: (a, b) => {
      for (let i = 0; i < fields.length; i++) {
        const order = compareSortValues(a[i], b[i], stringKey)
        if (order !== 0)
          return fields[i]!.descending ? -order : order
      }
      return 0
    },
  }
}

/** Stands for an empty array, which sorts below null. */
const EMPTY = Symbol('empty array')

function compareSortValues(a: unknown, b: unknown, stringKey?: StringKey): number {
  if (a === EMPTY || b === EMPTY)
    return a === b ? 0 : below(a, b)
  return compareValues(a, b, stringKey)
}

function below(a: unknown, b: unknown): number {
  const other = a === EMPTY ? b : a
  const isMinKey = typeof other === 'object' && other !== null && compareValues(other, null) < 0
  return (a === EMPTY ? -1 : 1) * (isMinKey ? -1 : 1)
}

function sortValue(document: FieldSource, field: SortField, stringKey: StringKey | undefined): unknown {
  let best: unknown
  let found = false
  const offer = (value: unknown): void => {
    if (!found || (compareSortValues(value, best, stringKey) < 0) !== field.descending)
      best = value
    found = true
  }
  someValue(document, field.parts, (value) => {
    if (!Array.isArray(value))
      offer(value)
    else if (value.length === 0)
      offer(EMPTY)
    else
      value.forEach(offer)
    return false
  }, true)
  return best
}
