import type { NextAction, Reason, Sentence, SentenceParams } from '#contracts'
import type { Change } from '../change.ts'
import { fillSentence } from '#contracts'
import { ar } from './ar.ts'
import { en } from './en.ts'
import { hi } from './hi.ts'
import { id } from './id.ts'

export type { Words } from './types.ts'

/** The languages of the interface: every sentence the engine can say. `scripts/readiness-words.ts` writes them out for the interface. */
export const words = { en, hi, ar, id } as const
export type Language = keyof typeof words

function say(language: Language, sentences: Record<string, Sentence>, code: string, params: SentenceParams): string {
  const sentence = sentences[code]
  return sentence === undefined ? code.replaceAll('_', ' ') : fillSentence(words[language], sentence, params)
}

/** A reason as a sentence; an unknown code reads as its own name. */
export function reasonInWords(reason: Pick<Reason, 'code' | 'params'>, language: Language = 'en'): string {
  return say(language, words[language].reasons, reason.code, reason.params)
}

/** A next action's reason as a sentence. */
export function actionInWords(action: Pick<NextAction, 'reason'>, language: Language = 'en'): string {
  return say(language, words[language].actions, action.reason.code, action.reason.params)
}

/** What would change the reading, as a sentence. */
export function changeInWords(change: Pick<Change, 'code' | 'params'>, language: Language = 'en'): string {
  return say(language, words[language].changes, change.code, change.params)
}

/** What a signal was. */
export function signalInWords(type: string, language: Language = 'en'): string {
  return fillSentence(words[language], '{type:signal}', { type })
}
