import type { ChannelContext } from '../channel.ts'
import { SendError } from '../errors.ts'

/** Longest that a call may take before it counts as lost. */
const callTimeoutMs = 20_000
/** Longest pause that a provider's `Retry-After` is believed. */
const longestPauseMs = 24 * 60 * 60 * 1000

/** Failures after which the request has certainly not reached the provider. */
const neverArrived: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT', 'CERT_HAS_EXPIRED'])

/**
 * One call to a provider, with a limit on its time. Redirects are refused: a provider's API does not redirect, and the token must not travel.
 * @throws SendError of class `retry` when no answer came.
 */
export async function call(context: ChannelContext, url: string, init: RequestInit): Promise<Response> {
  const timeout = AbortSignal.timeout(callTimeoutMs)
  const signal = context.signal === undefined ? timeout : AbortSignal.any([context.signal, timeout])
  try {
    return await context.fetch(url, { ...init, redirect: 'error', signal })
  }
  catch (error) {
    const code = causeCode(error)
    const timedOut = timeout.aborted
    throw new SendError({
      class: 'retry',
      code: timedOut ? 'timeout' : 'network',
      message: timedOut ? 'The provider did not answer in time.' : `The provider could not be reached${code === undefined ? '' : ` (${code})`}.`,
      mayHaveBeenSent: code === undefined || !neverArrived.has(code),
      cause: error,
    })
  }
}

/** How long the provider asks us to wait: `Retry-After` in seconds or as a date. */
export function retryAfter(response: Response, now: number): number | undefined {
  const header = response.headers.get('retry-after')
  if (header === null) return undefined
  const asked = /^\d{1,9}$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now
  return Number.isFinite(asked) ? Math.min(Math.max(asked, 0), longestPauseMs) : undefined
}

/** What to do about an answer whose body says nothing that we know. */
export function classOfStatus(status: number): 'retry' | 'dead' | 'content' {
  if (status === 429 || status >= 500 || status === 408) return 'retry'
  return status === 401 || status === 403 ? 'dead' : 'content'
}

/** Whether a gateway gave up in the middle, so that the message may have been sent all the same. */
export function leavesDoubt(status: number): boolean {
  return status === 502 || status === 504
}

function causeCode(error: unknown): string | undefined {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 4; at = at.cause, depth++) {
    if ('code' in at && typeof at.code === 'string') return at.code
  }
  return undefined
}
