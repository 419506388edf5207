import type { EventKind, InboundEvent, Media } from '#contracts'
import type { JsonObject } from '../shared/json.ts'
import { clipped, compact, compactOrNone, field, flag, objects, text, words } from '../shared/json.ts'

/** What one message says, whoever sent it. */
export type Content = { kind: EventKind } & Partial<Omit<InboundEvent, 'kind'>>

/** What an attachment's `type` makes of a message. Source: Instagram messaging webhooks; `share` gave way to `ig_post` in April 2026. */
const attachmentKinds: ReadonlyMap<string, EventKind> = new Map<string, EventKind>([
  ['image', 'image'],
  ['video', 'video'],
  ['audio', 'audio'],
  ['file', 'document'],
  ['like_heart', 'sticker'],
  ['sticker', 'sticker'],
  ['animated_image', 'sticker'],
  ['share', 'share'],
  ['ig_post', 'share'],
  ['ig_reel', 'share'],
  ['reel', 'share'],
  ['post', 'share'],
  ['fallback', 'share'],
  ['ig_story', 'share'],
  ['story_share', 'share'],
  ['story_mention', 'story_mention'],
  ['template', 'share'],
  ['product_template', 'product_enquiry'],
  ['location', 'location'],
])

/** The content of a `message`. Never throws. */
export function readContent(message: JsonObject): Content {
  const mid = text(message, 'mid')
  if (flag(message, 'is_deleted') === true) return { kind: 'delete', targetId: mid }
  const attachments = objects(message, 'attachments')
  const replyTo = field(message, 'reply_to')
  const story = readStory(replyTo)
  const first = attachments[0]
  const said = words(message, 'text')
  const payload = text(field(message, 'quick_reply'), 'payload')
  const referral = field(message, 'referral')
  const shown = attachments.flatMap(shownProducts)
  const productIds = [...productsOf(referral), ...shown]
  // A piece that an advertisement shows was not asked about.
  const isEnquiry = shown.length > 0 || text(field(referral, 'product'), 'id') !== undefined
  const mention = attachments.find(attachment => text(attachment, 'type') === 'story_mention')
  const media = attachments.flatMap(readAttachment)
  const kind: EventKind = flag(message, 'is_unsupported') === true
    ? 'unsupported'
    : story !== undefined
      ? 'story_reply'
      : payload !== undefined
        ? 'button_reply'
        : mention !== undefined
          ? 'story_mention'
          : isEnquiry
            ? 'product_enquiry'
            : kindOf(first, said)
  return compact<Content>({
    kind,
    text: said,
    payload,
    media: media.length > 0 ? media : undefined,
    story: story ?? (mention === undefined ? undefined : readMention(mention)),
    postId: attachments.map(sharedPost).find(id => id !== undefined),
    productIds: productIds.length > 0 ? productIds : undefined,
    replyTo: text(replyTo, 'mid'),
    referral: readReferral(referral),
    raw: kind === 'unsupported' ? clipped(message) : undefined,
  })
}

/** A story that a message answers. */
function readStory(replyTo: unknown): InboundEvent['story'] {
  const story = field(replyTo, 'story')
  return compactOrNone({ id: text(story, 'id'), url: text(story, 'url') })
}

function readMention(attachment: JsonObject): InboundEvent['story'] {
  const payload = field(attachment, 'payload')
  return compactOrNone({ id: text(payload, 'id') ?? text(payload, 'story_id'), url: text(payload, 'url') })
}

function kindOf(attachment: JsonObject | undefined, said: string | undefined): EventKind {
  if (attachment === undefined) return said === undefined ? 'unsupported' : 'text'
  const type = text(attachment, 'type')
  // The preview of a link stands beside the text that holds the link.
  if (said !== undefined && (type === 'fallback' || type === 'template')) return 'text'
  return (type === undefined ? undefined : attachmentKinds.get(type)) ?? 'unsupported'
}

/** The file of an attachment; none for media that may be viewed once only, which come without an address. */
function readAttachment(attachment: JsonObject): Media[] {
  const payload = field(attachment, 'payload')
  const url = text(payload, 'url')
  if (url === undefined) return []
  const type = text(attachment, 'type') ?? ''
  // What others posted as a story must not be stored (Instagram Platform, story mentions).
  const transient = ['story_mention', 'ig_story', 'story_share'].includes(type)
  // A link, or a post that is named by its page: nothing to be fetched.
  const isPage = type === 'fallback' || /^https?:\/\/(?:www\.)?instagram\.com\//.test(url)
  return [compact({ url, mime: isPage ? 'text/html' : text(payload, 'mime_type'), filename: text(payload, 'name'), transient: transient || undefined })]
}

function sharedPost(attachment: JsonObject): string | undefined {
  const payload = field(attachment, 'payload')
  return text(payload, 'ig_post_media_id') ?? text(payload, 'reel_video_id') ?? text(payload, 'id')
}

/** Pieces of our catalogue in an attached product template. */
function shownProducts(attachment: JsonObject): string[] {
  const product = field(field(attachment, 'payload'), 'product')
  return objects(product, 'elements').flatMap((element) => {
    const id = text(element, 'retailer_id') ?? text(element, 'id')
    return id === undefined ? [] : [id]
  })
}

/** Pieces that a referral names: the one asked about from a shop, or the one that an advertisement shows. */
export function productsOf(referral: unknown): string[] {
  const ids = [text(field(referral, 'product'), 'id'), text(field(referral, 'ads_context_data'), 'product_id')]
  return ids.filter(id => id !== undefined)
}

/** Where a person came from: an advertisement, an ig.me link, a shop. */
export function readReferral(referral: unknown): InboundEvent['referral'] {
  const ad = field(referral, 'ads_context_data')
  return compactOrNone({
    sourceType: text(referral, 'source'),
    sourceId: text(referral, 'ad_id'),
    sourceUrl: text(referral, 'referer_uri') ?? text(referral, 'source_url'),
    headline: text(ad, 'ad_title'),
    ctwaClid: text(referral, 'ctwa_clid'),
    ref: text(referral, 'ref'),
    type: text(referral, 'type'),
  })
}
