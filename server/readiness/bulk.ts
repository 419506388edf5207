import { isDeepStrictEqual } from 'node:util'
import { mongo } from 'mongoose'
import { duplicateKey } from '../platform/duplicates.ts'

/**
 * Awaits an unordered bulk write in which some documents may be there already. Gives the positions of those; the others were written.
 * @throws whatever else went wrong
 */
export async function duplicatesOf(write: Promise<unknown>): Promise<Set<number>> {
  try {
    await write
    return new Set()
  }
  catch (error) {
    if (!(error instanceof mongo.MongoBulkWriteError)) throw error
    const failures = [error.writeErrors].flat()
    if (failures.length === 0 || failures.some(failure => failure.code !== duplicateKey)) throw error
    return new Set(failures.map(failure => failure.index))
  }
}

/** The fields in which `next` differs from `base`, for a `$set`. */
export function changedFields<T extends object>(base: T, next: T): Partial<T> {
  const changed: Partial<T> = {}
  for (const key of Object.keys(next) as (keyof T)[]) {
    if (next[key] !== undefined && base[key] !== next[key] && !isDeepStrictEqual(base[key], next[key])) changed[key] = next[key]
  }
  return changed
}
