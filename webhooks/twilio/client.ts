import type { Twilio } from 'twilio'
import type RequestClient from 'twilio/lib/base/RequestClient.js'
import type { ChannelContext } from '../channel.ts'
import { SendError } from '../errors.ts'
import { call, classOfStatus, leavesDoubt, retryAfter } from '../shared/http.ts'
import { asObject, number, objectInText, text } from '../shared/json.ts'
import { defaultApiUrl } from './definition.ts'
import { knownClass, pauseOf } from './errors.ts'

/** Address of the configured API. */
export function apiUrl(context: ChannelContext): string {
  return context.config.apiUrl ?? defaultApiUrl
}

/** `Authorization` of the configured account. @throws SendError when it is not configured. */
export function basicAuth(context: ChannelContext): string {
  const { username, password } = account(context)
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
}

function account(context: ChannelContext): { username: string, password: string } {
  const { accountId, accessToken } = context.config
  if (!accountId || !accessToken) throw new SendError({ class: 'dead', code: 'not_configured', message: 'The channel has no account SID and auth token.' })
  // Twilio's own client refuses such a one with an error of no type.
  if (!accountId.startsWith('AC')) throw new SendError({ class: 'dead', code: 'not_configured', message: 'The account SID of the channel does not begin with AC.' })
  return { username: accountId, password: accessToken }
}

type RequestOptions<TData> = RequestClient.RequestOptions<TData>
type TwilioAnswer<TData> = Awaited<ReturnType<typeof RequestClient.prototype.request<TData>>>

/**
 * Twilio's own client, whose requests leave by the context's `fetch`; with a configured API address they go there, whichever of Twilio's hosts they were for.
 * Refusals and lost calls come out of it as {@link SendError}. The library is loaded when it is first needed: it is large.
 */
export async function twilioClient(context: ChannelContext): Promise<Twilio> {
  const { username, password } = account(context)
  const { default: twilio } = await import('twilio')
  class ContextClient extends twilio.RequestClient {
    override async request<TData>(options: RequestOptions<TData>): Promise<TwilioAnswer<TData>> {
      const response = await call(context, addressOf(options.uri, options.params, context), {
        method: options.method.toUpperCase(),
        headers: { accept: 'application/json', authorization: basicAuth(context) },
        ...options.data === undefined ? {} : { body: formOf(options.data) },
      })
      const body = await textOf(response)
      if (!response.ok) throw refusal(response, body, context.now())
      // The library parses a body that it is given as text, whatever the type that it declares for it.
      return { statusCode: response.status, body: body as TData, headers: Object.fromEntries(response.headers) }
    }
  }
  return twilio(username, password, { httpClient: new ContextClient() })
}

function addressOf(uri: string, params: object | undefined, context: ChannelContext): string {
  const url = new URL(uri)
  const query = params === undefined ? '' : formOf(params).toString()
  const base = context.config.apiUrl?.replace(/\/+$/, '') ?? url.origin
  return `${base}${url.pathname}${query === '' ? url.search : `?${query}`}`
}

/** Parameters as Twilio takes them: a list repeats its name, what is undefined is left out. */
function formOf(data: unknown): URLSearchParams {
  const form = new URLSearchParams()
  for (const [name, value] of Object.entries(asObject(data) ?? {})) {
    for (const item of Array.isArray(value) ? value as unknown[] : [value]) {
      if (item !== undefined && item !== null) form.append(name, String(item))
    }
  }
  return form
}

async function textOf(response: Response): Promise<string> {
  try {
    return await response.text()
  }
  catch (cause) {
    throw new SendError({ class: 'retry', code: 'network', message: 'The answer broke off.', mayHaveBeenSent: response.ok, cause })
  }
}

function refusal(response: Response, body: string, now: number): SendError {
  const answer = objectInText(body)
  const code = number(answer, 'code')
  return new SendError({
    class: (code === undefined ? undefined : knownClass(code)) ?? classOfStatus(response.status),
    code: code === undefined ? `http_${response.status}` : String(code),
    message: (text(answer, 'message') ?? `The provider answered ${response.status}.`).slice(0, 500),
    retryAfterMs: retryAfter(response, now) ?? (code === undefined ? undefined : pauseOf(code)),
    mayHaveBeenSent: code === undefined && leavesDoubt(response.status),
  })
}
