import type { ApiError } from '#contracts'

/** Why a request did not bring what was asked. `code` is the API's own, or `offline` when no answer came at all. */
export class ApiFailure extends Error {
  readonly code: string
  readonly status: number
  readonly details: unknown

  constructor(code: string, message: string, status: number, details?: unknown) {
    super(message)
    this.name = 'ApiFailure'
    this.code = code
    this.status = status
    this.details = details
  }
}

/** No answer, or that of a proxy without a server behind it, or of a server that is still starting: for what was written it is the same, it waits. */
export function isOffline(error: unknown): boolean {
  return error instanceof ApiFailure && [0, 502, 503, 504].includes(error.status)
}

/** Where a conversation stands that was asked for under another one's id, which it has become part of since. */
export function mergedInto(error: unknown): string | null {
  const details = error instanceof ApiFailure && error.status === 404 ? error.details as { mergedInto?: unknown } | null | undefined : null
  return typeof details?.mergedInto === 'string' ? details.mergedInto : null
}

export type Query = Record<string, string | number | null | undefined>

export type Http = ReturnType<typeof createHttp>

/** Path with its query; what is null, undefined or empty is left out. */
export function address(path: string, query: Query = {}): string {
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== '') search.set(key, String(value))
  }
  return `/api/v1${path}${search.size > 0 ? `?${search}` : ''}`
}

async function failureOf(response: Response): Promise<ApiFailure> {
  const body: Partial<ApiError> = await response.json().catch(() => ({}))
  return new ApiFailure(body.error?.code ?? `http_${response.status}`, body.error?.message ?? response.statusText, response.status, body.error?.details)
}

/**
 * JSON over the session cookie. `csrf` is asked for the token of the session with everything that changes something.
 * Every failure is an `ApiFailure`; `onSignedOut` hears of each 401.
 */
export function createHttp(options: { csrf: () => string, renewCsrf?: () => Promise<unknown>, onSignedOut?: () => void, fetcher?: typeof fetch }) {
  const fetcher = options.fetcher ?? ((...args: Parameters<typeof fetch>) => fetch(...args))

  async function request<T>(method: string, path: string, query?: Query, body?: unknown, signal?: AbortSignal, renewed = false): Promise<T> {
    const headers: Record<string, string> = { accept: 'application/json' }
    if (method !== 'GET') headers['x-csrf-token'] = options.csrf()
    // A form and a file say themselves what they are.
    const asItIs = body instanceof FormData || body instanceof Blob
    if (body !== undefined && !asItIs) headers['content-type'] = 'application/json'
    const response = await fetcher(address(path, query), {
      method,
      headers,
      credentials: 'same-origin',
      ...(body === undefined ? {} : { body: asItIs ? body : JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    }).catch((error: unknown) => {
      if (error instanceof DOMException && error.name === 'AbortError') throw error
      throw new ApiFailure('offline', 'No answer from the server.', 0)
    })
    if (!response.ok) {
      const failure = await failureOf(response)
      // The token may be of a session that another tab has renewed: once more with the new one.
      if (failure.code === 'csrf' && !renewed && options.renewCsrf) {
        await options.renewCsrf()
        return request<T>(method, path, query, body, signal, true)
      }
      if (failure.status === 401 && !path.startsWith('/session')) options.onSignedOut?.()
      throw failure
    }
    if (response.status === 204) return undefined as T
    return await response.json() as T
  }

  return {
    get: <T>(path: string, query?: Query, signal?: AbortSignal) => request<T>('GET', path, query, undefined, signal),
    post: <T>(path: string, body: unknown = {}) => request<T>('POST', path, undefined, body),
    put: <T>(path: string, body: unknown) => request<T>('PUT', path, undefined, body),
    patch: <T>(path: string, body: unknown) => request<T>('PATCH', path, undefined, body),
    delete: <T>(path: string) => request<T>('DELETE', path),
    csrf: options.csrf,
  }
}
