import { z } from 'zod'

/** The house refused something, or could not be reached. `code` is the API's own, or `unreachable`. */
export class HouseError extends Error {
  override readonly name = 'HouseError'
  readonly code: string
  readonly status: number

  constructor(code: string, status: number, message: string) {
    super(message)
    this.code = code
    this.status = status
  }
}

const Refusal = z.object({ error: z.object({ code: z.string(), message: z.string() }) })
const patienceMs = 60_000
const longestPauseMs = 2_000

/** Loupe's API and webhooks as somebody with a key calls them. */
export class HouseClient {
  readonly #url: string
  readonly #key: string
  readonly #signal: AbortSignal | undefined

  constructor(options: { loupeUrl: string, apiKey: string, signal?: AbortSignal | undefined }) {
    this.#url = options.loupeUrl.replace(/\/+$/, '')
    this.#key = options.apiKey
    this.#signal = options.signal
  }

  /** Calls the API and reads the answer. @throws HouseError */
  async api<T extends z.ZodType>(method: 'GET' | 'PUT' | 'POST' | 'PATCH', path: string, answer: T, body?: unknown): Promise<z.infer<T>> {
    const response = await this.#call(path, {
      method,
      headers: { authorization: `Bearer ${this.#key}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return answer.parse(text === '' ? undefined : JSON.parse(text))
  }

  /** Delivers a webhook. @throws HouseError */
  async webhook(path: string, body: string, headers: Record<string, string>): Promise<void> {
    await (await this.#call(path, { method: 'POST', headers, body })).arrayBuffer()
  }

  /** A house that is busy or just starting is asked again for a while; one that refuses is not. */
  async #call(path: string, init: RequestInit): Promise<Response> {
    const until = Date.now() + patienceMs
    for (let pause = 100; ; pause = Math.min(pause * 2, longestPauseMs)) {
      const timeout = AbortSignal.timeout(patienceMs)
      const response = await fetch(`${this.#url}${path}`, { ...init, signal: this.#signal ? AbortSignal.any([this.#signal, timeout]) : timeout }).catch((cause: unknown) => {
        if (this.#signal?.aborted || Date.now() > until) throw new HouseError('unreachable', 0, `${this.#url} cannot be reached: ${cause instanceof Error ? cause.message : 'no answer'}.`)
        return null
      })
      if (response?.ok) return response
      if (response && ![429, 502, 503, 504].includes(response.status)) throw await refusalOf(response, path)
      if (response && Date.now() > until) throw await refusalOf(response, path)
      await response?.arrayBuffer()
      await new Promise(resolve => setTimeout(resolve, pause))
    }
  }
}

async function refusalOf(response: Response, path: string): Promise<HouseError> {
  const text = await response.text()
  let refusal
  try { refusal = Refusal.safeParse(JSON.parse(text)).data?.error }
  catch { refusal = undefined }
  return new HouseError(refusal?.code ?? `http_${response.status}`, response.status, `${path}: ${refusal?.message ?? `answered ${response.status}`}`)
}
