import type { Language } from '#contracts'
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { languagePlace } from '#contracts'
import { setLanguage } from '../lib/i18n.ts'

/** The language of this device; setting it loads the words first, so that nothing shows half translated. */
export function useLanguage() {
  const i18n = useI18n()
  return computed<Language>({
    get: () => i18n.locale.value as Language,
    set: (code) => {
      localStorage.setItem(languagePlace, code)
      void setLanguage(i18n, code)
    },
  })
}
