import { z } from 'zod'

/** The network a customer is on. Several providers may carry one channel. */
export const channelNames = ['whatsapp', 'instagram', 'sms', 'web'] as const
export const ChannelName = z.enum(channelNames)
export type ChannelName = z.infer<typeof ChannelName>

/** Who carries the message for us. */
export const providerNames = ['meta', 'twilio', 'loupe'] as const
export const ProviderName = z.enum(providerNames)
export type ProviderName = z.infer<typeof ProviderName>

/** What a customer can send us that stands in the thread as a message. */
export const messageKinds = [
  'text', 'image', 'audio', 'voice', 'video', 'document', 'sticker', 'location', 'contacts',
  'button_reply', 'list_reply', 'flow_reply', 'order', 'product_enquiry', 'unsupported',
  'share', 'story_mention', 'story_reply', 'postback',
] as const

/** Everything a provider tells us, over all channels; `unknown` keeps its raw part. */
export const eventKinds = [
  ...messageKinds,
  'reaction', 'edit', 'delete', 'system', 'user_id_update', 'status', 'echo', 'history', 'contact_sync', 'call', 'error',
  'template_status', 'template_quality', 'template_category', 'template_components', 'quality_update', 'user_preference',
  'account_update', 'account_alert', 'account_review', 'capability_update', 'name_update', 'security', 'automatic_event', 'call_permission_reply',
  'comment', 'mention', 'referral', 'seen', 'handover', 'optin', 'unknown',
] as const
export const EventKind = z.enum(eventKinds)
export type EventKind = z.infer<typeof EventKind>
export type MessageKind = (typeof messageKinds)[number]

/** Statuses of our own messages; their rank is in `statusRank`. */
export const deliveryStatuses = ['accepted', 'sent', 'delivered', 'read', 'played', 'failed', 'deleted'] as const

export const Media = z.object({
  /** The provider's media id, to be exchanged for an address. */
  id: z.string().optional(),
  /** An address the provider gave; only ever fetched from the provider's own hosts. */
  url: z.string().optional(),
  /** `text/html` where the address is that of a page, a shared link or post, and not of a file. */
  mime: z.string().optional(),
  sha256: z.string().optional(),
  filename: z.string().optional(),
  /** True for a voice note, as against a sound file. */
  voice: z.boolean().optional(),
  /** True where the provider forbids keeping the file (stories): shown from its address while that lasts, never stored. */
  transient: z.boolean().optional(),
})
export type Media = z.infer<typeof Media>

export const Place = z.object({
  latitude: z.number(),
  longitude: z.number(),
  name: z.string().optional(),
  address: z.string().optional(),
})

export const SharedContact = z.object({
  name: z.string(),
  phones: z.array(z.string()),
  userId: z.string().optional(),
})

export const OrderItem = z.object({
  id: z.string(),
  quantity: z.number(),
  /** Price of one piece in units of `currency`, as the provider gave it; absent where it gave none. */
  price: z.number().optional(),
  currency: z.string().optional(),
})
export type OrderItem = z.infer<typeof OrderItem>

/**
 * What an order comes to, kept to the thousandth, the smallest unit that a currency has; undefined where a price or the currency is not known.
 * Items of an order are in one currency.
 */
export function orderTotal(items: readonly OrderItem[]): { total: number, currency: string } | undefined {
  const currency = items[0]?.currency
  let sum = 0
  for (const { price, quantity } of items) {
    if (price === undefined) return undefined
    sum += price * quantity
  }
  return currency === undefined || !Number.isFinite(sum) ? undefined : { total: Math.round(sum * 1000) / 1000, currency }
}

export const Order = z.object({
  catalogId: z.string().optional(),
  items: z.array(OrderItem),
  text: z.string().optional(),
})

/** Where the customer came from: an advertisement, a post, a link with a reference. */
export const Referral = z.object({
  sourceType: z.string().optional(),
  sourceId: z.string().optional(),
  sourceUrl: z.string().optional(),
  headline: z.string().optional(),
  body: z.string().optional(),
  ctwaClid: z.string().optional(),
  ref: z.string().optional(),
  type: z.string().optional(),
})

