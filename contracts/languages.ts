/** The languages that pages for people speak, as their own speakers call them. */
export const languages = [
  { code: 'en', name: 'English', dir: 'ltr' },
  { code: 'hi', name: 'हिन्दी', dir: 'ltr' },
  { code: 'ar', name: 'العربية', dir: 'rtl' },
  { code: 'id', name: 'Bahasa Indonesia', dir: 'ltr' },
] as const
export type Language = (typeof languages)[number]['code']

/** The name under which a page keeps the language that was chosen, so that all pages of a house follow one choice. */
export const languagePlace = 'loupe.language'

/** The language to begin with: what was chosen before, else what the browser asks for (BCP 47 tags, the best first), else English. */
export function firstLanguage(stored: string | null, wanted: readonly string[]): Language {
  for (const tag of [stored ?? '', ...wanted]) {
    const found = languages.find(({ code }) => code === tag.split('-')[0]?.toLowerCase())
    if (found) return found.code
  }
  return 'en'
}

/** The direction in which a language is written. */
export function directionOf(language: Language): 'ltr' | 'rtl' {
  return languages.find(({ code }) => code === language)?.dir ?? 'ltr'
}

/**
 * Which of a message's forms a number takes in Arabic. Two forms: one, other. Three: none, one, more. Four: one, two, a few (3–10),
 * more; these follow the classes of CLDR.
 *
 * @param n what is counted
 * @param forms how many the message has
 * @returns index of the form
 */
export function arabicPlural(n: number, forms: number): number {
  if (forms <= 2) return n === 1 ? 0 : forms - 1
  if (forms === 3) return Math.min(n, 2)
  if (n === 1 || n === 2) return n - 1
  const rest = n % 100
  return rest >= 3 && rest <= 10 ? 2 : 3
}
