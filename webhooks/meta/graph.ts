import type { SendErrorClass } from '#contracts'
import type { ChannelContext } from '../channel.ts'
import { SendError } from '../errors.ts'
import { call, classOfStatus, leavesDoubt, retryAfter } from '../shared/http.ts'
import { field, number, parseJson, text } from '../shared/json.ts'

/** Version of the Graph API that is called where the configured address names none. */
const graphVersion = 'v25.0'

/** What one channel adds to a refusal: the classes of its own codes, and the least pause for some. */
export type GraphErrors = {
  classOf: (code: number, subcode: number | undefined) => SendErrorClass | undefined
  pauseMs?: (code: number) => number | undefined
}

export type GraphRequest = { path: string, method?: 'GET' | 'POST', json?: unknown, form?: FormData }

/** The address of the API with its version. */
export function graphBase(apiUrl: string): string {
  const base = apiUrl.replace(/\/+$/, '')
  return /\/v\d+\.\d+$/.test(base) ? base : `${base}/${graphVersion}`
}

/**
 * One call of the Graph API; its answer as JSON.
 * @throws SendError with the class that the channel gives the code, by HTTP status where it gives none.
 */
export async function graphCall(context: ChannelContext, apiUrl: string, request: GraphRequest, errors: GraphErrors): Promise<unknown> {
  const token = context.config.accessToken
  if (token === undefined || token === '') throw new SendError({ class: 'dead', code: 'not_configured', message: 'The channel has no access token.' })
  const response = await call(context, `${graphBase(apiUrl)}/${request.path}`, {
    method: request.method ?? 'POST',
    headers: { authorization: `Bearer ${token}`, ...request.json === undefined ? {} : { 'content-type': 'application/json' } },
    ...request.json === undefined ? {} : { body: JSON.stringify(request.json) },
    ...request.form === undefined ? {} : { body: request.form },
  })
  const answer = await readAnswer(response)
  if (response.ok && field(answer, 'error') === undefined) return answer
  throw graphError(response, answer, context.now(), errors)
}

/** What came back as JSON; undefined when it is none or its end never came. */
async function readAnswer(response: Response): Promise<unknown> {
  try {
    return parseJson(await response.text())
  }
  catch {
    return undefined
  }
}

function graphError(response: Response, answer: unknown, now: number, errors: GraphErrors): SendError {
  const error = field(answer, 'error')
  const code = number(error, 'code')
  const known = code === undefined ? undefined : errors.classOf(code, number(error, 'error_subcode'))
  const detail = text(field(error, 'error_data'), 'details')
  const message = text(error, 'message') ?? `The provider answered ${response.status}.`
  return new SendError({
    class: known ?? classOfStatus(response.status),
    code: code === undefined ? `http_${response.status}` : String(code),
    message: (detail === undefined ? message : `${message} ${detail}`).slice(0, 500),
    retryAfterMs: retryAfter(response, now) ?? (code === undefined ? undefined : errors.pauseMs?.(code)),
    mayHaveBeenSent: code === undefined && leavesDoubt(response.status),
  })
}

/** Whether a code says that the token lacks the right to this one call: it may have the right to send all the same. Source: Graph API, Handling errors. */
export const lacksPermission = (code: number): boolean => code === 3 || code === 10 || (code >= 200 && code < 300)

/** Codes that mean the same all over the Graph API. Source: Graph API, Handling errors. */
export function commonGraphClass(code: number): SendErrorClass | undefined {
  if (code === 190 || code === 102 || code === 0 || code === 33 || code === 368 || lacksPermission(code)) return 'dead'
  if (code === 1 || code === 2) return 'retry'
  if (code === 4 || code === 17 || code === 32 || code === 613 || code === 80007) return 'slow'
  return code === 100 ? 'content' : undefined
}
