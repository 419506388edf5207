import type { Zone } from './zones.ts'
import { fail } from '../errors.ts'
import { dayOfYear, isoDate, isoWeek, isoWeekday, weekOfYear } from './calendar.ts'
import { fromLocal, localDate, utcOf, zoneOf } from './zones.ts'

const MONTH_NAMES = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']
const MINUTE = 60_000

const digits = (value: number, length: number): string => String(value).padStart(length, '0')

function offsetText(offset: number): string {
  const minutes = Math.abs(offset) / MINUTE
  return `${offset < 0 ? '-' : '+'}${digits(Math.floor(minutes / 60), 2)}${digits(minutes % 60, 2)}`
}

const SPECIFIERS: Record<string, (local: Date, offset: number) => string> = {
  '%': () => '%',
  'b': local => MONTH_NAMES[local.getUTCMonth()]!.slice(0, 3),
  'B': local => MONTH_NAMES[local.getUTCMonth()]!,
  'd': local => digits(local.getUTCDate(), 2),
  'G': local => digits(isoWeek(local).year, 4),
  'H': local => digits(local.getUTCHours(), 2),
  'j': local => digits(dayOfYear(local), 3),
  'L': local => digits(local.getUTCMilliseconds(), 3),
  'm': local => digits(local.getUTCMonth() + 1, 2),
  'M': local => digits(local.getUTCMinutes(), 2),
  'S': local => digits(local.getUTCSeconds(), 2),
  'u': local => String(isoWeekday(local)),
  'U': local => digits(weekOfYear(local), 2),
  'V': local => digits(isoWeek(local).week, 2),
  'w': local => String(local.getUTCDay() + 1),
  'Y': local => digits(local.getUTCFullYear(), 4),
  'z': (_local, offset) => offsetText(offset),
  'Z': (_local, offset) => `${offset < 0 ? '-' : '+'}${Math.abs(offset) / MINUTE}`,
}

/** A moment in the words of a format. https://www.mongodb.com/docs/manual/reference/operator/aggregation/dateToString/ @throws DatastoreError Location18536, Location18537 */
export function formatDate(utc: number, format: string, zone: Zone): string {
  const local = localDate(utc, zone)
  if (local.getUTCFullYear() < 0 || local.getUTCFullYear() > 9999)
    fail('Location18537', `Could not convert date to string: date component was outside the supported range of 0-9999: ${new Date(utc).toISOString()}`)
  return format.replace(/%(.?)/gs, (_all, letter: string) => Object.hasOwn(SPECIFIERS, letter)
    ? SPECIFIERS[letter]!(local, zone(utc))
    : fail(letter === '' ? 'Location18535' : 'Location18536', letter === '' ? 'Unmatched \'%\' at end of format string' : `Invalid format character '%${letter}' in format string`))
}

const ISO = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?$/i

/** Reads ISO 8601 and its nearest relatives. @throws DatastoreError ConversionFailure (241) */
export function parseIsoDate(text: string, zone: Zone | undefined): number {
  const [all, year, month = '1', day = '1', hour = '0', minute = '0', second = '0', fraction = '', given] = ISO.exec(text.trim()) ?? []
  if (all === undefined)
    return unreadable(text)
  if (given !== undefined && zone !== undefined)
    fail('ConversionFailure', `you cannot pass in a date/time string with time zone information ('${given}') together with a timezone argument`)
  const millis = valid(text, { year: Number(year), month: Number(month), day: Number(day), hour: Number(hour), minute: Number(minute), second: Number(second), millisecond: Number(fraction.slice(0, 3).padEnd(3, '0')) })
  return fromLocal(millis, given === undefined ? zone ?? zoneOf('UTC') : zoneOf(given.toUpperCase()))
}

type AllParts = Required<Parameters<typeof utcOf>[0]>

/** Parts that do not carry over: there is no 30th of February. */
function valid(text: string, parts: AllParts): number {
  const millis = utcOf(parts)
  const date = new Date(millis)
  const sound = date.getUTCMonth() + 1 === parts.month && date.getUTCDate() === parts.day && parts.hour < 24 && parts.minute < 60 && parts.second < 60
  return sound ? millis : unreadable(text)
}

function unreadable(text: string): never {
  return fail('ConversionFailure', `Error parsing date string '${text}'`)
}

/** What a specifier takes of a text, and which part of a date it gives. */
const READERS: Record<string, { pattern: string, part?: string }> = {
  '%': { pattern: '%' },
  'b': { pattern: '[A-Za-z]{3}', part: 'monthName' },
  'B': { pattern: '[A-Za-z]+', part: 'monthName' },
  'd': { pattern: '\\d{1,2}', part: 'day' },
  'G': { pattern: '\\d{4}', part: 'isoYear' },
  'H': { pattern: '\\d{1,2}', part: 'hour' },
  'j': { pattern: '\\d{1,3}', part: 'dayOfYear' },
  'L': { pattern: '\\d{1,3}', part: 'millisecond' },
  'm': { pattern: '\\d{1,2}', part: 'month' },
  'M': { pattern: '\\d{1,2}', part: 'minute' },
  'S': { pattern: '\\d{1,2}', part: 'second' },
  'u': { pattern: '[1-7]', part: 'isoDay' },
  'V': { pattern: '\\d{1,2}', part: 'isoWeek' },
  'Y': { pattern: '\\d{4}', part: 'year' },
  'z': { pattern: 'Z|[+-]\\d{2}:?\\d{2}', part: 'offset' },
  'Z': { pattern: '[+-]?\\d{1,4}', part: 'minutes' },
}

/** Reads a text by a format. @throws DatastoreError ConversionFailure (241), Location18536 */
export function parseDate(text: string, format: string, zone: Zone | undefined): number {
  const names: string[] = []
  const pattern = format.replace(/%(.?)|[^%]+/gs, (all, letter: string | undefined) => {
    if (letter === undefined)
      return all.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    const reader = READERS[letter] ?? fail('Location18536', `Invalid format character '%${letter}' in format string`)
    if (!reader.part)
      return reader.pattern
    names.push(reader.part)
    return `(${reader.pattern})`
  })
  const found = new RegExp(`^${pattern}$`).exec(text)
  if (!found)
    return unreadable(text)
  const parts = Object.fromEntries(names.map((name, i) => [name, found[i + 1]!]))
  const ownZone = parts.offset !== undefined ? zoneOf(parts.offset) : parts.minutes !== undefined ? () => Number(parts.minutes) * MINUTE : undefined
  return fromLocal(localMillis(text, parts), ownZone ?? zone ?? zoneOf('UTC'))
}

function localMillis(text: string, parts: Record<string, string>): number {
  const time = { hour: Number(parts.hour ?? 0), minute: Number(parts.minute ?? 0), second: Number(parts.second ?? 0), millisecond: Number((parts.millisecond ?? '0')) }
  if (parts.isoYear !== undefined)
    return isoDate(Number(parts.isoYear), Number(parts.isoWeek ?? 1), Number(parts.isoDay ?? 1)) + valid(text, { year: 1970, month: 1, day: 1, ...time })
  if (parts.year === undefined)
    return unreadable(text)
  if (parts.dayOfYear !== undefined)
    return utcOf({ year: Number(parts.year), day: Number(parts.dayOfYear), ...time })
  const named = parts.monthName === undefined ? undefined : MONTH_NAMES.findIndex(name => name.slice(0, 3).toLowerCase() === parts.monthName!.slice(0, 3).toLowerCase()) + 1
  return valid(text, { year: Number(parts.year), month: named ?? Number(parts.month ?? 1), day: Number(parts.day ?? 1), ...time })
}
