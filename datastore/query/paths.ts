import type { FieldSource } from '../bson/stored-document.ts'
import { Buffer } from 'node:buffer'
import { ORDER, typeOrder } from '../bson/compare.ts'
import { getField } from '../bson/decode.ts'

/** A dotted path in its parts. */
export function splitPath(path: string): string[] {
  return path.includes('.') ? path.split('.') : [path]
}

/** Whether a decoded value is an embedded document. */
export function isDocument(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Buffer.isBuffer(value) && typeOrder(value) === ORDER.object
}

/** A path part that names an array position, or -1. */
export function arrayIndex(part: string): number {
  return /^(?:0|[1-9]\d{0,8})$/.test(part) ? Number(part) : -1
}

/** Where a match was found: the position in the outermost array that was gone through, -1 for none. */
export interface Trail { index: number }

/**
 * Whether some value that MongoDB finds at a path passes `test`. Arrays on the way are entered element by element;
 * a value that is an array is tried by its elements and as a whole (`wholeOnly`: only as a whole). A path that leads
 * nowhere is tried once with undefined; one that ends among an array's non-documents is not tried at all.
 */
export function someValue(source: FieldSource, parts: readonly string[], test: (value: unknown) => boolean, wholeOnly = false, trail?: Trail): boolean {
  return someFrom(source.get(parts[0]!), parts, 1, test, wholeOnly, trail)
}

function someFrom(value: unknown, parts: readonly string[], at: number, test: (value: unknown) => boolean, wholeOnly: boolean, trail: Trail | undefined): boolean {
  if (at === parts.length) {
    if (!Array.isArray(value) || wholeOnly)
      return test(value)
    return someElement(value, test, trail) || test(value)
  }
  if (Array.isArray(value))
    return someInArray(value, parts, at, test, wholeOnly, trail)
  if (isDocument(value))
    return someFrom(getField(value, parts[at]!), parts, at + 1, test, wholeOnly, trail)
  return test(undefined)
}

function someElement(items: unknown[], test: (value: unknown) => boolean, trail: Trail | undefined): boolean {
  for (let i = 0; i < items.length; i++) {
    if (test(items[i])) {
      if (trail)
        trail.index = i
      return true
    }
  }
  return false
}

function someInArray(items: unknown[], parts: readonly string[], at: number, test: (value: unknown) => boolean, wholeOnly: boolean, trail: Trail | undefined): boolean {
  const index = arrayIndex(parts[at]!)
  if (index >= 0 && index < items.length && someFrom(items[index], parts, at + 1, test, wholeOnly, undefined)) {
    if (trail)
      trail.index = index
    return true
  }
  for (let i = 0; i < items.length; i++) {
    const item = items[i]
    if (isDocument(item) && someFrom(getField(item, parts[at]!), parts, at + 1, test, wholeOnly, undefined)) {
      if (trail)
        trail.index = i
      return true
    }
  }
  return false
}

/** Every value at a path with arrays entered, as `distinct` and sort keys see it; missing values are left out. */
export function valuesAt(source: FieldSource, parts: readonly string[]): unknown[] {
  const values: unknown[] = []
  someValue(source, parts, (value) => {
    if (value !== undefined)
      values.push(value)
    return false
  }, true)
  return values
}
