import type { Buffer } from 'node:buffer'
import type { StringKey } from '../bson/compare.ts'
import type { FieldSource } from '../bson/stored-document.ts'
import { getField } from '../bson/decode.ts'
import { fail } from '../errors.ts'
import { arrayIndex, isDocument } from '../query/paths.ts'
import { boundedKey, KeyWriter } from './keys.ts'

/** A field of an index: its path and direction. */
export interface IndexField { path: string, parts: string[], descending: boolean }

/** Stands for an empty array in a key; MongoDB files it below null. */
const EMPTY = Symbol('empty array')

/** Empty between two uses: `take` starts it over. */
const WRITER = new KeyWriter()

/** What one document puts into an index. */
export interface DocumentKeys { keys: Buffer[], multikey: boolean[], cut: boolean, values: unknown[][], anyPresent: boolean }

interface Cursor { value: unknown, parts: readonly string[], at: number, through: boolean }

/**
 * The keys of a document in an index: one, or one for each element when a field leads through an array.
 * @throws DatastoreError CannotIndexParallelArrays (171) when two fields lead through different arrays
 */
export function documentKeys(document: FieldSource, fields: readonly IndexField[], stringKey?: StringKey): DocumentKeys {
  const row = plainRow(document, fields)
  if (row) {
    row.forEach((value, i) => WRITER.value(value, fields[i]!.descending, stringKey))
    const { key, cut } = boundedKey(WRITER.take())
    return { keys: [key], multikey: [], cut, anyPresent: row.some(value => value !== undefined), values: [row] }
  }
  const multikey = fields.map(() => false)
  const rows: unknown[][] = []
  expand(fields.map(field => ({ value: document.get(field.parts[0]!), parts: field.parts, at: 1, through: false })), fields, multikey, rows)
  const writer = new KeyWriter()
  const keys: Buffer[] = []
  const seen = new Set<string>()
  let cut = false
  let anyPresent = false
  for (const row of rows) {
    for (let i = 0; i < fields.length; i++) {
      anyPresent ||= row[i] !== undefined
      if (row[i] === EMPTY)
        writer.empty(fields[i]!.descending)
      else
        writer.value(row[i], fields[i]!.descending, stringKey)
    }
    const bounded = boundedKey(writer.take())
    cut ||= bounded.cut
    if (rows.length > 1) {
      const text = bounded.key.toString('latin1')
      if (seen.has(text))
        continue
      seen.add(text)
    }
    keys.push(bounded.key)
  }
  return { keys, multikey, cut, anyPresent, values: rows.map(row => row.map(value => value === EMPTY ? [] : value)) }
}

/** The values of a document that has no array on the way to any of the fields; undefined for one that has. */
function plainRow(document: FieldSource, fields: readonly IndexField[]): unknown[] | undefined {
  const row: unknown[] = []
  for (const { parts } of fields) {
    let value = document.get(parts[0]!)
    for (let at = 1; at < parts.length && value !== undefined && !Array.isArray(value); at++)
      value = isDocument(value) ? getField(value, parts[at]!) : undefined
    if (Array.isArray(value))
      return undefined
    row.push(value)
  }
  return row
}

function expand(cursors: Cursor[], fields: readonly IndexField[], multikey: boolean[], rows: unknown[][]): void {
  const advanced = cursors.map(advance)
  let array: unknown[] | undefined
  for (let i = 0; i < advanced.length; i++) {
    const cursor = advanced[i]!
    if (!Array.isArray(cursor.value) || cursor.through)
      continue
    if (array && array !== cursor.value)
      fail('CannotIndexParallelArrays', `cannot index parallel arrays [${fields[i]!.path}]`)
    array = cursor.value
    multikey[i] = true
  }
  if (!array) {
    rows.push(advanced.map(cursor => cursor.value))
    return
  }
  const entered = array
  const isOfArray = (cursor: Cursor): boolean => cursor.value === entered && !cursor.through
  if (entered.length === 0) {
    expand(advanced.map(cursor => isOfArray(cursor) ? { ...cursor, value: cursor.at === cursor.parts.length ? EMPTY : undefined, at: cursor.parts.length } : cursor), fields, multikey, rows)
    return
  }
  for (const item of entered)
    expand(advanced.map(cursor => isOfArray(cursor) ? enter(cursor, item) : cursor), fields, multikey, rows)
}

/** A cursor moved into an array's element; an element that ends the path stays whole, even if it is an array. */
function enter(cursor: Cursor, item: unknown): Cursor {
  if (cursor.at === cursor.parts.length)
    return { ...cursor, value: item, through: true }
  if (!isDocument(item))
    return { ...cursor, value: undefined, at: cursor.parts.length }
  return { ...cursor, value: getField(item, cursor.parts[cursor.at]!), at: cursor.at + 1 }
}

function advance(cursor: Cursor): Cursor {
  let { value, at } = cursor
  while (at < cursor.parts.length) {
    if (isDocument(value)) {
      value = getField(value, cursor.parts[at]!)
    }
    else if (Array.isArray(value)) {
      const index = arrayIndex(cursor.parts[at]!)
      if (index < 0)
        break
      value = value[index]
    }
    else {
      value = undefined
    }
    at++
  }
  return { ...cursor, value, at }
}
