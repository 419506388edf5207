import type { EventKind, InboundEvent, Media } from '#contracts'
import type { JsonObject } from '../shared/json.ts'
import { clipped, clippedObject, compact, compactOrNone, field, flag, number, objectInText, objects, text, words } from '../shared/json.ts'

/** What one message says, whoever sent it: the parts of an event that do not depend on direction. */
export type Content = { kind: EventKind } & Partial<Omit<InboundEvent, 'kind'>>

type Reader = (message: JsonObject, type: string) => Content

const mediaReader = (kind: EventKind): Reader => (message, type) => mediaContent(kind, field(message, type))

/** How each `type` of message is read. Source: WhatsApp Cloud API, webhooks reference, messages. */
const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['text', message => ({ kind: 'text', text: words(field(message, 'text'), 'body') })],
  ['image', mediaReader('image')],
  ['video', mediaReader('video')],
  ['document', mediaReader('document')],
  ['sticker', mediaReader('sticker')],
  ['audio', (message) => {
    const audio = field(message, 'audio')
    return mediaContent(flag(audio, 'voice') === true ? 'voice' : 'audio', audio)
  }],
  ['voice', message => mediaContent('voice', field(message, 'voice'))],
  ['location', readLocation],
  ['contacts', message => ({ kind: 'contacts', contacts: objects(message, 'contacts').map(readContact) })],
  ['button', (message) => {
    const button = field(message, 'button')
    return { kind: 'button_reply', text: words(button, 'text'), payload: text(button, 'payload') }
  }],
  ['interactive', readInteractive],
  ['order', readOrder],
  ['reaction', (message) => {
    const reaction = field(message, 'reaction')
    // A removed reaction comes without an emoji, or with an empty one.
    return { kind: 'reaction', reaction: compact({ emoji: text(reaction, 'emoji') ?? null, targetId: text(reaction, 'message_id') }) }
  }],
  ['edit', readEdit],
  ['revoke', message => ({ kind: 'delete', targetId: text(field(message, 'revoke'), 'original_message_id') })],
  ['system', readSystem],
  ['request_welcome', () => ({ kind: 'system', system: { type: 'request_welcome' } })],
  ['unsupported', readUnsupported],
  ['unknown', readUnsupported],
  ['ephemeral', readUnsupported],
])

/** What a message says. Never throws; a type without a reader is `unknown` with its raw body. */
export function readContent(message: JsonObject): Content {
  const type = text(message, 'type') ?? typeByContent(message)
  const read = type === undefined ? undefined : readers.get(type)
  const errorCodes = readErrorCodes(message)
  const content: Content = read === undefined || type === undefined ? unread(message) : read(message, type)
  const context = field(message, 'context')
  const product = field(context, 'referred_product')
  const productId = text(product, 'product_retailer_id')
  if (productId !== undefined) {
    content.productIds = [productId]
    content.catalogId = text(product, 'catalog_id')
    if (content.kind === 'text') content.kind = 'product_enquiry'
  }
  content.replyTo = text(context, 'id')
  if (flag(context, 'forwarded') === true || flag(context, 'frequently_forwarded') === true) content.forwarded = true
  content.referral = readReferral(field(message, 'referral'))
  content.errorCodes = errorCodes
  content.groupId = text(message, 'group_id')
  return content
}

/** A message that is new to us; one that comes with an error is one that Meta could not hand on. */
function unread(message: JsonObject): Content {
  return { kind: readErrorCodes(message) === undefined ? 'unknown' : 'unsupported', raw: clipped(message) }
}

/** Words for what an echo or an old message contains: the kind, or the provider's own type where Loupe has none. */
export function contentKindOf(content: Content, message: JsonObject): string {
  return content.kind === 'unknown' ? text(message, 'type') ?? 'unknown' : content.kind
}

/** Codes of an `errors` list, if there are any. */
export function readErrorCodes(value: unknown): number[] | undefined {
  const codes = objects(value, 'errors').flatMap((error) => {
    const code = number(error, 'code')
    return code === undefined ? [] : [code]
  })
  return codes.length > 0 ? codes : undefined
}

/** Some bodies leave `type` out; the property that holds the content has the type's name. */
function typeByContent(message: JsonObject): string | undefined {
  for (const type of readers.keys()) {
    const found = field(message, type)
    if (typeof found === 'object' && found !== null) return type
  }
  return undefined
}

function mediaContent(kind: EventKind, file: unknown): Content {
  const media: Media | undefined = compactOrNone({
    id: text(file, 'id'),
    url: text(file, 'url') ?? text(file, 'link'),
    mime: text(file, 'mime_type'),
    sha256: text(file, 'sha256'),
    filename: text(file, 'filename'),
    voice: kind === 'voice' ? true : undefined,
  })
  return { kind, media: media === undefined ? undefined : [media], caption: text(file, 'caption') }
}

