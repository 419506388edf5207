import { fail } from '../errors.ts'

const MINUTE = 60_000
const OFFSET = /^([+-])(\d{2})(?::?(\d{2}))?$/

/** How far a time zone's clocks are ahead of UTC at a moment, in milliseconds. */
export type Zone = (utcMillis: number) => number

/** Time zones by their names: what the platform knows of one is costly to ask for. */
const zones = new Map<string, Zone>()
/** Names come from queries; there are some six hundred. */
const MAX_ZONES = 1000

/**
 * A time zone by its Olson name or offset.
 * @throws DatastoreError Location40485 for one that is neither
 */
export function zoneOf(name: string): Zone {
  const known = zones.get(name)
  if (known)
    return known
  const zone = readZone(name)
  if (zones.size < MAX_ZONES)
    zones.set(name, zone)
  return zone
}

function readZone(name: string): Zone {
  if (name === 'UTC' || name === 'GMT' || name === 'Z')
    return () => 0
  const given = OFFSET.exec(name)
  if (given) {
    const offset = (given[1] === '-' ? -1 : 1) * (Number(given[2]) * 60 + Number(given[3] ?? 0)) * MINUTE
    return () => offset
  }
  try {
    return platformZone(new Intl.DateTimeFormat('en-US', { timeZone: name, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric', era: 'short' }))
  }
  catch {
    return fail('Location40485', `unrecognized time zone identifier: "${name}"`)
  }
}

function platformZone(format: Intl.DateTimeFormat): Zone {
  return (utcMillis) => {
    const parts = Object.fromEntries(format.formatToParts(utcMillis).map(({ type, value }) => [type, value]))
    const year = parts.era === 'BC' ? 1 - Number(parts.year) : Number(parts.year)
    const local = utcOf({ year, month: Number(parts.month), day: Number(parts.day), hour: Number(parts.hour), minute: Number(parts.minute), second: Number(parts.second) })
    return local - Math.floor(utcMillis / 1000) * 1000
  }
}

/** A date and time of day; month and day count from 1. Parts beyond their range carry over. */
export interface Parts { year: number, month?: number, day?: number, hour?: number, minute?: number, second?: number, millisecond?: number }

/** The moment at which clocks set to UTC show a date and time. */
export function utcOf({ year, month = 1, day = 1, hour = 0, minute = 0, second = 0, millisecond = 0 }: Parts): number {
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  date.setUTCHours(hour, minute, second, millisecond)
  return date.getTime()
}

/** A moment as the clocks of a zone show it, in the UTC fields of a date. */
export function localDate(utcMillis: number, zone: Zone): Date {
  return new Date(utcMillis + zone(utcMillis))
}

/** The furthest that a date of JavaScript lies from 1970, in milliseconds: the years −271821 to 275760, of MongoDB's 292 million. */
const FURTHEST = 8.64e15

/** @throws DatastoreError DurationOverflow (159) for a moment that no date can be */
function within(millis: number): number {
  return Math.abs(millis) <= FURTHEST ? millis : fail('DurationOverflow', 'date overflow: the result is beyond what a date of this store can be')
}

/** A moment as a date. @throws DatastoreError DurationOverflow (159) for one that no date can be */
export function dateAt(millis: number): Date {
  return new Date(within(millis))
}

/** The moment at which a zone's clocks show what a date has in its UTC fields; in a gap, the moment as long after it. */
export function fromLocal(localMillis: number, zone: Zone): number {
  const guess = localMillis - zone(within(localMillis))
  return localMillis - zone(guess)
}
