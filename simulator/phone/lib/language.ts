import { computed } from 'vue'
import { createI18n, useI18n } from 'vue-i18n'
import ar from '../locales/ar.json'
import en from '../locales/en.json'
import hi from '../locales/hi.json'
import id from '../locales/id.json'

export const languages = [
  { code: 'en', name: 'English', dir: 'ltr' },
  { code: 'hi', name: 'हिन्दी', dir: 'ltr' },
  { code: 'ar', name: 'العربية', dir: 'rtl' },
  { code: 'id', name: 'Bahasa Indonesia', dir: 'ltr' },
] as const
type Language = (typeof languages)[number]['code']

/** The name that the inbox keeps its language under, so that both follow one choice. */
const place = 'loupe.language'

/** The language to begin with: what was chosen before, here or in the inbox, else what the browser asks for, else English. */
function firstLanguage(): Language {
  for (const tag of [localStorage.getItem(place) ?? '', ...navigator.languages]) {
    const found = languages.find(({ code }) => code === tag.split('-')[0]?.toLowerCase())
    if (found) return found.code
  }
  return 'en'
}

function turnPage(code: Language): void {
  document.documentElement.lang = code
  document.documentElement.dir = languages.find(language => language.code === code)?.dir ?? 'ltr'
}

/** The phone's words in all languages; few enough to come with the page. */
export function makeLanguages() {
  const locale = firstLanguage()
  turnPage(locale)
  return createI18n({
    legacy: false,
    locale,
    fallbackLocale: 'en',
    messages: { en, hi, ar, id },
    // CLDR's classes of Arabic, for messages of four forms: one, two, a few, many.
    pluralRules: { ar: (n: number, forms: number) => forms < 4 || n === 1 ? Math.min(n - 1, forms - 1) : n === 2 ? 1 : n % 100 >= 3 && n % 100 <= 10 ? 2 : 3 },
  })
}

/** The language of the page; setting it is remembered, for the inbox as well. */
export function useLanguage() {
  const { locale } = useI18n()
  const choose = (code: Language) => {
    locale.value = code
    turnPage(code)
  }
  window.addEventListener('storage', (event) => {
    const chosen = languages.find(({ code }) => event.key === place && code === event.newValue)
    if (chosen) choose(chosen.code)
  })
  return computed<Language>({
    get: () => locale.value as Language,
    set: (code) => {
      localStorage.setItem(place, code)
      choose(code)
    },
  })
}
