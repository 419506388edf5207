import { NotThisProviderError } from '../errors.ts'

/** The parameters of a body. Values as they stand: Twilio signs spaces too, and new parameters appear unannounced. */
export type Form = {
  /** First value of a parameter; undefined when it is absent or empty. */
  get: (name: string) => string | undefined
  /** First value, empty text included. */
  raw: (name: string) => string | undefined
  all: () => Record<string, string>
}

/** Reads a body of form parameters. Never throws; bytes that are no UTF-8 become replacement characters. */
export function readForm(rawBody: Buffer): Form {
  const params = new URLSearchParams(rawBody.toString('utf8'))
  return {
    get: name => params.get(name) || undefined,
    raw: name => params.get(name) ?? undefined,
    all: () => Object.fromEntries([...params].filter(([name]) => name !== '__proto__' && !name.includes('\0'))),
  }
}

/**
 * A body of Twilio's messaging webhooks.
 * @throws NotThisProviderError when it names no message.
 */
export function twilioForm(rawBody: Buffer): { form: Form, sid: string } {
  if (rawBody.length === 0) throw new NotThisProviderError('empty', 'The body is empty.')
  const start = rawBody.subarray(0, 64).toString('utf8').trimStart()[0]
  if (start === '{' || start === '[' || start === '<') throw new NotThisProviderError('not_form', 'The body is not form-encoded.')
  const form = readForm(rawBody)
  const sid = form.get('MessageSid') ?? form.get('SmsMessageSid') ?? form.get('SmsSid')
  if (sid === undefined) throw new NotThisProviderError('not_this_provider', 'The body names no message (MessageSid, SmsMessageSid or SmsSid).')
  return { form, sid }
}
