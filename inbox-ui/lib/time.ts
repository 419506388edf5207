/** A translator as vue-i18n gives it: a key, what fills it. */
export type Translate = (key: string, params?: Record<string, unknown>, plural?: number) => string

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** Digits that an interface of mixed scripts shows alike: Latin, also in Arabic and Hindi, as WhatsApp does. */
function intl(locale: string): string {
  // Day before month, as most of the places where houses stand write it.
  return `${locale === 'en' ? 'en-GB' : locale}-u-nu-latn`
}

/** Formatters are dear to make and the same arguments always give the same one: a memo, which nobody can tell is there. */
const dates = new Map<string, Intl.DateTimeFormat>()
function dateFormat(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale}:${JSON.stringify(options)}`
  const made = dates.get(key) ?? new Intl.DateTimeFormat(intl(locale), options)
  dates.set(key, made)
  return made
}

/** `14:26` in the reader's zone, or in `timeZone`. */
export function clock(at: string | number, locale: string, timeZone?: string): string {
  return dateFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', ...(timeZone ? { timeZone } : {}) }).format(new Date(at))
}

/** A calendar day of the reader's zone as `2026-11-22`. */
export function dayOf(at: string | number): string {
  const d = new Date(at)
  return `${d.getFullYear()}-${String(d.getMonth() + 1).padStart(2, '0')}-${String(d.getDate()).padStart(2, '0')}`
}

/** The calendar day of the reader's zone that a time lies in, from its first millisecond to that of the next day. */
export function dayAround(at: number): { from: number, to: number } {
  const d = new Date(at)
  const [year, month, date] = [d.getFullYear(), d.getMonth(), d.getDate()]
  return { from: new Date(year, month, date).getTime(), to: new Date(year, month, date + 1).getTime() }
}

/** Midnights between two times in the reader's zone. */
export function calendarDays(from: string | number, to: string | number): number {
  const start = (at: string | number) => { const d = new Date(at); return Date.UTC(d.getFullYear(), d.getMonth(), d.getDate()) }
  return Math.round((start(to) - start(from)) / day)
}

/** `2m`, `3h`, `Tue`, `12 Nov`, `12 Nov 2025`: how long ago, in as little room as a row has. */
export function shortAgo(at: string, now: number, locale: string, t: Translate): string {
  const gone = now - Date.parse(at)
  if (gone < minute) return t('time.now')
  if (gone < hour) return t('time.minutes', { n: Math.floor(gone / minute) })
  if (gone < 12 * hour) return t('time.hours', { n: Math.floor(gone / hour) })
  const days = calendarDays(at, now)
  if (days === 0) return clock(at, locale)
  if (days === 1) return t('time.yesterday')
  if (days < 7) return dateFormat(locale, { weekday: 'short' }).format(new Date(at))
  return date(at, locale, now)
}

/** `12 Nov`, with the year where it is not this one; in the reader's zone unless another is named. */
export function date(at: string | number, locale: string, now: number, { month = 'short', timeZone }: { month?: 'short' | 'long', timeZone?: string } = {}): string {
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear()
  return dateFormat(locale, { day: 'numeric', month, ...(sameYear ? {} : { year: 'numeric' }), ...(timeZone ? { timeZone } : {}) }).format(new Date(at))
}

/** `Today`, `Yesterday`, `Tuesday`, `24 October`: how a day divider reads. */
export function dayName(at: string, now: number, locale: string, t: Translate): string {
  const days = calendarDays(at, now)
  if (days === 0) return t('time.today')
  if (days === 1) return t('time.yesterday')
  if (days > 1 && days < 7) return dateFormat(locale, { weekday: 'long' }).format(new Date(at))
  return date(at, locale, now, { month: 'long' })
}

/** `18:00`, `Tue 10:00`, `14 Dec 10:00`: a time that is still to come, with as much of its day as it takes. */
export function ahead(at: string, now: number, locale: string): string {
  const days = calendarDays(now, at)
  const day = days === 0 ? '' : days < 7 ? dateFormat(locale, { weekday: 'short' }).format(new Date(at)) : date(at, locale, now)
  return [day, clock(at, locale)].filter(Boolean).join(' ')
}

/** `today`, `yesterday`, `12 Nov`: a day within a sentence. */
export function dayInline(at: string, now: number, locale: string, t: Translate): string {
  const days = calendarDays(at, now)
  if (days === 0) return t('time.todayInline')
  if (days === 1) return t('time.yesterdayInline')
  return date(at, locale, now)
}

/** `23 h 58 m`, `12 m`: what is left, never less than zero. */
export function countdown(ms: number, t: Translate): string {
  const left = Math.max(0, ms)
  const hours = Math.floor(left / hour)
  const minutes = Math.floor(left % hour / minute)
  return hours > 0 ? t('time.hoursMinutes', { h: hours, m: minutes }) : t('time.minutesLong', { m: minutes })
}

/** `0:41` of seconds. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}

export function money(amount: number, currency: string, locale: string): string {
  try {
    // Rupees are counted in lakhs, in whatever language.
    return new Intl.NumberFormat(currency === 'INR' && locale === 'en' ? 'en-IN' : intl(locale), { style: 'currency', currency, maximumFractionDigits: amount % 1 === 0 ? 0 : 2 }).format(amount)
  }
  catch {
    // A point of sale may send a currency that is none; the figure is still worth showing.
    return `${amount} ${currency}`
  }
}

export function percent(share: number, locale: string, digits = 0): string {
  return new Intl.NumberFormat(intl(locale), { style: 'percent', maximumFractionDigits: digits }).format(share)
}

/** A number with exactly as many decimals. */
export function decimal(value: number, locale: string, digits: number): string {
  return new Intl.NumberFormat(intl(locale), { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value)
}

/** `482 kB`, `2.1 MB`. */
export function fileSize(bytes: number, locale: string): string {
  const [value, unit] = bytes < 1_000_000 ? [Math.max(1, Math.round(bytes / 1000)), 'kilobyte'] : [Math.round(bytes / 100_000) / 10, 'megabyte']
  return new Intl.NumberFormat(intl(locale), { style: 'unit', unit, unitDisplay: 'short' }).format(value)
}

/** `Hindi`, `English (UK)` of a language's code, as a provider writes it (`en_GB`); the code itself where it is none. */
export function languageName(code: string, locale: string): string {
  try { return new Intl.DisplayNames(locale, { type: 'language' }).of(code.replaceAll('_', '-')) ?? code }
  catch { return code }
}
