import type { Act } from '../acts.ts'
import type { HouseLine, Person } from '../world.ts'

/** A change of one number: what stands in `entry[].changes[]`. */
export type WhatsappChange = { businessId: string, change: { field: string, value: Record<string, unknown> } }

type Stamp = { id: string, atMs: number }
type SendableAct = Exclude<Act, { kind: 'story_reply' | 'story_mention' | 'share' | 'comment' | 'seen' }>

type MessageOptions = { sha256?: string, catalogId: string }

/** When something happened to which message: WhatsApp counts whole seconds, as text. */
const stamped = ({ id, atMs }: Stamp) => ({ id, timestamp: String(Math.floor(atMs / 1000)) })

const metadata = (line: HouseLine) => ({ display_phone_number: line.handle.replace(/\D/g, ''), phone_number_id: line.externalId })

function changeOf(line: HouseLine, field: string, value: Record<string, unknown>): WhatsappChange {
  return { businessId: line.businessId ?? '', change: { field, value: { messaging_product: 'whatsapp', metadata: metadata(line), ...value } } }
}

function contactOf(person: Person): Record<string, unknown> {
  return {
    profile: { name: person.name, ...(person.whatsappUsername ? { username: person.whatsappUsername } : {}) },
    ...(person.phone ? { wa_id: person.phone } : {}),
    user_id: person.userId,
  }
}

function fileOf(act: { mediaId: string, mime: string, caption?: string | undefined }, sha256: string | undefined) {
  return { mime_type: act.mime, ...(sha256 ? { sha256 } : {}), id: act.mediaId, ...(act.caption ? { caption: act.caption } : {}) }
}

/** The part of a message that depends on what was done. Shapes: WhatsApp Cloud API, webhooks reference, `messages`. */
function contentOf(act: SendableAct, line: HouseLine, { sha256, catalogId }: MessageOptions): Record<string, unknown> {
  const house = metadata(line).display_phone_number
  const quoted = (messageId: string | undefined) => messageId === undefined ? {} : { context: { from: house, id: messageId } }
  switch (act.kind) {
    case 'text': return {
      type: 'text',
      text: { body: act.text },
      ...quoted(act.replyTo),
      ...(act.forwarded ? { context: { forwarded: true } } : {}),
      ...(act.referral
        ? { referral: { source_url: act.referral.sourceUrl, source_id: act.referral.sourceId, source_type: 'ad', headline: act.referral.headline, media_type: 'image', ctwa_clid: act.referral.clickId } }
        : {}),
    }
    case 'enquiry': return { type: 'text', text: { body: act.text }, context: { from: house, referred_product: { catalog_id: catalogId, product_retailer_id: act.sku } } }
    case 'image': return { type: 'image', image: fileOf(act, sha256), ...quoted(act.replyTo) }
    case 'video': return { type: 'video', video: fileOf(act, sha256), ...quoted(act.replyTo) }
    case 'sticker': return { type: 'sticker', sticker: { ...fileOf(act, sha256), animated: false }, ...quoted(act.replyTo) }
    case 'voice': return { type: 'audio', audio: { ...fileOf(act, sha256), voice: true }, ...quoted(act.replyTo) }
    case 'document': return { type: 'document', document: { ...fileOf(act, sha256), filename: act.filename ?? 'document.pdf' }, ...quoted(act.replyTo) }
    case 'location': return { type: 'location', location: { latitude: act.latitude, longitude: act.longitude, ...(act.name ? { name: act.name } : {}), ...(act.address ? { address: act.address } : {}) } }
    case 'contacts': return {
      type: 'contacts',
      contacts: act.contacts.map(({ name, phone }) => ({ name: { formatted_name: name, first_name: name.split(' ')[0] }, phones: [{ phone, wa_id: phone.replace(/\D/g, ''), type: 'CELL' }] })),
    }
    case 'reaction': return { type: 'reaction', reaction: { message_id: act.targetId, ...(act.emoji === null ? {} : { emoji: act.emoji }) } }
    case 'order': return {
      type: 'order',
      order: { catalog_id: catalogId, ...(act.text ? { text: act.text } : {}), product_items: act.items.map(item => ({ product_retailer_id: item.sku, quantity: item.quantity, item_price: item.price, currency: item.currency })) },
    }
    case 'button': return { type: 'interactive', interactive: { type: 'button_reply', button_reply: { id: act.payload, title: act.title } }, ...quoted(act.replyTo) }
    case 'list': return { type: 'interactive', interactive: { type: 'list_reply', list_reply: { id: act.payload, title: act.title } }, ...quoted(act.replyTo) }
    case 'edit': return { type: 'edit', edit: { original_message_id: act.targetId, message: { type: 'text', text: { body: act.text } } } }
    case 'delete': return { type: 'revoke', revoke: { original_message_id: act.targetId } }
  }
}

const isWhatsappAct = (act: Act): act is SendableAct => !['story_reply', 'story_mention', 'share', 'comment', 'seen'].includes(act.kind)

/** Something a person sent to a WhatsApp number. `sha256` is of the file's bytes, in base64. Throws a RangeError for what WhatsApp does not have. */
export function whatsappInbound(line: HouseLine, person: Person, act: Act, stamp: Stamp, options: MessageOptions): WhatsappChange {
  if (!isWhatsappAct(act)) throw new RangeError(`WhatsApp has no ${act.kind}.`)
  return changeOf(line, 'messages', {
    contacts: [contactOf(person)],
    messages: [{ ...(person.phone ? { from: person.phone } : {}), from_user_id: person.userId, ...stamped(stamp), ...contentOf(act, line, options) }],
  })
}

/** What a colleague wrote from the phone app (coexistence): field `smb_message_echoes`. */
export function whatsappEcho(line: HouseLine, person: Person, act: Act, stamp: Stamp, options: MessageOptions): WhatsappChange {
  if (!isWhatsappAct(act)) throw new RangeError(`WhatsApp has no ${act.kind}.`)
  const from = metadata(line).display_phone_number
  return changeOf(line, 'smb_message_echoes', {
    contacts: [contactOf(person)],
    message_echoes: [{ from, ...(person.phone ? { to: person.phone } : {}), to_user_id: person.userId, ...stamped(stamp), ...contentOf(act, line, options) }],
  })
}

export type WhatsappStatus = { status: 'sent' | 'delivered' | 'read' | 'played' | 'failed', category?: 'service' | 'marketing' | 'utility', error?: { code: number, title: string, details: string } }

/** How one of our messages fares. */
export function whatsappStatus(line: HouseLine, person: Person, stamp: Stamp, { status, category, error }: WhatsappStatus): WhatsappChange {
  return changeOf(line, 'messages', {
    statuses: [{
      ...stamped(stamp),
      status,
      ...(person.phone ? { recipient_id: person.phone } : {}),
      recipient_user_id: person.userId,
      ...(category ? { pricing: { billable: category !== 'service', pricing_model: 'PMP', type: category === 'service' ? 'free_customer_service' : 'regular', category } } : {}),
      ...(error ? { errors: [{ code: error.code, title: error.title, message: error.title, error_data: { details: error.details } }] } : {}),
    }],
  })
}

/** One body of many changes, each business account an entry, in the order given. */
export function whatsappBody(changes: readonly WhatsappChange[]): string {
  const entries: { id: string, changes: WhatsappChange['change'][] }[] = []
  for (const { businessId, change } of changes) {
    const last = entries.at(-1)
    if (last?.id === businessId) last.changes.push(change)
    else entries.push({ id: businessId, changes: [change] })
  }
  return JSON.stringify({ object: 'whatsapp_business_account', entry: entries })
}
