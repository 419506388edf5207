import type { OutboundContent, SendBody } from '#contracts'
import type { ChannelCapabilities, OutboundMediaKind } from '#webhooks'
import type { Conversation, Lane, MediaFile, Message, OutboxItem, Piece, Template } from '../models/index.ts'
import type { FileProblem } from '../platform/public-address.ts'
import { createHash } from 'node:crypto'
import { LoupeError } from '../platform/errors.ts'
import { carriedAs } from './carriage.ts'

/** Id of a message of ours: asking twice with one client id makes one message. 24 hexadecimal digits. */
export function ownMessageId(conversationId: string, clientId: string): string {
  return createHash('sha256').update(`${conversationId}|${clientId}`).digest('hex').slice(0, 24)
}

/** Everything that the body of a request refers to, already read. */
export interface Ingredients {
  media: MediaFile | null
  /** What the lane's network can carry, and why its provider cannot take files of ours; null for a channel that no adapter serves. */
  network: { capabilities: ChannelCapabilities, fileProblem: FileProblem | null } | null
  pieces: Piece[]
  /** The house's catalogue at the provider, where the lane's network has one; without it pieces are written out. */
  catalogId: string | null
  template: Template | null
  /** The message that is quoted or reacted to. */
  target: Pick<Message, '_id' | 'providerId' | 'conversationId'> | null
}

/** The furthest ahead that a message can be planned, ms: a year and a day, for the next anniversary. */
const latestMs = 366 * 86_400_000

/** A place in a template that a parameter fills. */
const place = /\{\{\s*([\w-]+)\s*\}\}/g

/** Fills a template's `{{1}}`, `{{2}}`, … or `{{name}}` with the parameters in their order. */
export function renderTemplate(template: Pick<Template, 'body' | 'params'>, params: readonly string[]): string {
  return template.body.replaceAll(place, (whole, name: string) => {
    const position = /^\d+$/.test(name) ? Number(name) - 1 : template.params.indexOf(name)
    return params[position] ?? whole
  })
}

/** Whether a template's places are named; a provider then wants the names beside the values (Cloud API: `parameter_name`). */
function namesParams({ body, params }: Pick<Template, 'body' | 'params'>): boolean {
  return Array.from(body.matchAll(place), ([, name = '']) => name).some(name => params.includes(name))
}

function reachesProvider(target: Ingredients['target'], conversationId: string): string {
  if (!target || target.conversationId !== conversationId) throw new LoupeError('not_found', 'The message that you react to is not in this conversation.')
  if (!target.providerId) throw new LoupeError('conflict', 'That message has not reached the customer yet. Try again in a moment.')
  return target.providerId
}

/** As what a file leaves through this network. A channel that no adapter serves fails when it is tried, in its own words. */
function leavesAs({ attachment, mime, bytes }: MediaFile, network: Ingredients['network']): OutboundMediaKind {
  if (network?.fileProblem === 'no_public_url') throw new LoupeError('no_public_url', 'Files cannot leave through this lane, because this house has no public address. Ask an administrator to set PUBLIC_URL.')
  const kind = network ? carriedAs({ kind: attachment.kind, mime, bytes }, network.capabilities) : attachment.kind
  if (kind === null || kind === 'sticker') throw new LoupeError('not_carried', 'This lane does not take files of this kind or size. Choose another lane, or send it in another form.')
  return kind
}

