import type { SentencePack } from '#contracts'
import { createI18n } from 'vue-i18n'
import english from '../locales/en.json'
import readiness from '../locales/readiness/en.json'

export const languages = [
  { code: 'en', name: 'English', dir: 'ltr' },
  { code: 'hi', name: 'हिन्दी', dir: 'ltr' },
  { code: 'ar', name: 'العربية', dir: 'rtl' },
  { code: 'id', name: 'Bahasa Indonesia', dir: 'ltr' },
] as const
export type Language = (typeof languages)[number]['code']
/** The interface's own words, and what the engine can say of a person. */
export type Messages = typeof english & { readiness: SentencePack }

const en: Messages = { ...english, readiness }

type Loaded<T> = Promise<{ default: T }>
const files: Record<Exclude<Language, 'en'>, () => Promise<[{ default: typeof english }, { default: SentencePack }]>> = {
  hi: () => both(import('../locales/hi.json'), import('../locales/readiness/hi.json')),
  ar: () => both(import('../locales/ar.json'), import('../locales/readiness/ar.json')),
  id: () => both(import('../locales/id.json'), import('../locales/readiness/id.json')),
}

function both(words: Loaded<typeof english>, sentences: Loaded<SentencePack>) {
  return Promise.all([words, sentences])
}

/**
 * Which of a message's forms a number takes in Arabic. Two forms: one, other. Three: none, one, more. Four: one, two, a few (3–10),
 * more; these follow the classes of CLDR.
 */
export function arabicPlural(n: number, forms: number): number {
  if (forms <= 2) return n === 1 ? 0 : forms - 1
  if (forms === 3) return Math.min(n, 2)
  if (n === 1 || n === 2) return n - 1
  const rest = n % 100
  return rest >= 3 && rest <= 10 ? 2 : 3
}

export function makeI18n() {
  return createI18n({
    legacy: false,
    locale: 'en',
    fallbackLocale: 'en',
    messages: { en } as Record<string, Messages>,
    pluralRules: { ar: arabicPlural },
    missingWarn: false,
    fallbackWarn: false,
  })
}
/** The part of vue-i18n's composer that changing the language needs. */
export type LanguageHolder = { locale: { value: string }, availableLocales: string[], setLocaleMessage: (locale: string, messages: Messages) => void }

/** The language to begin with: what was chosen before, else what the browser asks for, else English. */
export function firstLanguage(stored: string | null, wanted: readonly string[]): Language {
  for (const tag of [stored ?? '', ...wanted]) {
    const found = languages.find(l => l.code === tag.split('-')[0]?.toLowerCase())
    if (found) return found.code
  }
  return 'en'
}

/** Loads the language's words when they are not here yet, then turns the whole page to it. */
export async function setLanguage(i18n: LanguageHolder, code: Language): Promise<void> {
  if (code !== 'en' && !i18n.availableLocales.includes(code)) {
    const [words, sentences] = await files[code]()
    i18n.setLocaleMessage(code, { ...words.default, readiness: sentences.default })
  }
  i18n.locale.value = code
  document.documentElement.lang = code
  document.documentElement.dir = languages.find(l => l.code === code)?.dir ?? 'ltr'
}
