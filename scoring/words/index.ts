import type { NextAction, Reason } from '#contracts'
import type { Change } from '../change.ts'
import type { Plural, Words } from './types.ts'
import { ar } from './ar.ts'
import { en } from './en.ts'
import { hi } from './hi.ts'
import { id } from './id.ts'

export type { Words } from './types.ts'

/** The languages of the interface: every sentence the engine can say. Locale files may be written from here. */
export const words = { en, hi, ar, id } as const
export type Language = keyof typeof words

type Params = Reason['params']

function plural(locale: string, forms: Plural, n: number): string {
  return (forms[new Intl.PluralRules(locale).select(n)] ?? forms.other).replaceAll('{n}', String(n))
}

function filled(language: Words, value: string | number, how: string | undefined): string {
  const n = Number(value)
  if (how === 'signal') return (language.signals as Record<string, string>)[String(value)] ?? String(value).replaceAll('_', ' ')
  if (how === 'ago') return n === 0 ? language.today : n === 1 ? language.yesterday : plural(language.locale, language.ago, n)
  if (how === 'times') return n === 2 && language.times.two ? language.times.two : plural(language.locale, language.times, n)
  if (how === 'span') return plural(language.locale, language.span, n)
  return String(value)
}

function say(language: Words, sentence: string | undefined, code: string, params: Params): string {
  if (sentence === undefined) return code.replaceAll('_', ' ')
  return sentence.replaceAll(/\{(\w+)(?::(\w+))?\}/g, (_, name: string, how?: string) => filled(language, params[name] ?? '', how))
}

/** A reason as a sentence; an unknown code reads as its own name. */
export function reasonInWords(reason: Pick<Reason, 'code' | 'params'>, language: Language = 'en'): string {
  return say(words[language], (words[language].reasons as Record<string, string>)[reason.code], reason.code, reason.params)
}

/** A next action's reason as a sentence. */
export function actionInWords(action: Pick<NextAction, 'reason'>, language: Language = 'en'): string {
  const { code, params } = action.reason
  return say(words[language], (words[language].actions as Record<string, string>)[code], code, params)
}

/** What would change the reading, as a sentence. */
export function changeInWords(change: Pick<Change, 'code' | 'params'>, language: Language = 'en'): string {
  return say(words[language], words[language].changes[change.code], change.code, change.params)
}

/** What a signal type is called. */
export function signalInWords(type: string, language: Language = 'en'): string {
  return filled(words[language], type, 'signal')
}
