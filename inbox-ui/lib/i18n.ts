import type { Language, SentencePack } from '#contracts'
import { createI18n } from 'vue-i18n'
import { arabicPlural, directionOf } from '#contracts'
import english from '../locales/en.json'
import readiness from '../locales/readiness/en.json'

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

/** Loads the language's words when they are not here yet, then turns the whole page to it. */
export async function setLanguage(i18n: LanguageHolder, code: Language): Promise<void> {
  if (code !== 'en' && !i18n.availableLocales.includes(code)) {
    const [words, sentences] = await files[code]()
    i18n.setLocaleMessage(code, { ...words.default, readiness: sentences.default })
  }
  i18n.locale.value = code
  document.documentElement.lang = code
  document.documentElement.dir = directionOf(code)
}
