import type { Sentence, SentencePack, SignalType } from '#contracts'
import type { SeasonName } from '../calendar/regions.ts'
import type { changeCodes } from '../change.ts'
import type { nextActionReasonCodes, reasonCodes } from '../codes.ts'

/** One language, with a sentence for everything that the engine can say. */
export type Words = SentencePack & {
  signals: Record<SignalType, string>
  seasons: Record<SeasonName, string>
  reasons: Record<keyof typeof reasonCodes, Sentence>
  actions: Record<keyof typeof nextActionReasonCodes, Sentence>
  changes: Record<keyof typeof changeCodes, Sentence>
}
