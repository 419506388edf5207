import type { SignalType } from '#contracts'
import type { changeCodes } from '../change.ts'
import type { nextActionReasonCodes, reasonCodes } from '../codes.ts'

/** Plural forms as `Intl.PluralRules` names them; `other` always, `{n}` stands for the number. */
export type Plural = { zero?: string, one?: string, two?: string, few?: string, many?: string, other: string }

/**
 * One language. Sentences hold `{param}` as it is, `{param:ago}` as a day in the past, `{param:span}` as a length of days,
 * `{param:times}` as how often, and `{param:signal}` as the reading of a signal type.
 */
export type Words = {
  locale: string
  today: string
  yesterday: string
  ago: Plural
  span: Plural
  times: Plural
  /** What each signal is, as the head of a sentence. */
  signals: Record<SignalType, string>
  reasons: Record<keyof typeof reasonCodes, string>
  actions: Record<keyof typeof nextActionReasonCodes, string>
  changes: Record<keyof typeof changeCodes, string>
}
