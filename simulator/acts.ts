import { z } from 'zod'

const shortText = z.string().min(1).max(4096)
const id = z.string().min(1).max(400)

/** A file that a person sends; its bytes are kept under `mediaId`. */
const file = { mediaId: id, mime: z.string().max(100), caption: z.string().max(1024).optional(), replyTo: id.optional() }

/**
 * One thing that a person can do on their phone, before any provider's dialect. `replyTo` and `targetId` are provider ids.
 * `story_reply`, `story_mention`, `share`, `comment` and `seen` exist on Instagram only; orders, enquiries, contacts and edits on WhatsApp.
 */
export const Act = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('text'), text: shortText, replyTo: id.optional(), forwarded: z.boolean().optional(), referral: z.object({ sourceId: z.string(), sourceUrl: z.string(), headline: z.string(), clickId: z.string() }).optional() }),
  z.object({ kind: z.literal('enquiry'), text: shortText, sku: z.string().max(100) }),
  z.object({ kind: z.literal('image'), ...file }),
  z.object({ kind: z.literal('video'), ...file }),
  z.object({ kind: z.literal('sticker'), ...file }),
  z.object({ kind: z.literal('voice'), ...file }),
  z.object({ kind: z.literal('document'), ...file, filename: z.string().max(200).optional() }),
  z.object({ kind: z.literal('location'), latitude: z.number().min(-90).max(90), longitude: z.number().min(-180).max(180), name: z.string().max(200).optional(), address: z.string().max(300).optional() }),
  z.object({ kind: z.literal('contacts'), contacts: z.array(z.object({ name: z.string().max(200), phone: z.string().max(40) })).min(1).max(10) }),
  z.object({ kind: z.literal('reaction'), emoji: z.string().max(16).nullable(), targetId: id }),
  z.object({ kind: z.literal('order'), items: z.array(z.object({ sku: z.string().max(100), quantity: z.number().int().min(1).max(99), price: z.number().min(0), currency: z.string().length(3) })).min(1).max(30), text: z.string().max(1024).optional() }),
  z.object({ kind: z.literal('button'), payload: z.string().max(256), title: z.string().max(100), replyTo: id }),
  z.object({ kind: z.literal('list'), payload: z.string().max(256), title: z.string().max(100), replyTo: id }),
  z.object({ kind: z.literal('edit'), targetId: id, text: shortText }),
  z.object({ kind: z.literal('delete'), targetId: id }),
  z.object({ kind: z.literal('story_reply'), text: shortText, storyId: id, storyUrl: z.string().max(500) }),
  z.object({ kind: z.literal('story_mention'), storyUrl: z.string().max(500) }),
  z.object({ kind: z.literal('share'), postId: id, url: z.string().max(500), title: z.string().max(300).optional() }),
  z.object({ kind: z.literal('comment'), text: shortText, postId: id }),
  z.object({ kind: z.literal('seen'), targetId: id }),
])
export type Act = z.infer<typeof Act>
export type ActKind = Act['kind']

/** What a line needs to know of the person's addresses. Digits without a plus; ids opaque. */
export type PersonLine = {
  /** Country code and number, digits only; absent for someone who shows a user name instead of a number. */
  phone?: string
  /** WhatsApp's business-scoped user id. */
  userId: string
  whatsappUsername?: string
  /** Instagram-scoped id and user name. */
  instagramId?: string
  instagramUsername?: string
}

/** What each kind of line can carry. */
export const actsOf: Record<'whatsapp' | 'instagram' | 'sms', readonly ActKind[]> = {
  whatsapp: ['text', 'enquiry', 'image', 'video', 'sticker', 'voice', 'document', 'location', 'contacts', 'reaction', 'order', 'button', 'list', 'edit', 'delete'],
  instagram: ['text', 'image', 'video', 'voice', 'reaction', 'delete', 'edit', 'story_reply', 'story_mention', 'share', 'comment', 'seen'],
  sms: ['text', 'image'],
}
