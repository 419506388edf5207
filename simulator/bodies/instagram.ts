import type { Act } from '../acts.ts'
import type { HouseLine, Person } from '../world.ts'

/** What stands in an entry of an Instagram body: a messaging event or a change. */
export type InstagramPart = { accountId: string, atMs: number, messaging?: Record<string, unknown>, change?: Record<string, unknown> }

type Stamp = { id: string, atMs: number }

const attachmentTypes = { image: 'image', video: 'video', voice: 'audio' } as const

/** Instagram names no mime type and no file id: an attachment is a kind and an address. */
function attachment(kind: keyof typeof attachmentTypes, url: string) {
  return { attachments: [{ type: attachmentTypes[kind], payload: { url } }] }
}

function messageOf(act: Act, id: string, mediaUrl: (mediaId: string) => string): Record<string, unknown> {
  switch (act.kind) {
    case 'text': return { mid: id, text: act.text, ...(act.replyTo ? { reply_to: { mid: act.replyTo } } : {}) }
    case 'image': case 'video': case 'voice': return { mid: id, ...attachment(act.kind, mediaUrl(act.mediaId)), ...(act.caption ? { text: act.caption } : {}) }
    case 'story_reply': return { mid: id, text: act.text, reply_to: { story: { id: act.storyId, url: act.storyUrl } } }
    case 'story_mention': return { mid: id, attachments: [{ type: 'story_mention', payload: { url: act.storyUrl } }] }
    case 'share': return { mid: id, attachments: [{ type: 'ig_post', payload: { ig_post_media_id: act.postId, url: act.url, ...(act.title ? { title: act.title } : {}) } }] }
    case 'delete': return { mid: act.targetId, is_deleted: true }
    default: throw new RangeError(`Instagram has no ${act.kind}.`)
  }
}

/** Something a person did on Instagram. Shapes: Instagram Platform, webhooks examples. Throws a RangeError for what Instagram does not have. */
export function instagramInbound(line: HouseLine, person: Person, act: Act, stamp: Stamp, mediaUrl: (mediaId: string) => string): InstagramPart {
  const base = { accountId: line.externalId, atMs: stamp.atMs }
  const from = { sender: { id: person.instagramId ?? '', ...(person.instagramUsername ? { username: person.instagramUsername } : {}) }, recipient: { id: line.externalId }, timestamp: stamp.atMs }
  switch (act.kind) {
    case 'reaction': return {
      ...base,
      messaging: { ...from, reaction: act.emoji === null ? { mid: act.targetId, action: 'unreact' } : { mid: act.targetId, action: 'react', reaction: act.emoji === '❤️' ? 'love' : 'other', emoji: act.emoji } },
    }
    case 'seen': return { ...base, messaging: { ...from, read: { mid: act.targetId } } }
    case 'edit': return { ...base, messaging: { ...from, message_edit: { mid: act.targetId, text: act.text, num_edit: 1 } } }
    case 'comment': return {
      ...base,
      change: { field: 'comments', value: { id: stamp.id, from: { id: person.instagramId ?? '', username: person.instagramUsername ?? '' }, text: act.text, media: { id: act.postId, media_product_type: 'FEED' } } },
    }
    default: return { ...base, messaging: { ...from, message: messageOf(act, stamp.id, mediaUrl) } }
  }
}

/** What a colleague wrote from Instagram's own app. */
export function instagramEcho(line: HouseLine, person: Person, act: Act, stamp: Stamp, mediaUrl: (mediaId: string) => string): InstagramPart {
  return {
    accountId: line.externalId,
    atMs: stamp.atMs,
    messaging: { sender: { id: line.externalId }, recipient: { id: person.instagramId ?? '' }, timestamp: stamp.atMs, message: { ...messageOf(act, stamp.id, mediaUrl), is_echo: true } },
  }
}

/** One body of many parts, in the order given; neighbours of one account share an entry. */
export function instagramBody(parts: readonly InstagramPart[]): string {
  const entries: { id: string, time: number, messaging?: unknown[], changes?: unknown[] }[] = []
  for (const part of parts) {
    let entry = entries.at(-1)
    const other = part.messaging ? entry?.changes : entry?.messaging
    if (entry?.id !== part.accountId || other) {
      entry = { id: part.accountId, time: part.atMs }
      entries.push(entry)
    }
    entry.time = Math.max(entry.time, part.atMs)
    if (part.messaging) (entry.messaging ??= []).push(part.messaging)
    if (part.change) (entry.changes ??= []).push(part.change)
  }
  return JSON.stringify({ object: 'instagram', entry: entries })
}
