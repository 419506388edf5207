import type { Store } from '../models/index.ts'
import { localTime } from '#scoring'

const quarterMs = 900_000
const hourMs = 3_600_000
/** Hours of the house's night in which it learns: the first, and the one in which it would be too late. */
const [from, before] = [2, 5]
/** Where no night was worked through for so long, because the machine sleeps then, it learns at any hour. */
const overdueMs = 48 * hourMs
/** Never before the process has been up for this long: whoever starts it has something else in mind. */
const settledMs = 10 * 60_000

/** The time zone of most stores, the first by name where several are as frequent; UTC without stores. */
export function houseTimeZone(stores: readonly Pick<Store, 'timeZone'>[]): string {
  const counts = new Map<string, number>()
  for (const { timeZone } of stores) counts.set(timeZone, (counts.get(timeZone) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]?.[0] ?? 'UTC'
}

function quietAt(at: number, timeZone: string) {
  const { hour } = localTime(at, timeZone)
  return hour >= from && hour < before
}

/** Whether it is time to learn. `lastMs`: when it was last done, null for never; `upSinceMs`: when this process began. */
export function isNight(nowMs: number, timeZone: string, lastMs: number | null, upSinceMs: number): boolean {
  if (nowMs - upSinceMs <= settledMs) return false
  if (lastMs === null || nowMs - lastMs > overdueMs) return true
  return quietAt(nowMs, timeZone) && localTime(lastMs, timeZone).date !== localTime(nowMs, timeZone).date
}

/** The next beginning of a quiet hour after `nowMs`, to the quarter of an hour. */
export function nextNight(nowMs: number, timeZone: string): number {
  let at = (Math.floor(nowMs / quarterMs) + 1) * quarterMs
  // Two days at most: the hour may be missing on the day on which clocks change.
  for (let step = 0; step < 192 && !(quietAt(at, timeZone) && !quietAt(at - quarterMs, timeZone)); step++) at += quarterMs
  return at
}