/** All that the event says about who the customer is. Ids are opaque strings, never numbers. */
export const EventIdentity = z.object({
  phone: z.string().optional(),
  waId: z.string().optional(),
  userId: z.string().optional(),
  parentUserId: z.string().optional(),
  username: z.string().optional(),
  profileName: z.string().optional(),
})
export type EventIdentity = z.infer<typeof EventIdentity>

/**
 * One thing that happened at a provider, in Loupe's words. `webhooks:parse` prints it and intake works on it.
 * `from` and `to` are as on the wire: customer → business for what a customer did, business → customer for
 * a status or an echo; null where the provider names nobody. `at` is the provider's time.
 */
export const InboundEvent = z.object({
  channel: ChannelName,
  provider: ProviderName,
  kind: EventKind,
  /** The provider's id, or one made from the content where it gives none. Deterministic: parsing twice gives it twice. */
  id: z.string(),
  from: z.string().nullable(),
  to: z.string().nullable(),
  /** ISO 8601 in UTC with milliseconds; the start of 1970 where the provider names no time. */
  at: z.string(),

  text: z.string().optional(),
  caption: z.string().optional(),
  /** Payload of a button, a list row or a postback. */
  payload: z.string().optional(),
  media: z.array(Media).optional(),
  location: Place.optional(),
  contacts: z.array(SharedContact).optional(),
  order: Order.optional(),
  productIds: z.array(z.string()).optional(),
  catalogId: z.string().optional(),
  referral: Referral.optional(),
  /** Provider id of the quoted message. */
  replyTo: z.string().optional(),
  forwarded: z.boolean().optional(),
  reaction: z.object({ emoji: z.string().nullable(), targetId: z.string().optional() }).optional(),
  /** For `status` one of `deliveryStatuses`; for account-level kinds the provider's own word. */
  status: z.string().optional(),
  errorCodes: z.array(z.number()).optional(),
  pricing: z.object({ category: z.string().optional(), type: z.string().optional(), model: z.string().optional(), billable: z.boolean().optional() }).optional(),
  flow: z.object({ token: z.string().optional(), response: z.record(z.string(), z.unknown()) }).optional(),
  story: z.object({ id: z.string().optional(), url: z.string().optional() }).optional(),
  postId: z.string().optional(),
  /** What an edit, deletion, mention or read receipt points at. */
  targetId: z.string().optional(),
  /** What an edited message says now; absent where the provider does not tell, and then the stored message stays as it is. */
  newContent: z.object({ kind: z.string().optional(), text: z.string().optional(), caption: z.string().optional() }).optional(),
  /** `previous` and `current` are the address that changed; `phone`, `userId` and `parentUserId` are all the new ones that the provider names. */
  system: z.object({
    type: z.string(),
    previous: z.string().optional(),
    current: z.string().optional(),
    phone: z.string().optional(),
    userId: z.string().optional(),
    parentUserId: z.string().optional(),
  }).optional(),
  template: z.object({ id: z.string().optional(), name: z.string().optional(), language: z.string().optional(), reason: z.string().optional() }).optional(),
  identity: EventIdentity.optional(),
  /** The group that the message stands in, where it is not a conversation of two. */
  groupId: z.string().optional(),
  /** Our own id of the message that a status speaks of, where the provider carried it along. */
  reference: z.string().optional(),
  /** Of a call: what happened now, and how long they spoke, in seconds. */
  call: z.object({ event: z.string(), seconds: z.number().optional() }).optional(),
  /** Messaging limit of our number after a quality or capability update, in the provider's words. */
  limit: z.string().optional(),
  /** Of an old message handed over at onboarding, and of a call. */
  direction: z.enum(['in', 'out']).optional(),
  /** Our number or account as the provider's API names it, where `from` and `to` may spell it otherwise: the lane's end on our side. */
  accountId: z.string().optional(),
  /** What an echo or an old message contains, in the words of `eventKinds`. */
  contentKind: z.string().optional(),
  /** Instagram: another app holds the thread. */
  standby: z.boolean().optional(),
  /** The customer asked to stop (true) or to resume (false), in the provider's own terms. */
  optOut: z.boolean().optional(),
  /** The part of the body that Loupe has no word for; kept for `unknown` and `unsupported` only. */
  raw: z.unknown().optional(),
})
export type InboundEvent = z.infer<typeof InboundEvent>
