import type { Act } from '../acts.ts'
import type { HouseLine, Person } from '../world.ts'

/** A Twilio webhook's form: names and values, each name once. */
export type TwilioForm = Record<string, string>

/**
 * A message that a person sent to one of the house's Twilio numbers, as Twilio posts it. Parameters: Twilio, 'Twilio's request to your application'.
 * Throws a RangeError for what a text message cannot carry.
 */
export function twilioInbound(line: HouseLine, person: Person, act: Act, id: string, options: { accountSid: string, mediaUrl: (messageId: string, mediaId: string) => string }): TwilioForm {
  if (act.kind !== 'text' && act.kind !== 'image') throw new RangeError(`SMS has no ${act.kind}.`)
  return {
    ToCountry: '',
    SmsMessageSid: id,
    NumMedia: act.kind === 'image' ? '1' : '0',
    SmsSid: id,
    SmsStatus: 'received',
    Body: act.kind === 'text' ? act.text : act.caption ?? '',
    To: line.externalId,
    NumSegments: '1',
    MessageSid: id,
    AccountSid: options.accountSid,
    From: `+${person.phone ?? ''}`,
    ApiVersion: '2010-04-01',
    ...(act.kind === 'image' ? { MediaContentType0: act.mime, MediaUrl0: options.mediaUrl(id, act.mediaId) } : {}),
  }
}

/** How a message of the house fares on Twilio. */
export function twilioStatus(message: { id: string, from: string, to: string, accountSid: string }, status: string, errorCode?: number): TwilioForm {
  return {
    SmsSid: message.id,
    SmsStatus: status,
    MessageStatus: status,
    To: message.to,
    From: message.from,
    MessageSid: message.id,
    AccountSid: message.accountSid,
    ApiVersion: '2010-04-01',
    ...(errorCode === undefined ? {} : { ErrorCode: String(errorCode) }),
  }
}

/** `application/x-www-form-urlencoded`. */
export function formBody(form: TwilioForm): string {
  return new URLSearchParams(form).toString()
}
