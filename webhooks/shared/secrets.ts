import { createHash, timingSafeEqual } from 'node:crypto'

/** Whether two texts are the same, in a time that does not depend on where they differ or how long they are. */
export function sameText(a: string, b: string): boolean {
  const digest = (value: string): Buffer => createHash('sha256').update(value, 'utf8').digest()
  return timingSafeEqual(digest(a), digest(b))
}
