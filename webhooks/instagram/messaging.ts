import type { EventIdentity, EventKind, InboundEvent } from '#contracts'
import type { MetaEntry } from '../meta/body.ts'
import type { JsonObject } from '../shared/json.ts'
import type { Content } from './content.ts'
import { contentId } from '../shared/ids.ts'
import { asObject, clipped, compact, compactOrNone, field, flag, text, words } from '../shared/json.ts'
import { isoTime } from '../shared/time.ts'
import { productsOf, readContent, readReferral } from './content.ts'

/** Where an item of a body stood. */
export type Place = { entry: MetaEntry, standby: boolean }

/** Emoji of the reactions that come by name alone. */
const namedReactions: ReadonlyMap<string, string> = new Map([
  ['love', '❤️'],
  ['like', '👍'],
  ['dislike', '👎'],
  ['laugh', '😆'],
  ['haha', '😆'],
  ['smile', '😆'],
  ['wow', '😮'],
  ['sad', '😢'],
  ['angry', '😠'],
])

const handovers = ['pass_thread_control', 'take_thread_control', 'request_thread_control', 'app_roles'] as const

/** One item of `messaging`, `standby` or a messaging field of `changes`, as an event. Never throws. */
export function messagingEvent(item: JsonObject, place: Place): InboundEvent {
  const senderId = text(field(item, 'sender'), 'id')
  const ownId = place.entry.id
  const message = asObject(field(item, 'message'))
  const ours = (senderId !== undefined && senderId === ownId) || flag(message, 'is_echo') === true || flag(message, 'is_self') === true
  const content = message === undefined ? readOther(item) : { ...readContent(message), id: text(message, 'mid') }
  const recipientId = text(field(item, 'recipient'), 'id')
  const { id, ...parts } = ours ? asEcho(content) : content
  const customer = ours ? field(item, 'recipient') : field(item, 'sender')
  const at = field(item, 'timestamp')
  return compact<InboundEvent>({
    channel: 'instagram',
    provider: 'meta',
    ...parts,
    id: id ?? contentId(parts.kind, ownId, at ?? place.entry.time, item),
    from: senderId ?? null,
    to: recipientId ?? (ours ? null : ownId ?? null),
    at: isoTime(at, place.entry.time),
    accountId: ownId ?? (ours ? senderId : recipientId),
    identity: identityOf(customer),
    standby: place.standby || undefined,
  })
}

/** Who a customer is, from the object that names them. Ids are scoped to our account and opaque. */
export function identityOf(person: unknown): EventIdentity | undefined {
  return compactOrNone({ userId: text(person, 'id'), username: text(person, 'username'), profileName: text(person, 'name') })
}

/** What we, or an application of ours, wrote: the content's kind moves to `contentKind`. */
function asEcho(content: Content): Content {
  const keeps: ReadonlySet<EventKind> = new Set<EventKind>(['handover', 'seen', 'unknown'])
  if (keeps.has(content.kind)) return content
  // A deletion carries the id of what was deleted, which already is the id of that echo.
  return { ...content, kind: 'echo', contentKind: content.kind, id: content.kind === 'delete' ? undefined : content.id }
}

/** Everything that is no message. */
function readOther(item: JsonObject): Content {
  const edit = asObject(field(item, 'message_edit'))
  if (edit !== undefined) return readEdit(edit)
  const reaction = asObject(field(item, 'reaction'))
  if (reaction !== undefined) return readReaction(reaction)
  const postback = asObject(field(item, 'postback'))
  if (postback !== undefined) {
    return { kind: 'postback', id: text(postback, 'mid'), text: words(postback, 'title'), payload: text(postback, 'payload'), ...referred(field(postback, 'referral')) }
  }
  const referral = asObject(field(item, 'referral'))
  if (referral !== undefined) return { kind: 'referral', ...referred(referral) }
  const read = asObject(field(item, 'read'))
  if (read !== undefined) return { kind: 'seen', targetId: text(read, 'mid') }
  const optin = asObject(field(item, 'optin'))
  if (optin !== undefined) return readOptin(optin)
  const handover = handovers.find(name => asObject(field(item, name)) !== undefined)
  if (handover !== undefined) return { kind: 'handover', status: handover }
  return { kind: 'unknown', raw: clipped(item) }
}

/** An edit may come without sender and without text; then it says only that there was one, and the stored text stays. */
function readEdit(edit: JsonObject): Content {
  const said = words(edit, 'text')
  return { kind: 'edit', targetId: text(edit, 'mid'), newContent: said === undefined ? undefined : { kind: 'text', text: said } }
}

function readReaction(reaction: JsonObject): Content {
  const removed = text(reaction, 'action') === 'unreact'
  const name = text(reaction, 'reaction')
  const emoji = removed ? null : text(reaction, 'emoji') ?? (name === undefined ? null : namedReactions.get(name) ?? name)
  return { kind: 'reaction', reaction: compact({ emoji, targetId: text(reaction, 'mid') }) }
}

function readOptin(optin: JsonObject): Content {
  const status = text(optin, 'notification_messages_status') ?? text(optin, 'type')
  // Meta spells it with a space as well.
  const word = status?.toUpperCase().replaceAll(' ', '_')
  return {
    kind: 'optin',
    payload: text(optin, 'payload') ?? text(optin, 'ref'),
    text: words(optin, 'title'),
    status,
    optOut: word === 'STOP_NOTIFICATIONS' ? true : word === 'RESUME_NOTIFICATIONS' ? false : undefined,
  }
}

function referred(referral: unknown): Pick<InboundEvent, 'referral' | 'productIds' | 'postId'> {
  const products = productsOf(referral)
  return {
    referral: readReferral(referral),
    productIds: products.length > 0 ? products : undefined,
    postId: text(field(referral, 'ads_context_data'), 'post_id'),
  }
}
