import type { SendErrorClass } from '#contracts'
import type { SendError } from '#webhooks'

/** What a failure says of more than its message. Times in milliseconds. */
export interface Consequences {
  /** Nothing can leave through the channel until somebody has seen to it. */
  channelDead?: boolean
  /** The person cannot be written to through this lane. */
  blockLane?: boolean
  /** The person has told the provider that they want no more. */
  optedOut?: boolean
  /** The whole number is too fast: nothing leaves through it for a while. */
  holdChannelMs?: number
}

/** What becomes of a message after a failed try. Times in milliseconds. */
export type Outcome
  = | { next: 'retry', inMs: number }
    /** The whole number is too fast, or its account in trouble: nothing leaves through it for a while. */
    | { next: 'retry', inMs: number, holdChannelMs: number }
    | ({ next: 'fail', code: string, canRetry: boolean, retryInMs?: number } & Consequences)
    /** The provider may have it. Only a person may decide to send again. */
    | { next: 'uncertain' }

/** Tries after which a passing fault counts as lasting: with the pauses below about nine minutes. */
export const mostAttempts = 7
const firstPauseMs = 2_000
const longestPauseMs = 5 * 60_000
/** Pause of a number that the provider calls too fast, when it names none (Meta: 131048, 131056, 130429, 80007). */
const slowDownMs = 60_000

/** A longer pause is not waited for in the thread, where it would look as if the message were about to leave: it has failed, and a person may send it again after that. */
const longestWaitMs = 60 * 60_000

/** Provider codes after which this person cannot be written to through this lane at all. Meta 131062: the user id cannot be messaged. */
const blocking: ReadonlySet<string> = new Set(['131062'])

/** What a failure can say, what it says of more than its message first. */
const telling: readonly SendErrorClass[] = ['dead', 'suppress', 'elsewhere', 'window', 'slow', 'retry', 'content']

/** The code of several that says most of why a message failed: providers put what is wrong with the person or the account anywhere beside what is wrong with the try. */
export function mostTelling(codes: readonly number[], classOf: (code: number) => SendErrorClass): number | undefined {
  // Within a class, what closes a lane.
  const weight = (code: number) => 2 * telling.indexOf(classOf(code)) + (blocking.has(String(code)) ? 0 : 1)
  return codes.toSorted((a, b) => weight(a) - weight(b))[0]
}

/**
 * What to do about a refusal, by its class and how often it was tried. `chance` in 0…1 spreads the pauses, so that messages that failed together
 * do not come back together.
 */
export function outcomeOf(error: SendError, attempts: number, chance: number): Outcome {
  if (error.mayHaveBeenSent) return { next: 'uncertain' }
  const exhausted = attempts >= mostAttempts
  switch (error.class) {
    case 'retry': {
      if (error.retryAfterMs !== undefined && error.retryAfterMs > longestWaitMs) return { next: 'fail', code: 'not_yet', canRetry: true, retryInMs: error.retryAfterMs }
      if (exhausted) return { next: 'fail', code: 'unreachable', canRetry: true }
      const pause = Math.min(longestPauseMs, firstPauseMs * 3 ** (attempts - 1))
      return { next: 'retry', inMs: Math.max(error.retryAfterMs ?? 0, Math.round(pause * (0.5 + chance / 2))) }
    }
    case 'slow': {
      const pause = Math.min(longestPauseMs, error.retryAfterMs ?? slowDownMs)
      if (exhausted) return { next: 'fail', code: 'too_fast', canRetry: true, holdChannelMs: pause }
      return { next: 'retry', inMs: pause + Math.round(chance * 1_000), holdChannelMs: pause }
    }
    case 'window':
      return { next: 'fail', code: 'window_closed', canRetry: false }
    case 'elsewhere':
      return { next: 'fail', code: 'undeliverable', canRetry: false, blockLane: blocking.has(error.code) }
    case 'suppress':
      return { next: 'fail', code: 'suppressed', canRetry: false, optedOut: true }
    case 'content':
      return { next: 'fail', code: 'refused', canRetry: false }
    case 'dead':
      return { next: 'fail', code: 'channel_dead', canRetry: true, channelDead: true }
  }
}
