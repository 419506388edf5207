import type { Fields } from '../bson/decode.ts'
import { getField, setField } from '../bson/decode.ts'
import { fail } from '../errors.ts'
import { printValue } from '../print.ts'
import { arrayIndex, isDocument } from '../query/paths.ts'

const MAX_ARRAY_FILL = 1_500_000

/** Tells whether an array element passes the array filter of that name. */
export type ElementFilter = (element: unknown) => boolean

/** What the positional parts of a path stand for in one document. */
export interface Positions {
  /** The element the query matched, for `$`; -1 when it matched none. */
  matched: number
  filters: ReadonlyMap<string, ElementFilter>
}

/** The paths without `$`, `$[]` and `$[name]` that a path stands for in a document. */
export function concretePaths(document: Fields, parts: readonly string[], positions: Positions): string[][] {
  if (!parts.some(part => part.startsWith('$')))
    return [[...parts]]
  let paths: { path: string[], value: unknown }[] = [{ path: [], value: document }]
  for (const part of parts)
    paths = paths.flatMap(({ path, value }) => step(path, value, part, positions))
  return paths.map(({ path }) => path)
}

function step(path: string[], value: unknown, part: string, positions: Positions): { path: string[], value: unknown }[] {
  if (part === '$') {
    if (positions.matched < 0)
      fail('BadValue', 'The positional operator did not find the match needed from the query.')
    return [{ path: [...path, String(positions.matched)], value: child(value, String(positions.matched)) }]
  }
  if (!part.startsWith('$['))
    return [{ path: [...path, part], value: child(value, part) }]
  if (!Array.isArray(value))
    return fail('BadValue', `The path '${path.join('.')}' must exist in the document in order to apply array updates.`)
  const name = part.slice(2, -1)
  const matches = name === '' ? () => true : positions.filters.get(name) ?? fail('BadValue', `No array filter found for identifier '${name}' in path`)
  return value.flatMap((item: unknown, i) => matches(item) ? [{ path: [...path, String(i)], value: item }] : [])
}

function child(value: unknown, part: string): unknown {
  if (Array.isArray(value))
    return arrayIndex(part) >= 0 ? value[arrayIndex(part)] : undefined
  return isDocument(value) ? getField(value, part) : undefined
}

/** The value at a concrete path, or undefined. */
export function readPlace(document: Fields, path: readonly string[]): unknown {
  let value: unknown = document
  for (const part of path)
    value = child(value, part)
  return value
}

/** Whether something, null included, is at a concrete path. */
export function placeExists(document: Fields, path: readonly string[]): boolean {
  return readPlace(document, path) !== undefined
}

/**
 * Puts a value at a concrete path, making the documents on the way.
 * @throws DatastoreError PathNotViable (28) when the way leads through a value that has no fields
 */
export function writePlace(document: Fields, path: readonly string[], value: unknown): void {
  let holder: unknown = document
  for (let i = 0; i < path.length; i++) {
    const part = path[i]!
    const last = i === path.length - 1
    let next = last ? value : child(holder, part)
    if (!last && next === undefined)
      next = {}
    put(holder, part, next, path, i)
    holder = next
  }
}

function put(holder: unknown, part: string, value: unknown, path: readonly string[], depth: number): void {
  if (Array.isArray(holder)) {
    const index = arrayIndex(part)
    if (index < 0)
      fail('PathNotViable', `Cannot create field '${part}' in element {${path[depth - 1] ?? ''}: ${printValue(holder)}}`)
    if (index > holder.length + MAX_ARRAY_FILL)
      fail('BadValue', `can't backfill more than ${MAX_ARRAY_FILL} elements`)
    while (holder.length < index)
      holder.push(null)
    holder[index] = value
  }
  else if (isDocument(holder)) {
    setField(holder, part, value)
  }
  else {
    fail('PathNotViable', `Cannot create field '${part}' in element {${path[depth - 1] ?? ''}: ${printValue(holder)}}`)
  }
}

/** Takes away what is at a concrete path; an array element becomes null, as in MongoDB. */
export function removePlace(document: Fields, path: readonly string[]): void {
  const holder = readPlace(document, path.slice(0, -1))
  const part = path.at(-1)!
  if (Array.isArray(holder)) {
    const index = arrayIndex(part)
    if (index >= 0 && index < holder.length)
      holder[index] = null
  }
  else if (isDocument(holder)) {
    delete holder[part]
  }
}