/** What leaves, and what the thread shows of it. Throws a {@link LoupeError} that says what is missing. */
export function contentOf(body: SendBody, ingredients: Ingredients, conversationId: string): { outbound: OutboundContent, shown: Pick<Message, 'kind' | 'text' | 'attachments' | 'pieceSkus'> } {
  const { content } = body
  switch (content.kind) {
    case 'text':
      return { outbound: { kind: 'text', text: content.text }, shown: { kind: 'text', text: content.text, attachments: [], pieceSkus: [] } }
    case 'media': {
      const file = ingredients.media
      if (!file) throw new LoupeError('not_found', 'That file is no longer here. Attach it again.')
      const { attachment } = file
      if (attachment.kind === 'sticker') throw new LoupeError('invalid', 'Stickers cannot be sent from here. Send a picture instead.')
      return {
        outbound: { kind: 'media', media: { kind: leavesAs(file, ingredients.network), mime: file.mime, filename: file.filename ?? undefined }, caption: content.caption },
        shown: { kind: attachment.kind, text: content.caption ?? null, attachments: [attachment], pieceSkus: [] },
      }
    }
    case 'pieces': {
      if (ingredients.pieces.length < content.pieceIds.length) throw new LoupeError('not_found', 'One of the pieces is no longer in the catalogue. Choose again.')
      const skus = ingredients.pieces.map(piece => piece.sku)
      const shown = { kind: 'text', text: content.text ?? null, pieceSkus: skus } as const
      if (ingredients.catalogId) return { outbound: { kind: 'product', catalogId: ingredients.catalogId, productIds: skus, text: content.text }, shown: { ...shown, attachments: [] } }
      const lines = ingredients.pieces.map(piece => `${piece.name} · ${piece.detail}`)
      return { outbound: { kind: 'text', text: [content.text, ...lines].filter(Boolean).join('\n') }, shown: { ...shown, attachments: [] } }
    }
    case 'template': {
      const { template } = ingredients
      if (!template) throw new LoupeError('not_found', 'That template is no longer here. Choose another.')
      if (content.params.length !== template.params.length || content.params.some(param => !param.trim()))
        throw new LoupeError('invalid', 'Fill every field of the template.')
      const preview = renderTemplate(template, content.params)
      const paramNames = namesParams(template) ? { paramNames: template.params } : {}
      return { outbound: { kind: 'template', name: template.name, language: template.language, params: content.params, ...paramNames, preview }, shown: { kind: 'text', text: preview, attachments: [], pieceSkus: [] } }
    }
    case 'reaction':
      return {
        outbound: { kind: 'reaction', emoji: content.emoji, targetId: reachesProvider(ingredients.target, conversationId) },
        shown: { kind: 'reaction', text: content.emoji, attachments: [], pieceSkus: [] },
      }
  }
}

export interface Authorship { kind: 'advisor' | 'bot' | 'followup' | 'campaign', id: string, name: string }

/** The outbox document of a message, with the message as the thread will show it. `undoMs` is how long it can be taken back. */
export function composeItem(parts: {
  body: SendBody
  conversation: Conversation
  lane: Lane
  author: Authorship
  ingredients: Ingredients
  now: number
  undoMs: number
  revision: number
}): OutboxItem {
  const { body, conversation, lane, author, ingredients, now } = parts
  const id = ownMessageId(conversation._id, body.clientId)
  const { outbound, shown } = contentOf(body, ingredients, conversation._id)
  const later = body.sendAt ? Date.parse(body.sendAt) : null
  if (later !== null && later <= now) throw new LoupeError('invalid', 'Choose a time that is still to come.')
  if (later !== null && later > now + latestMs) throw new LoupeError('invalid', 'Choose a time within a year.')
  const reacting = body.content.kind === 'reaction'
  const quoted = body.replyTo || reacting ? ingredients.target : null
  if (body.replyTo && !reacting && (!quoted || quoted.conversationId !== conversation._id)) throw new LoupeError('not_found', 'The message that you quote is not in this conversation.')
  const dueAt = new Date(later ?? now + (reacting ? 0 : parts.undoMs))
  const message: Message = {
    _id: id,
    conversationId: conversation._id,
    customerId: conversation.customerId,
    laneId: lane.id,
    channelId: lane.channelId,
    direction: 'out',
    author,
    ...shown,
    at: new Date(later ?? now),
    extra: {},
    fetchAt: null,
    fetchAttempts: 0,
    replyTo: quoted ? { providerId: quoted.providerId ?? null, id: quoted._id } : null,
    reactions: [],
    forwarded: false,
    editedAt: null,
    deletedAt: null,
    status: later === null ? 'queued' : 'scheduled',
    failure: null,
    undoUntil: dueAt,
    clientId: body.clientId,
    override: body.override ?? null,
    revision: parts.revision,
  }
  return {
    _id: id,
    conversationId: conversation._id,
    customerId: conversation.customerId,
    channelId: lane.channelId,
    laneId: lane.id,
    wire: lane.wire,
    content: outbound,
    message,
    mediaId: body.content.kind === 'media' ? body.content.mediaId : null,
    replyToProviderId: reacting ? null : quoted?.providerId ?? null,
    state: 'waiting',
    dueAt,
    turnAt: dueAt,
    lease: null,
    attempts: 0,
    lastError: null,
    providerId: null,
    createdAt: new Date(now),
  }
}
