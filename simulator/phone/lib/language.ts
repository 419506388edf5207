import type { Language } from '#contracts'
import { computed } from 'vue'
import { createI18n, useI18n } from 'vue-i18n'
import { arabicPlural, directionOf, firstLanguage, languagePlace, languages } from '#contracts'
import ar from '../locales/ar.json'
import en from '../locales/en.json'
import hi from '../locales/hi.json'
import id from '../locales/id.json'

function turnPage(code: Language): void {
  document.documentElement.lang = code
  document.documentElement.dir = directionOf(code)
}

/** The phone's words in all languages; few enough to come with the page. */
export function makeLanguages() {
  const locale = firstLanguage(localStorage.getItem(languagePlace), navigator.languages)
  turnPage(locale)
  return createI18n({
    legacy: false,
    locale,
    fallbackLocale: 'en',
    messages: { en, hi, ar, id },
    pluralRules: { ar: arabicPlural },
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
    const chosen = languages.find(({ code }) => event.key === languagePlace && code === event.newValue)
    if (chosen) choose(chosen.code)
  })
  return computed<Language>({
    get: () => locale.value as Language,
    set: (code) => {
      localStorage.setItem(languagePlace, code)
      choose(code)
    },
  })
}
