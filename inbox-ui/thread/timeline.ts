import type { MessageEntry, NoteEntry, Readiness, SignalEntry, ThreadEntry } from '#contracts'
import { dayAround, dayOf } from '../lib/time.ts'
import { isBehaviour } from '../lib/wording.ts'

/** What the thread draws, top to bottom. `key` is stable while entries come and go around an item. */
export type TimelineItem
  = | { type: 'day', key: string, at: string }
    | { type: 'lane', key: string, laneId: string, at: string }
    | { type: 'silence', key: string, days: number, withinRhythm: boolean | null, now: boolean }
    | { type: 'unread', key: string }
    | { type: 'message', key: string, entry: MessageEntry, first: boolean, last: boolean }
    | { type: 'signals', key: string, entries: SignalEntry[] }
    | { type: 'note', key: string, entry: NoteEntry }

export type TimelineOptions = {
  /** Silence of the person now, from readiness. A past silence is called usual only where the present, longer one is. */
  silence?: Readiness['silence'] | null
  /** How many of the customer's last messages were unread when the thread was opened. */
  unread?: number
  now: number
}

/** Shorter silences go without saying. */
const worthSaying = 7
const dayMs = 86_400_000
/** Messages of one author closer than this stand together. */
const together = 5 * 60_000

/** The customer's own doing ends a silence; what we write does not. */
function isTheirs(entry: ThreadEntry): boolean {
  return entry.type === 'signal' ? isBehaviour(entry) : entry.type === 'message' && entry.direction === 'in'
}

function rhythmOf(days: number, silence: Readiness['silence'] | null | undefined): boolean | null {
  if (!silence) return null
  if (silence.withinRhythm && days <= silence.days + 0.5) return true
  if (!silence.withinRhythm && days >= silence.days - 0.5) return false
  return null
}

function sideOf(entry: MessageEntry): string {
  return `${entry.direction}:${entry.author.kind}:${entry.author.id ?? ''}:${entry.laneId}`
}

/** Days, lanes, silences and the unread line set between the entries, which come oldest first. */
export function buildTimeline(entries: ThreadEntry[], options: TimelineOptions): TimelineItem[] {
  const shown = entries.filter(entry => entry.type !== 'signal' || isBehaviour(entry))
  const firstUnread = findFirstUnread(shown, options.unread ?? 0)
  const items: TimelineItem[] = []
  let day: { from: number, to: number } | null = null
  let lane = ''
  let theirLast: number | null = null
  let previous: { entry: MessageEntry, time: number } | null = null

  for (const entry of shown) {
    const time = Date.parse(entry.at)
    if (isTheirs(entry)) {
      const days = theirLast === null ? 0 : Math.floor((time - theirLast) / dayMs)
      if (days >= worthSaying) {
        items.push({ type: 'silence', key: `silence:${entry.id}`, days, withinRhythm: rhythmOf(days, options.silence), now: false })
        // After a long quiet the way they come by is worth saying again.
        lane = ''
        previous = null
      }
      theirLast = time
    }
    if (entry.type === 'signal') {
      const end = items.at(-1)
      if (end?.type === 'signals') end.entries.push(entry)
      else items.push({ type: 'signals', key: `signals:${entry.id}`, entries: [entry] })
      previous = null
      continue
    }
    if (!day || time < day.from || time >= day.to) {
      day = dayAround(time)
      items.push({ type: 'day', key: `day:${dayOf(time)}`, at: entry.at })
      previous = null
    }
    if (entry.id === firstUnread) {
      items.push({ type: 'unread', key: 'unread' })
      previous = null
    }
    if (entry.type === 'note') {
      items.push({ type: 'note', key: entry.id, entry })
      previous = null
      continue
    }
    if (entry.laneId !== lane) {
      lane = entry.laneId
      items.push({ type: 'lane', key: `lane:${entry.id}`, laneId: lane, at: entry.at })
      previous = null
    }
    const joins: boolean = previous !== null && time - previous.time < together && sideOf(previous.entry) === sideOf(entry)
    const end = items.at(-1)
    if (joins && end?.type === 'message') end.last = false
    items.push({ type: 'message', key: entry.clientId ?? entry.id, entry, first: !joins, last: true })
    previous = { entry, time }
  }
  const quiet = theirLast === null ? 0 : Math.floor((options.now - theirLast) / dayMs)
  if (quiet >= worthSaying) items.push({ type: 'silence', key: 'silence:now', days: quiet, withinRhythm: options.silence?.withinRhythm ?? null, now: true })
  return items
}

/** Id of the oldest of the customer's last `unread` messages. */
export function findFirstUnread(entries: ThreadEntry[], unread: number): string | null {
  let left = unread
  let found: string | null = null
  for (let i = entries.length - 1; i >= 0 && left > 0; i--) {
    const entry = entries[i]!
    if (entry.type !== 'message') continue
    // Who answered has read what stood above.
    if (entry.direction === 'out') break
    found = entry.id
    left--
  }
  return found
}
