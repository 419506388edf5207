import type { InboundEvent } from '#contracts'
import type { JsonObject } from '../shared/json.ts'
import type { Place } from './messaging.ts'
import { contentId } from '../shared/ids.ts'
import { asObject, clipped, compact, field, text, words } from '../shared/json.ts'
import { isoTime } from '../shared/time.ts'
import { identityOf, messagingEvent } from './messaging.ts'

/** What tells an item of messaging from other changes. */
const messagingKeys = ['message', 'message_edit', 'reaction', 'postback', 'referral', 'read', 'optin', 'pass_thread_control', 'take_thread_control', 'request_thread_control', 'app_roles']

/** One change: a field's name and its value. They stand in `changes`, or directly on the entry. Never throws. */
export function changeEvent(change: JsonObject, place: Place): InboundEvent {
  const name = text(change, 'field')
  const value = asObject(field(change, 'value'))
  if (value === undefined) return unread(change, place)
  if (name === 'comments' || name === 'live_comments') return comment(value, place)
  if (name === 'mentions') return mention(value, place)
  if (messagingKeys.some(key => asObject(field(value, key)) !== undefined)) return messagingEvent(value, { ...place, standby: place.standby || name === 'standby' })
  return unread(change, place)
}

/** A comment below a post of ours. Our own answers to comments come the same way and are echoes. */
function comment(value: JsonObject, { entry }: Place): InboundEvent {
  const from = field(value, 'from')
  const fromId = text(from, 'id')
  const ours = fromId !== undefined && fromId === entry.id
  const media = field(value, 'media')
  return compact<InboundEvent>({
    channel: 'instagram',
    provider: 'meta',
    kind: ours ? 'echo' : 'comment',
    contentKind: ours ? 'comment' : undefined,
    id: text(value, 'id') ?? text(value, 'comment_id') ?? contentId('comment', entry.id, entry.time, value),
    from: fromId ?? text(from, 'username') ?? null,
    to: ours ? null : entry.id ?? null,
    at: isoTime(field(value, 'timestamp'), field(value, 'created_time'), entry.time),
    accountId: entry.id,
    text: words(value, 'text'),
    postId: text(media, 'id') ?? text(value, 'media_id'),
    replyTo: text(value, 'parent_id'),
    identity: ours ? undefined : identityOf(from),
    referral: text(media, 'ad_id') === undefined ? undefined : compact({ sourceType: 'ad', sourceId: text(media, 'ad_id'), headline: text(media, 'ad_title') }),
  })
}

/** Somebody named us below, or in the caption of, a post of theirs; who it was has to be asked for. */
function mention(value: JsonObject, { entry }: Place): InboundEvent {
  const commentId = text(value, 'comment_id')
  return compact<InboundEvent>({
    channel: 'instagram',
    provider: 'meta',
    kind: 'mention',
    id: commentId ?? contentId('mention', entry.id, entry.time, value),
    from: null,
    to: entry.id ?? null,
    at: isoTime(field(value, 'timestamp'), entry.time),
    accountId: entry.id,
    postId: text(value, 'media_id'),
    targetId: commentId,
  })
}

function unread(change: JsonObject, { entry }: Place): InboundEvent {
  return compact<InboundEvent>({
    channel: 'instagram',
    provider: 'meta',
    kind: 'unknown',
    id: contentId('unknown', entry.id, entry.time, change),
    from: null,
    to: entry.id ?? null,
    at: isoTime(entry.time),
    accountId: entry.id,
    raw: clipped(change),
  })
}
