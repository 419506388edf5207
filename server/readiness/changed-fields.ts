import { isDeepStrictEqual } from 'node:util'

/** The fields in which `next` differs from `base`, for a `$set`. */
export function changedFields<T extends object>(base: T, next: T): Partial<T> {
  const changed: Partial<T> = {}
  for (const key of Object.keys(next) as (keyof T)[]) {
    if (next[key] !== undefined && base[key] !== next[key] && !isDeepStrictEqual(base[key], next[key])) changed[key] = next[key]
  }
  return changed
}
