import { createHash } from 'node:crypto'
import { clipped } from './json.ts'

/** An id for what a provider gives none: made from the content alone, so that the same content always has the same one. */
export function contentId(...parts: readonly unknown[]): string {
  return `sha256-${createHash('sha256').update(JSON.stringify(clipped(parts))).digest('hex').slice(0, 40)}`
}
