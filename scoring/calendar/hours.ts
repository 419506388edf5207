import type { Region, Season } from './regions.ts'

const quarterMs = 900_000
const dayMs = 86_400_000

type Local = { date: string, hour: number, weekday: number }

/** More zones than there are places to sell to; beyond it formatters are made anew. */
const mostZones = 600
/** A formatter costs half a millisecond to make, never changes, and is the same for the same zone: a memo that no result depends on. */
const formatters = new Map<string, Intl.DateTimeFormat>()

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-US', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', weekday: 'short', hourCycle: 'h23' })
  if (formatters.size < mostZones) formatters.set(timeZone, made)
  return made
}

/** Quarters of an hour that are remembered; everybody asks about the same few, and clocks change at a quarter at the finest. */
const mostQuarters = 4_000
const quarters = new Map<string, Local>()

/** Date, hour and weekday at a place. Throws RangeError on a zone that is none. */
export function localTime(atMs: number, timeZone: string): Local {
  const quarter = `${Math.floor(atMs / quarterMs)} ${timeZone}`
  const known = quarters.get(quarter)
  if (known) return known
  if (quarters.size >= mostQuarters) quarters.clear()
  const local = localQuarter(atMs, timeZone)
  quarters.set(quarter, local)
  return local
}

function localQuarter(atMs: number, timeZone: string): Local {
  const parts = formatterOf(timeZone).formatToParts(atMs)
  const part = (type: string) => parts.find(p => p.type === type)?.value ?? ''
  return {
    date: `${part('year')}-${part('month')}-${part('day')}`,
    hour: Number(part('hour')),
    weekday: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'].indexOf(part('weekday')),
  }
}

const anywhere: Pick<Region, 'from' | 'until' | 'rest'> & { fridayFrom?: number } = { from: 9, until: 20, rest: [] }

/** The next moment, from `atMs` on and within a week, at which a message is welcome at a place. */
export function welcomeFrom(atMs: number, timeZone: string, region: Region | undefined): number {
  const habits = region ?? anywhere
  const welcome = (at: number) => {
    const { hour, weekday } = localTime(at, timeZone)
    const from = weekday === 5 ? habits.fridayFrom ?? habits.from : habits.from
    return hour >= from && hour < habits.until && !habits.rest.includes(weekday)
  }
  if (welcome(atMs)) return atMs
  for (let at = Math.ceil(atMs / quarterMs) * quarterMs; at < atMs + 7 * dayMs; at += quarterMs) { if (welcome(at)) return at }
  return atMs
}

/** Days before a festival or a season from which people plan for it. */
const aheadDays = 21

/** The season that a place is in, or else the next one that begins within three weeks, with the whole days until it begins (0: it has) and until its last day. */
export function seasonAt(atMs: number, timeZone: string, region: Region): (Season & { inDays: number, daysLeft: number }) | undefined {
  const today = localTime(atMs, timeZone).date
  const until = localTime(atMs + aheadDays * dayMs, timeZone).date
  const near = region.seasons.filter(season => season.to >= today && season.from <= until).toSorted((a, b) => a.from < b.from ? -1 : 1)[0]
  const days = (date: string) => Math.max(0, Math.round((Date.parse(date) - Date.parse(today)) / dayMs))
  return near && { ...near, inDays: days(near.from), daysLeft: days(near.to) }
}
