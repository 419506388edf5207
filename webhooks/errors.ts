import type { SendErrorClass } from '#contracts'

/** The whole body is not one of this provider's: not its format, or not its envelope. Answered 400, never sent again by us. */
export class NotThisProviderError extends Error {
  override readonly name = 'NotThisProviderError'
  readonly code: 'empty' | 'not_json' | 'not_form' | 'not_this_provider'

  constructor(code: NotThisProviderError['code'], message: string) {
    super(message)
    this.code = code
  }
}

/** What a refused or failed send needs to say about itself. `retryAfterMs` is a wish of the provider's, or the least sensible pause. */
export type SendErrorDetails = {
  class: SendErrorClass
  /** The provider's own code, or one of `http_NNN`, `network`, `timeout`, `no_message_id`, `not_configured`, `not_supported`, `too_large`. */
  code: string
  message: string
  retryAfterMs?: number
  /** The request left and no answer came: the message may have been sent all the same. */
  mayHaveBeenSent?: boolean
  cause?: unknown
}

/** A message was not sent. `class` says what to do about it; the message text of the customer or of ours is never part of it. */
export class SendError extends Error {
  override readonly name = 'SendError'
  readonly class: SendErrorClass
  readonly code: string
  readonly retryAfterMs: number | undefined
  readonly mayHaveBeenSent: boolean

  constructor(details: SendErrorDetails) {
    super(details.message, { cause: details.cause })
    this.class = details.class
    this.code = details.code
    this.retryAfterMs = details.retryAfterMs
    this.mayHaveBeenSent = details.mayHaveBeenSent ?? false
  }
}

/** A file could not be fetched or handed over. `retry` says whether trying again later can help. */
export class MediaError extends Error {
  override readonly name = 'MediaError'
  readonly code: 'not_allowed' | 'too_large' | 'gone' | 'unauthorized' | 'no_address' | 'not_configured' | 'network' | 'timeout' | 'refused'
  readonly retry: boolean

  constructor(code: MediaError['code'], message: string, options: { retry?: boolean, cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.code = code
    this.retry = options.retry ?? false
  }
}
