const year2200 = 7_258_118_400_000
/** Below this a timestamp is in seconds (it would be the year 5138), from here on in milliseconds (1973). */
const firstMilliseconds = 100_000_000_000

/** A provider's timestamp, in seconds or milliseconds, as number or decimal text, in milliseconds; undefined when it is no time between 1970 and 2200. */
export function milliseconds(value: unknown): number | undefined {
  const given = typeof value === 'string' && /^\d{1,16}(?:\.\d{1,9})?$/.test(value) ? Number(value) : value
  if (typeof given !== 'number' || !(given >= 0)) return undefined
  const found = Math.floor(given < firstMilliseconds ? given * 1000 : given)
  return found <= year2200 ? found : undefined
}

/** The first of the values that is a time, as ISO 8601 in UTC; the start of 1970 when none is. Never the clock: parsing again must give the same. */
export function isoTime(...values: readonly unknown[]): string {
  for (const value of values) {
    const found = milliseconds(value)
    if (found !== undefined) return new Date(found).toISOString()
  }
  return new Date(0).toISOString()
}
