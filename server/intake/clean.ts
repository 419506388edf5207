/** Most bytes of one text that are kept; no network carries more than a fraction of it. */
export const longestTextBytes = 65_536
const cutMark = '…'

/** Latest and earliest provider time that is believed, against the time of receipt. */
const aheadMs = 5 * 60_000
const earliestMs = Date.UTC(2009, 0, 1)

/**
 * A text as it can be stored and shown: no lone surrogates, no NULs, at most 64 kB, and a mark where the rest was left out. Null for no text.
 */
export function cleanText(text: string | undefined): string | null {
  if (text === undefined) return null
  // One UTF-16 unit takes at most three bytes of UTF-8, so that a short text need not be measured.
  const whole = text.length * 3 <= longestTextBytes
  return storable(whole ? text : cutTo(text, longestTextBytes))
}

/** Without what UTF-8 cannot carry (half a pair of surrogates) and what a store may cut at (NUL). */
function storable(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\uFFFD').replaceAll('\0', '')
}

function cutTo(text: string, bytes: number): string {
  const head = text.slice(0, bytes)
  if (Buffer.byteLength(head) <= bytes && head.length === text.length) return text
  const buffer = Buffer.from(head).subarray(0, bytes - 4)
  let end = buffer.length
  // Continuation bytes (10xxxxxx) belong to a character that began earlier.
  while (end > 0 && (buffer[end - 1]! & 0xC0) === 0x80) end--
  if (end > 0 && buffer[end - 1]! >= 0xC0) end--
  return `${buffer.toString('utf8', 0, end)}${cutMark}`
}

/**
 * When something happened, for sorting: the provider's time where it can be believed (2009 until five minutes after receipt), else the time of
 * receipt. `raw` is the provider's own time where it was not taken.
 */
export function sortableTime(at: string, receivedAt: Date): { at: Date, raw?: string } {
  const given = Date.parse(at)
  const received = receivedAt.getTime()
  if (given >= earliestMs && given <= received + aheadMs) return { at: new Date(given) }
  // The start of 1970 is how a channel says that its provider names no time.
  return given === 0 ? { at: receivedAt } : { at: receivedAt, raw: at.slice(0, 40) }
}

const deepest = 8
const mostItems = 100
const longestPart = 4096

/** What a provider says in a structure, as it can be stored: bounded in depth, width and length, without operators or prototype keys as names. */
export function cleanValue(value: unknown, level = 0): unknown {
  if (typeof value === 'string') return storable(value.slice(0, longestPart))
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value !== 'object' || value === null) return value === undefined || typeof value === 'boolean' ? value : null
  if (level >= deepest) return null
  if (Array.isArray(value)) return value.slice(0, mostItems).map(item => cleanValue(item, level + 1))
  const copy: Record<string, unknown> = {}
  for (const [key, item] of Object.entries(value).slice(0, mostItems)) {
    if (item !== undefined && key !== '__proto__' && !/^\$|[.\0]/.test(key)) copy[key.slice(0, 200)] = cleanValue(item, level + 1)
  }
  return copy
}
