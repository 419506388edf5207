import type { OutboundContent } from '#contracts'
import type { ChannelContext, ChannelHealth, OutboundMessage, Recipient, SendReceipt } from '../channel.ts'
import { SendError } from '../errors.ts'
import { graphCall, lacksPermission } from '../meta/graph.ts'
import { healthOf } from '../shared/health.ts'
import { compact, text } from '../shared/json.ts'
import { checkMedia, noMessageId, noRecipient, notSupported, senderOf } from '../shared/outbound.ts'
import { defaultApiUrl, definition } from './definition.ts'
import { graphErrors } from './errors.ts'

/** Bytes of UTF-8 that a text may have. */
const longestText = 1000

/** Address of the configured API. */
export function apiUrl(context: ChannelContext): string {
  return context.config.apiUrl ?? defaultApiUrl
}

/**
 * Sends one message. Outside the 24 hours an answer that a person wrote goes again with the tag HUMAN_AGENT, which Instagram allows for seven days.
 * @throws SendError
 */
export async function send(message: OutboundMessage, context: ChannelContext): Promise<SendReceipt> {
  const from = senderOf(message.from, context.config.senderId)
  const body = compact({ recipient: addressee(message.to), ...bodyOf(message), reply_to: message.replyTo === undefined ? undefined : { mid: message.replyTo } })
  const post = (json: unknown): Promise<unknown> => graphCall(context, apiUrl(context), { path: `${encodeURIComponent(from)}/messages`, json }, graphErrors)
  const answer = await post(body).catch((error: unknown) => {
    const late = error instanceof SendError && error.class === 'window' && message.human === true && message.content.kind !== 'reaction'
    if (!late) throw error
    return post({ ...body, messaging_type: 'MESSAGE_TAG', tag: 'HUMAN_AGENT' })
  })
  const providerMessageId = text(answer, 'message_id')
  if (providerMessageId !== undefined) return { providerMessageId }
  // A reaction is no message of its own.
  if (message.content.kind === 'reaction') return { providerMessageId: message.content.targetId }
  throw noMessageId()
}

function addressee(to: Recipient): { id: string } {
  if (to.userId === undefined) throw noRecipient()
  return { id: to.userId }
}

function bodyOf(message: OutboundMessage): Record<string, unknown> {
  const { content } = message
  switch (content.kind) {
    case 'text':
      if (Buffer.byteLength(content.text, 'utf8') > longestText)
        throw new SendError({ class: 'content', code: 'too_large', message: `The text has more than ${longestText} bytes.` })
      return { message: { text: content.text } }
    case 'media':
      return { message: { attachment: attachment(content, message) } }
    case 'product':
      return { message: { attachment: { type: 'template', payload: { template_type: 'product', elements: content.productIds.slice(0, 10).map(id => ({ id })) } } } }
    case 'reaction':
      return content.emoji === null
        ? { sender_action: 'unreact', payload: { message_id: content.targetId } }
        : { sender_action: 'react', payload: { message_id: content.targetId, reaction: reactionName(content.emoji) } }
    case 'template':
      throw notSupported('templates')
  }
}

function attachment(content: Extract<OutboundContent, { kind: 'media' }>, message: OutboundMessage): Record<string, unknown> {
  const capabilities = definition.networks.instagram
  if (capabilities !== undefined) checkMedia(content, message, capabilities)
  if (content.media.url === undefined) throw notSupported('a file without a public address')
  const { kind } = content.media
  return { type: kind === 'document' ? 'file' : kind === 'voice' ? 'audio' : kind, payload: { url: content.media.url } }
}

/** The API takes a heart, by name, and no other reaction. */
function reactionName(emoji: string): string {
  if (/^[❤♥]/u.test(emoji)) return 'love'
  throw notSupported('a reaction other than a heart')
}

/** Tells the customer that their messages were read, or that an answer is being written. */
export async function senderAction(action: 'mark_seen' | 'typing_on', target: { from?: string, to: Recipient }, context: ChannelContext): Promise<void> {
  const from = senderOf(target.from, context.config.senderId)
  await graphCall(context, apiUrl(context), { path: `${encodeURIComponent(from)}/messages`, json: { recipient: addressee(target.to), sender_action: action } }, graphErrors)
}

/** Whether the token works, and whose it is. */
export function check(context: ChannelContext): Promise<ChannelHealth> {
  return healthOf(async () => {
    const answer = await graphCall(context, apiUrl(context), { path: `${encodeURIComponent(senderOf(undefined, context.config.senderId))}?fields=id,username,name`, method: 'GET' }, graphErrors)
    return text(answer, 'username') ?? text(answer, 'name')
  }, lacksPermission)
}
