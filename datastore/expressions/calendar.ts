import type { Zone } from './zones.ts'
import { fail } from '../errors.ts'
import { fromLocal, localDate, utcOf } from './zones.ts'

export const UNITS = ['year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second', 'millisecond'] as const
export type Unit = typeof UNITS[number]

const DAY = 86_400_000
/** Units that are the same length in every zone. */
const MILLIS: Partial<Record<Unit, number>> = { hour: 3_600_000, minute: 60_000, second: 1000, millisecond: 1 }
const MONTHS: Partial<Record<Unit, number>> = { year: 12, quarter: 3, month: 1 }
const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']

/** @throws DatastoreError FailedToParse (9) for no unit of time */
export function unitOf(name: unknown): Unit {
  return UNITS.find(unit => unit === name) ?? fail('FailedToParse', `unknown time unit value: ${String(name)}`)
}

/** The number of a weekday, Sunday 0, from its name or the first three letters. @throws DatastoreError FailedToParse (9) */
export function weekdayOf(name: unknown): number {
  const text = String(name).toLowerCase()
  const index = WEEKDAYS.findIndex(day => day === text || day.slice(0, 3) === text)
  return index >= 0 ? index : fail('FailedToParse', `unknown day of week value: ${String(name)}`)
}

/** A moment so many units later. Months keep the day, or take their last one; days keep the time of day. */
export function addUnits(utc: number, unit: Unit, amount: number, zone: Zone): number {
  const millis = MILLIS[unit]
  if (millis !== undefined)
    return utc + amount * millis
  const local = localDate(utc, zone)
  if (unit === 'day' || unit === 'week')
    return fromLocal(local.getTime() + amount * (unit === 'week' ? 7 : 1) * DAY, zone)
  const month = local.getUTCMonth() + amount * MONTHS[unit]!
  const year = local.getUTCFullYear() + Math.floor(month / 12)
  const inYear = month - Math.floor(month / 12) * 12
  const lastDay = new Date(utcOf({ year, month: inYear + 2, day: 0 })).getUTCDate()
  const moved = new Date(local)
  moved.setUTCFullYear(year, inYear, Math.min(local.getUTCDate(), lastDay))
  return fromLocal(moved.getTime(), zone)
}

/** How many boundaries of a unit lie between two moments. */
export function unitsBetween(start: number, end: number, unit: Unit, zone: Zone, startOfWeek: number): number {
  return unitNumber(end, unit, zone, startOfWeek) - unitNumber(start, unit, zone, startOfWeek)
}

function unitNumber(utc: number, unit: Unit, zone: Zone, startOfWeek: number): number {
  const local = localDate(utc, zone)
  const months = MONTHS[unit]
  if (months !== undefined)
    return Math.floor((local.getUTCFullYear() * 12 + local.getUTCMonth()) / months)
  const day = Math.floor(local.getTime() / DAY)
  if (unit === 'day')
    return day
  // 1970-01-01 was a Thursday.
  if (unit === 'week')
    return Math.floor((day + 4 - startOfWeek) / 7)
  const millis = MILLIS[unit]!
  return Math.floor((utc + zone(utc) % millis) / millis)
}

const floorTo = (value: number, step: number): number => Math.floor(value / step) * step

/** The beginning of the bin of so many units that a moment lies in. Bins are counted from the year 2000. */
export function truncated(utc: number, unit: Unit, binSize: number, zone: Zone, startOfWeek: number): number {
  const origin = utcOf({ year: 2000 })
  const millis = MILLIS[unit]
  if (millis !== undefined) {
    const from = fromLocal(origin, zone)
    return from + floorTo(utc - from, binSize * millis)
  }
  const local = localDate(utc, zone)
  if (unit === 'day' || unit === 'week') {
    // 2000-01-01 was a Saturday.
    const first = unit === 'week' ? origin + ((startOfWeek - 6 + 7) % 7) * DAY : origin
    return fromLocal(first + floorTo(local.getTime() - first, binSize * (unit === 'week' ? 7 : 1) * DAY), zone)
  }
  const months = floorTo((local.getUTCFullYear() - 2000) * 12 + local.getUTCMonth(), binSize * MONTHS[unit]!)
  return fromLocal(utcOf({ year: 2000, month: months + 1 }), zone)
}

export function dayOfYear(local: Date): number {
  return Math.floor((local.getTime() - utcOf({ year: local.getUTCFullYear() })) / DAY) + 1
}

/** Weeks begin on Sundays; days before the year's first Sunday are in week 0. */
export function weekOfYear(local: Date): number {
  return Math.floor((dayOfYear(local) + 6 - local.getUTCDay()) / 7)
}

export const isoWeekday = (local: Date): number => local.getUTCDay() || 7

/** The ISO 8601 week and the year it belongs to. */
export function isoWeek(local: Date): { year: number, week: number } {
  const thursday = new Date(local.getTime() + (4 - isoWeekday(local)) * DAY)
  return { year: thursday.getUTCFullYear(), week: Math.floor((dayOfYear(thursday) - 1) / 7) + 1 }
}

/** Midnight of a day of an ISO 8601 week. */
export function isoDate(year: number, week: number, weekday: number): number {
  const fourth = new Date(utcOf({ year, day: 4 }))
  return fourth.getTime() + ((week - 1) * 7 + weekday - isoWeekday(fourth)) * DAY
}
