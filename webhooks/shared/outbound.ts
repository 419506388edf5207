import type { OutboundContent } from '#contracts'
import type { ChannelCapabilities, OutboundMessage } from '../channel.ts'
import { SendError } from '../errors.ts'

type MediaContent = Extract<OutboundContent, { kind: 'media' }>

/** Our side of a message, or the configured sender. @throws SendError when neither is known. */
export function senderOf(from: string | undefined, configured: string | undefined): string {
  const found = from ?? configured
  if (found === undefined || found === '') throw new SendError({ class: 'dead', code: 'not_configured', message: 'The channel does not say what to send from.' })
  return found
}

/** What a channel cannot carry is our own fault: nothing that offers it should have let it through. */
export function notSupported(what: string): SendError {
  return new SendError({ class: 'content', code: 'not_supported', message: `This channel cannot send ${what}.` })
}

/** Neither address of the person is one that this channel can write to. */
export function noRecipient(): SendError {
  return new SendError({ class: 'elsewhere', code: 'no_recipient', message: 'The person has no address on this channel.' })
}

/**
 * A step before the message itself, such as handing over its file: whatever becomes of it, no message has left.
 * @throws SendError as the step does, without the doubt whether something was sent
 */
export async function beforeSending<T>(step: Promise<T>): Promise<T> {
  try {
    return await step
  }
  catch (error) {
    if (!(error instanceof SendError) || !error.mayHaveBeenSent) throw error
    const { code, message, retryAfterMs } = error
    // Nothing was refused: the step can be made again.
    throw new SendError({ class: 'retry', code, message, ...(retryAfterMs === undefined ? {} : { retryAfterMs }), cause: error })
  }
}

/** The answer holds no message id, so nothing can be said about what became of the message. */
export function noMessageId(): SendError {
  return new SendError({ class: 'content', code: 'no_message_id', message: 'The provider gave no id for the message.', mayHaveBeenSent: true })
}

/** Refuses a file that the network does not take, before anything is sent. @throws SendError */
export function checkMedia(content: MediaContent, message: OutboundMessage, capabilities: ChannelCapabilities): void {
  const limit = capabilities.media[content.media.kind]
  if (limit === undefined) throw notSupported(`a file of kind ${content.media.kind}`)
  const mime = content.media.mime.split(';')[0]?.trim().toLowerCase() ?? ''
  if (!limit.mimes.includes('*/*') && !limit.mimes.includes(mime)) throw notSupported(`${mime} as ${content.media.kind}`)
  const size = message.bytes?.byteLength ?? message.size
  if (size !== undefined && size > limit.maxBytes)
    throw new SendError({ class: 'content', code: 'too_large', message: `The file has ${size} bytes; ${limit.maxBytes} are allowed.` })
}
