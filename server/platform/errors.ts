/** Codes that a rule or a service may fail with; `http-errors.ts` alone knows which status each one is. */
export const errorCodes = [
  'not_found', 'forbidden', 'not_signed_in', 'bad_credentials', 'invalid', 'conflict', 'too_many', 'too_large', 'csrf', 'stale', 'gate_closed', 'gate_asks', 'too_late', 'unavailable', 'setup_done', 'sandbox_only', 'not_carried', 'no_public_url',
] as const
export type ErrorCode = (typeof errorCodes)[number]

/** An expected failure. `message` is a sentence for the person in front of the screen and says what to do. */
export class LoupeError extends Error {
  readonly code: ErrorCode
  readonly details: unknown

  constructor(code: ErrorCode, message: string, details?: unknown) {
    super(message)
    this.name = 'LoupeError'
    this.code = code
    this.details = details
  }
}