function readLocation(message: JsonObject): Content {
  const place = field(message, 'location')
  const latitude = number(place, 'latitude')
  const longitude = number(place, 'longitude')
  if (latitude === undefined || longitude === undefined) return { kind: 'location' }
  return { kind: 'location', location: compact({ latitude, longitude, name: text(place, 'name'), address: text(place, 'address') }) }
}

function readContact(card: JsonObject): NonNullable<InboundEvent['contacts']>[number] {
  const name = field(card, 'name')
  const parts = [text(name, 'first_name'), text(name, 'last_name')].filter(part => part !== undefined).join(' ')
  const numbers = objects(card, 'phones')
  return compact({
    name: text(name, 'formatted_name') ?? (parts || text(field(card, 'org'), 'company') || ''),
    phones: numbers.flatMap((phone) => {
      const found = text(phone, 'phone') ?? text(phone, 'wa_id')
      return found === undefined ? [] : [found]
    }),
    userId: text(card, 'user_id') ?? numbers.map(phone => text(phone, 'user_id')).find(id => id !== undefined),
  })
}

function readInteractive(message: JsonObject): Content {
  const interactive = field(message, 'interactive')
  const type = text(interactive, 'type')
  switch (type) {
    case 'button_reply':
    case 'list_reply': {
      const reply = field(interactive, type)
      return { kind: type, text: words(reply, 'title'), payload: text(reply, 'id') }
    }
    case 'nfm_reply': {
      const reply = field(interactive, 'nfm_reply')
      const response = clippedObject(objectInText(field(reply, 'response_json')))
      return { kind: 'flow_reply', text: text(reply, 'body'), flow: compact({ token: text(response, 'flow_token'), response }) }
    }
    case 'call_permission_reply':
      return { kind: 'call_permission_reply', payload: text(field(interactive, 'call_permission_reply'), 'response') }
    default:
      return unread(message)
  }
}

function readOrder(message: JsonObject): Content {
  const order = field(message, 'order')
  const catalogId = text(order, 'catalog_id')
  const items = objects(order, 'product_items').map(item => compact({
    id: text(item, 'product_retailer_id') ?? '',
    quantity: number(item, 'quantity') ?? 1,
    // Documented as an integer, shown as a decimal in Meta's own sample.
    price: number(item, 'item_price'),
    currency: text(item, 'currency'),
  }))
  return {
    kind: 'order',
    catalogId,
    productIds: items.map(item => item.id),
    order: compact({ catalogId, items, text: text(order, 'text') }),
  }
}

function readEdit(message: JsonObject): Content {
  const edit = field(message, 'edit')
  const edited = field(edit, 'message')
  const type = text(edited, 'type')
  const body = type === undefined ? undefined : field(edited, type)
  return {
    kind: 'edit',
    targetId: text(edit, 'original_message_id'),
    newContent: compactOrNone({ kind: type, text: words(body, 'body'), caption: words(body, 'caption') }),
  }
}

/** News about the customer's own number or id, or about their device's keys, by which neither changes. */
function readSystem(message: JsonObject): Content {
  const system = field(message, 'system')
  const userId = text(system, 'new_user_id') ?? text(system, 'user_id')
  const phone = text(system, 'new_wa_id') ?? text(system, 'wa_id')
  const type = text(system, 'type') ?? (userId === undefined ? 'unknown' : 'user_changed_user_id')
  const current = type === 'user_changed_user_id' ? userId ?? phone : phone ?? userId
  return {
    kind: 'system',
    text: words(system, 'body'),
    system: compact({ type, previous: current === undefined ? undefined : formerAddress(message, current, phone), current, phone, userId, parentUserId: text(system, 'parent_user_id') }),
  }
}

/**
 * What became the `current` address: a number where that is the new `phone`, else a user id. `user_changed_user_id` names the new id only; the old one
 * then stands in the sentence of `body` (`User NAME changed from OLD to NEW`), which is believed where its end agrees with the new one.
 */
function formerAddress(message: JsonObject, current: string, phone: string | undefined): string | undefined {
  const system = field(message, 'system')
  const [, old, end] = /changed from (\S{1,200}) to (\S{1,200})$/.exec(text(system, 'body') ?? '') ?? []
  const told = end === current ? old : undefined
  const oldNumber = text(system, 'customer') ?? text(message, 'from')
  const oldUserId = text(system, 'previous_user_id') ?? (text(system, 'new_user_id') === undefined ? undefined : text(system, 'user_id'))
  return current === phone ? told ?? oldNumber ?? oldUserId : oldUserId ?? told ?? text(message, 'from_user_id')
}

function readUnsupported(message: JsonObject): Content {
  return { kind: 'unsupported', raw: clipped(message) }
}

function readReferral(referral: unknown): InboundEvent['referral'] {
  return compactOrNone({
    sourceType: text(referral, 'source_type'),
    sourceId: text(referral, 'source_id'),
    sourceUrl: text(referral, 'source_url'),
    headline: text(referral, 'headline'),
    body: text(referral, 'body'),
    // Absent for advertisements in Status.
    ctwaClid: text(referral, 'ctwa_clid'),
    ref: text(referral, 'ref'),
  })
}
