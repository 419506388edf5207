import type { Language, SentencePack } from '#contracts'
import type { Messages } from './i18n.ts'
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import * as time from './time.ts'
import { useClock } from './useClock.ts'

/** The helpers of `time` bound to the reader's language and to a clock that ticks, so that `2m` becomes `3m` by itself. */
export function useFormat() {
  const { t: translate, te, locale, messages } = useI18n<{ message: Messages }, Language>({ useScope: 'global' })
  const now = useClock()
  const t: time.Translate = (key, params = {}, plural) => plural === undefined ? translate(key, params) : translate(key, params, plural)
  return {
    t,
    te: (key: string) => te(key) || te(key, 'en'),
    locale,
    now,
    /** What the engine can say of a person, in the reader's language. */
    sentences: computed<SentencePack>(() => (messages.value[locale.value] ?? messages.value.en!).readiness),
    clock: (at: string | number, zone?: string) => time.clock(at, locale.value, zone),
    shortAgo: (at: string) => time.shortAgo(at, now.value, locale.value, t),
    date: (at: string, timeZone?: string) => time.date(at, locale.value, now.value, { timeZone }),
    ahead: (at: string) => time.ahead(at, now.value, locale.value),
    dayName: (at: string) => time.dayName(at, now.value, locale.value, t),
    dayInline: (at: string) => time.dayInline(at, now.value, locale.value, t),
    until: (at: string) => time.countdown(Date.parse(at) - now.value, t),
    money: (amount: number, currency: string) => time.money(amount, currency, locale.value),
    percent: (share: number) => time.percent(share, locale.value),
    /** A share with a decimal where it is small, so that 0.4 % does not read as none. */
    rate: (share: number) => time.percent(share, locale.value, share < 0.0995 ? 1 : 0),
    count: (n: number) => time.decimal(n, locale.value, 0),
    decimal: (value: number, digits: number) => time.decimal(value, locale.value, digits),
    languageName: (code: string) => time.languageName(code, locale.value),
    fileSize: (bytes: number) => time.fileSize(bytes, locale.value),
    listOf: computed(() => new Intl.ListFormat(locale.value, { type: 'conjunction' })),
  }
}
