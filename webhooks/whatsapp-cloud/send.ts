import type { OutboundContent } from '#contracts'
import type { ChannelContext, ChannelHealth, MediaUpload, OutboundMessage, Recipient, SendReceipt } from '../channel.ts'
import { SendError } from '../errors.ts'
import { graphCall, lacksPermission } from '../meta/graph.ts'
import { healthOf } from '../shared/health.ts'
import { compact, field, number, objects, text } from '../shared/json.ts'
import { beforeSending, checkMedia, noMessageId, noRecipient, notSupported, senderOf } from '../shared/outbound.ts'
import { defaultApiUrl, definition } from './definition.ts'
import { graphErrors } from './errors.ts'

/** Longest texts that an interactive message has room for. */
const longest = { header: 60, sectionTitle: 24, reference: 512 }

/** Address of the configured API. */
export function apiUrl(context: ChannelContext): string {
  return context.config.apiUrl ?? defaultApiUrl
}

/**
 * Sends one message. Source: Cloud API, Messages.
 * @throws SendError
 */
export async function send(message: OutboundMessage, context: ChannelContext): Promise<SendReceipt> {
  const from = senderOf(message.from, context.config.senderId)
  const body = compact({
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    ...addressee(message.to),
    ...await bodyOf(message, from, context),
    context: message.replyTo === undefined ? undefined : { message_id: message.replyTo },
    biz_opaque_callback_data: message.reference?.slice(0, longest.reference),
  })
  const answer = await graphCall(context, apiUrl(context), { path: `${encodeURIComponent(from)}/messages`, json: body }, graphErrors)
  const providerMessageId = text(objects(answer, 'messages')[0], 'id')
  if (providerMessageId === undefined) throw noMessageId()
  return { providerMessageId }
}

/** A number goes under `to`, a business-scoped user id under `recipient`; the number is preferred, so that webhooks keep naming it. */
function addressee(to: Recipient): { to: string } | { recipient: string } {
  if (to.phone !== undefined) return { to: to.phone }
  if (to.userId !== undefined) return { recipient: to.userId }
  throw noRecipient()
}

async function bodyOf(message: OutboundMessage, from: string, context: ChannelContext): Promise<Record<string, unknown>> {
  const { content } = message
  switch (content.kind) {
    case 'text':
      return { type: 'text', text: { body: content.text, preview_url: /https?:\/\//.test(content.text) } }
    case 'media':
      return mediaBody(content, message, from, context)
    case 'template':
      return templateBody(content)
    case 'product':
      return { type: 'interactive', interactive: productBody(content) }
    case 'reaction':
      return { type: 'reaction', reaction: { message_id: content.targetId, emoji: content.emoji ?? '' } }
  }
}

async function mediaBody(content: Extract<OutboundContent, { kind: 'media' }>, message: OutboundMessage, from: string, context: ChannelContext): Promise<Record<string, unknown>> {
  const capabilities = definition.networks.whatsapp
  if (capabilities !== undefined) checkMedia(content, message, capabilities)
  const { media } = content
  const type = media.kind === 'voice' ? 'audio' : media.kind
  const source = message.bytes !== undefined
    ? await beforeSending(upload({ bytes: message.bytes, mime: media.mime, ...media.filename === undefined ? {} : { filename: media.filename } }, from, context))
    : media.url === undefined ? undefined : { link: media.url }
  if (source === undefined) throw notSupported('a file without its bytes or an address')
  return {
    type,
    [type]: compact({
      ...source,
      caption: type === 'audio' ? undefined : content.caption,
      filename: type === 'document' ? media.filename : undefined,
      voice: media.kind === 'voice' ? true : undefined,
    }),
  }
}

function templateBody(content: Extract<OutboundContent, { kind: 'template' }>): Record<string, unknown> {
  const parameters = content.params.map((value, index) => compact({ type: 'text', parameter_name: content.paramNames?.[index], text: value }))
  return {
    type: 'template',
    template: {
      name: content.name,
      language: { code: content.language },
      ...parameters.length === 0 ? {} : { components: [{ type: 'body', parameters }] },
    },
  }
}

/** One piece alone, or a list; a list has to have a header and a title, for which the text stands in. */
function productBody(content: Extract<OutboundContent, { kind: 'product' }>): Record<string, unknown> {
  const [first, ...more] = content.productIds
  if (more.length === 0) {
    return compact({
      type: 'product',
      body: content.text === undefined ? undefined : { text: content.text },
      action: { catalog_id: content.catalogId, product_retailer_id: first },
    })
  }
  const line = content.text?.split('\n')[0]?.trim() || '•'
  return {
    type: 'product_list',
    header: { type: 'text', text: line.slice(0, longest.header) },
    body: { text: content.text ?? line },
    action: {
      catalog_id: content.catalogId,
      sections: [{ title: line.slice(0, longest.sectionTitle), product_items: content.productIds.map(id => ({ product_retailer_id: id })) }],
    },
  }
}

/** Hands the file to Meta, which keeps it for 30 days under the id that comes back. @throws SendError */
export async function upload(file: MediaUpload, from: string | undefined, context: ChannelContext): Promise<{ id: string }> {
  const form = new FormData()
  form.set('messaging_product', 'whatsapp')
  form.set('type', file.mime)
  form.set('file', new Blob([Uint8Array.from(file.bytes)], { type: file.mime }), file.filename ?? 'file')
  const sender = senderOf(from, context.config.senderId)
  const answer = await graphCall(context, apiUrl(context), { path: `${encodeURIComponent(sender)}/media`, form }, graphErrors)
  const id = text(answer, 'id')
  if (id === undefined) throw noMessageId()
  return { id }
}

/** Marks a message of the customer's as read; with `typing`, also shows that an answer is being written, until it comes or 25 seconds have passed. */
export async function markRead(target: { from?: string, messageId: string }, context: ChannelContext, typing = false): Promise<void> {
  const sender = senderOf(target.from, context.config.senderId)
  const json = { messaging_product: 'whatsapp', status: 'read', message_id: target.messageId, ...typing ? { typing_indicator: { type: 'text' } } : {} }
  await graphCall(context, apiUrl(context), { path: `${encodeURIComponent(sender)}/messages`, json }, graphErrors)
}

/** Whether token and number work and messages may leave, and what the number is called. Source: WhatsApp Business Platform, health status. */
export function check(context: ChannelContext): Promise<ChannelHealth> {
  return healthOf(async () => {
    const path = `${encodeURIComponent(senderOf(undefined, context.config.senderId))}?fields=display_phone_number,verified_name,health_status`
    const answer = await graphCall(context, apiUrl(context), { path, method: 'GET' }, graphErrors)
    const health = field(answer, 'health_status')
    if (text(health, 'can_send_message') === 'BLOCKED') throw blocked(health)
    return text(answer, 'verified_name') ?? text(answer, 'display_phone_number')
  }, lacksPermission)
}

/** Number, account or business may not send: with the first reason that is given. */
function blocked(health: unknown): SendError {
  const [reason] = objects(health, 'entities').flatMap(entity => objects(entity, 'errors'))
  const code = number(reason, 'error_code')
  return new SendError({ class: 'dead', code: code === undefined ? 'blocked' : String(code), message: text(reason, 'error_description') ?? 'The provider lets this number send nothing.' })
}
