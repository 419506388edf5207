import type { InboundEvent, Media } from '#contracts'
import type { Customer, Message, StoredAttachment } from '../../models/index.ts'
import type { Arrival } from '../arrival.ts'
import { eventKinds } from '#contracts'
import { messageIdOf } from '../../identity/index.ts'
import { cleanText, cleanValue } from '../clean.ts'

const mostAttachments = 10
const mostSkus = 30
/** A provider's media address lives some minutes, so files are fetched at once. */
const extraFields = ['location', 'contacts', 'order', 'referral', 'story', 'payload', 'flow'] as const
const attachmentKinds: ReadonlySet<string> = new Set<StoredAttachment['kind']>(['image', 'video', 'audio', 'voice', 'document', 'sticker'])
/** Files of a story stay with the network: its terms forbid to keep them. */
const notKept: ReadonlySet<string> = new Set(['story_mention', 'story_reply'])

export const longestProviderId = 512

function attachmentKind(kind: string, mime: string | undefined, voice: boolean | undefined): StoredAttachment['kind'] {
  if (voice) return 'voice'
  if (attachmentKinds.has(kind)) return kind as StoredAttachment['kind']
  const family = mime?.split('/')[0] ?? ''
  return attachmentKinds.has(family) ? family as StoredAttachment['kind'] : mime === undefined ? 'image' : 'document'
}

/** A shared link or post is read as text, not fetched as a file. */
const isPage = ({ mime, url }: Media): boolean => mime === 'text/html' && url !== undefined

/** What somebody wrote, with the links that they shared and did not write out. */
function textOf({ text, caption, order, media = [] }: InboundEvent): string | null {
  const said = text ?? caption ?? order?.text
  const links = media.filter(isPage).flatMap(({ url }) => url === undefined || said?.includes(url) ? [] : [url])
  return cleanText(links.length === 0 ? said : [...said ? [said] : [], ...links].join('\n'))
}

function attachmentsOf(event: InboundEvent, kind: string): StoredAttachment[] {
  if (notKept.has(kind)) return []
  return (event.media ?? []).filter(media => !isPage(media)).slice(0, mostAttachments).map(({ id, url, mime, filename, voice }) => ({
    id: null,
    kind: attachmentKind(kind, mime, voice),
    mime: mime?.slice(0, 200) ?? 'application/octet-stream',
    ...(filename ? { filename: cleanText(filename.slice(0, 255)) ?? '' } : {}),
    state: id || url ? 'pending' as const : 'missing' as const,
    ...(id || url ? { source: { ...(id ? { mediaId: id } : {}), ...(url ? { url } : {}) } } : {}),
  }))
}

function extraOf(event: InboundEvent): Message['extra'] {
  const present = extraFields.filter(field => event[field] !== undefined)
  return present.length === 0 ? {} : cleanValue(Object.fromEntries(present.map(field => [field, event[field]]))) as Message['extra']
}

function kindOf(event: InboundEvent): Message['kind'] {
  if (event.kind !== 'echo' && event.kind !== 'history') return event.kind
  return eventKinds.find(kind => kind === event.contentKind) ?? 'text'
}

/** Catalogue ids that an event names. */
export function skusOf(event: InboundEvent): string[] {
  const skus = [...event.productIds ?? [], ...event.order?.items.map(item => item.id) ?? []]
  return [...new Set(skus)].filter(sku => sku !== '' && sku.length <= 200).slice(0, mostSkus)
}

export interface MessagePlace {
  customer: Pick<Customer, '_id' | 'name'>
  conversationId: string
  laneId: string
  direction: 'in' | 'out'
  revision: number
  /** Place in the order of coming. */
  arrival: number
  /** The message that this one quotes, where we have it. */
  quoted: Pick<Message, '_id'> | undefined
}

/** The message that an event is, as it is stored. */
export function messageOf({ event, at, rawAt, receivedAt, channel }: Arrival, place: MessagePlace): Message {
  const kind = kindOf(event)
  const attachments = attachmentsOf(event, kind)
  const providerId = event.id.slice(0, longestProviderId)
  const inwards = place.direction === 'in'
  return {
    _id: messageIdOf(channel._id, providerId),
    conversationId: place.conversationId,
    customerId: place.customer._id,
    laneId: place.laneId,
    channelId: channel._id,
    direction: place.direction,
    author: inwards ? { kind: 'customer', id: place.customer._id, name: place.customer.name } : { kind: 'phone_app', id: null, name: null },
    kind,
    at,
    providerId,
    text: textOf(event),
    attachments,
    fetchAt: attachments.some(attachment => attachment.state === 'pending') ? receivedAt : null,
    fetchAttempts: 0,
    extra: extraOf(event),
    pieceSkus: skusOf(event),
    replyTo: event.replyTo ? { providerId: event.replyTo.slice(0, longestProviderId), id: place.quoted?._id ?? null } : null,
    reactions: [],
    forwarded: event.forwarded ?? false,
    editedAt: null,
    deletedAt: null,
    status: inwards ? null : 'sent',
    failure: null,
    undoUntil: null,
    clientId: null,
    override: null,
    ...(rawAt === undefined ? {} : { providerAt: rawAt }),
    // What is handed over from before our time was read long ago and counts as nothing new.
    ...(event.kind === 'history' ? {} : { arrival: place.arrival }),
    revision: place.revision,
  }
}
