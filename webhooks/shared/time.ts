const year2200 = 7_258_118_400_000
/** Below this a timestamp is in seconds (it would be the year 5138), from here on in milliseconds (1973). */
const firstMilliseconds = 100_000_000_000

/** ISO 8601 with a zone, which Meta writes without its colon. */
const isoForm = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?)(?:Z|([+-]\d{2}):?(\d{2}))$/

/**
 * A provider's timestamp in milliseconds: seconds or milliseconds, as number or decimal text, or ISO 8601. Undefined when it is no time between
 * 1970 and 2200.
 */
export function milliseconds(value: unknown): number | undefined {
  const found = typeof value === 'string' ? ofText(value) : ofNumber(value)
  return found >= 0 && found <= year2200 ? found : undefined
}

/** The first of the values that is a time, as ISO 8601 in UTC; the start of 1970 when none is. Never the clock: parsing again must give the same. */
export function isoTime(...values: readonly unknown[]): string {
  for (const value of values) {
    const found = milliseconds(value)
    if (found !== undefined) return new Date(found).toISOString()
  }
  return new Date(0).toISOString()
}

function ofNumber(value: unknown): number {
  if (typeof value !== 'number') return Number.NaN
  return Math.floor(value < firstMilliseconds ? value * 1000 : value)
}

function ofText(value: string): number {
  if (/^\d{1,16}(?:\.\d{1,9})?$/.test(value)) return ofNumber(Number(value))
  const [, moment, hours, minutes] = isoForm.exec(value) ?? []
  return moment === undefined ? Number.NaN : Date.parse(`${moment}${hours === undefined ? 'Z' : `${hours}:${minutes}`}`)
}
