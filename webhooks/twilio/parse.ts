import type { ChannelName, EventIdentity, EventKind, InboundEvent, Media } from '#contracts'
import type { Form } from './form.ts'
import { clippedObject, compact, compactOrNone, number, objectInText, text } from '../shared/json.ts'
import { isoTime } from '../shared/time.ts'
import { twilioForm } from './form.ts'

/** Most files that one message may carry (MMS: 10). */
const mostFiles = 10

/** Words for what became of a message of ours. Twilio's own steps before it leaves are all `accepted`. Source: Messaging, message status values. */
const statuses: ReadonlyMap<string, string> = new Map([
  ['accepted', 'accepted'],
  ['scheduled', 'accepted'],
  ['queued', 'accepted'],
  ['sending', 'accepted'],
  ['sent', 'sent'],
  ['delivered', 'delivered'],
  ['partially_delivered', 'delivered'],
  ['read', 'read'],
  ['undelivered', 'failed'],
  ['failed', 'failed'],
  ['canceled', 'failed'],
  ['deleted', 'deleted'],
])

/**
 * The one event of a Twilio messaging webhook. Twilio names no time in it.
 * @throws NotThisProviderError when the body is not one.
 */
export function parse(rawBody: Buffer): InboundEvent[] {
  const { form, sid } = twilioForm(rawBody)
  const from = form.get('From') ?? null
  const to = form.get('To') ?? null
  const word = (form.get('MessageStatus') ?? form.get('SmsStatus'))?.toLowerCase()
  const incoming = word === undefined || word === 'received' || word === 'receiving'
  const shared = { channel: channelOf(form, from, to), provider: 'twilio' as const, id: sid, from, to, at: isoTime(), accountId: (incoming ? to : from) ?? form.get('MessagingServiceSid') }
  if (!incoming) return [statusEvent(form, shared, word)]
  const content = readContent(form)
  return [compact<InboundEvent>({
    ...shared,
    ...content,
    replyTo: form.get('OriginalRepliedMessageSid'),
    forwarded: form.get('Forwarded') === 'true' || form.get('FrequentlyForwarded') === 'true' ? true : undefined,
    referral: readReferral(form),
    identity: readIdentity(form, from),
    optOut: readOptOut(form),
  })]
}

type Shared = Pick<InboundEvent, 'channel' | 'provider' | 'id' | 'from' | 'to' | 'at' | 'accountId'>

function statusEvent(form: Form, shared: Shared, word: string): InboundEvent {
  const status = statuses.get(word)
  const code = number({ code: form.get('ErrorCode') }, 'code')
  return compact<InboundEvent>({
    ...shared,
    kind: status === undefined ? 'unknown' : 'status',
    status: status ?? word,
    errorCodes: code === undefined || code === 0 ? undefined : [code],
    identity: readIdentity(form, shared.to),
    raw: status === undefined ? form.all() : undefined,
  })
}

function channelOf(form: Form, ...addresses: readonly (string | null)[]): ChannelName {
  const whatsapp = form.get('ChannelPrefix') === 'whatsapp' || addresses.some(address => address?.startsWith('whatsapp:') === true)
  return whatsapp ? 'whatsapp' : 'sms'
}

/** Who the customer is: their address without its prefix, and what Twilio adds for WhatsApp. A user id keeps the prefix that it comes with. */
function readIdentity(form: Form, address: string | null): EventIdentity | undefined {
  const bare = address?.replace(/^[a-z]+:/, '')
  const isPhone = bare !== undefined && /^\+?\d{3,20}$/.test(bare)
  return compactOrNone({
    phone: isPhone ? bare : undefined,
    waId: form.get('WaId'),
    userId: form.get('ExternalUserId') ?? (!isPhone && address?.startsWith('whatsapp:') ? address : undefined),
    parentUserId: form.get('ParentExternalUserId'),
    username: form.get('ProfileUsername'),
    profileName: form.get('ProfileName'),
  })
}

type Content = Pick<InboundEvent, 'kind' | 'text' | 'payload' | 'media' | 'location' | 'reaction' | 'flow' | 'raw'>

function readContent(form: Form): Content {
  const type = form.get('MessageType')?.toLowerCase()
  const body = form.raw('Body')
  const said = body === '' ? undefined : body
  const media = readMedia(form)
  if (type === 'reaction') return { kind: 'reaction', reaction: compact({ emoji: said ?? null, targetId: form.get('OriginalRepliedMessageSid') }) }
  const latitude = number({ at: form.get('Latitude') }, 'at')
  const longitude = number({ at: form.get('Longitude') }, 'at')
  if (latitude !== undefined && longitude !== undefined)
    return { kind: 'location', text: said, location: compact({ latitude, longitude, name: form.get('Label'), address: form.get('Address') }) }
  const button = form.get('ButtonPayload')
  if (button !== undefined || form.get('ButtonText') !== undefined)
    return { kind: 'button_reply', text: said ?? form.get('ButtonText'), payload: button }
  const row = form.get('ListId')
  if (row !== undefined || form.get('ListTitle') !== undefined)
    return { kind: 'list_reply', text: said ?? form.get('ListTitle'), payload: row }
  const answers = objectInText(form.get('InteractiveData') ?? form.get('FlowData'))
  if (answers !== undefined) {
    const response = clippedObject(answers)
    return { kind: 'flow_reply', text: said, flow: compact({ token: text(response, 'flow_token'), response }) }
  }
  if (media.length > 0) return { kind: mediaKind(type, media[0]), text: said, media }
  if (type === 'unsupported') return { kind: 'unsupported', text: said, raw: form.all() }
  if (type === 'contacts') return { kind: 'contacts', text: said }
  // A message that says nothing: over SMS an empty text, over WhatsApp something that Twilio could not hand on.
  if (said === undefined && form.get('From')?.startsWith('whatsapp:') === true) return { kind: 'unsupported', raw: form.all() }
  return { kind: 'text', text: body }
}

function readMedia(form: Form): Media[] {
  const count = number({ of: form.get('NumMedia') }, 'of') ?? mostFiles
  const media: Media[] = []
  for (let index = 0; index < Math.min(count, mostFiles); index++) {
    const url = form.get(`MediaUrl${index}`)
    if (url === undefined) break
    media.push(compact({ url, mime: form.get(`MediaContentType${index}`) }))
  }
  return media
}

const typedKinds: ReadonlyMap<string, EventKind> = new Map<string, EventKind>([
  ['image', 'image'],
  ['video', 'video'],
  ['audio', 'audio'],
  ['voice', 'voice'],
  ['document', 'document'],
  ['sticker', 'sticker'],
  ['contacts', 'contacts'],
])

function mediaKind(type: string | undefined, first: Media | undefined): EventKind {
  const typed = type === undefined ? undefined : typedKinds.get(type)
  if (typed !== undefined) return typed
  const mime = first?.mime?.toLowerCase() ?? ''
  if (mime.startsWith('image/')) return 'image'
  if (mime.startsWith('video/')) return 'video'
  if (mime.startsWith('audio/')) return 'audio'
  return /^text\/(?:x-|directory)?vcard/.test(mime) ? 'contacts' : 'document'
}

function readReferral(form: Form): InboundEvent['referral'] {
  return compactOrNone({
    sourceType: form.get('ReferralSourceType'),
    sourceId: form.get('ReferralSourceId'),
    sourceUrl: form.get('ReferralSourceUrl'),
    headline: form.get('ReferralHeadline'),
    body: form.get('ReferralBody'),
    ctwaClid: form.get('ReferralCtwaClid'),
  })
}

/** Twilio answers its opt-out words itself and says which kind of word it was; HELP is neither. */
function readOptOut(form: Form): boolean | undefined {
  const type = form.get('OptOutType')?.toUpperCase()
  return type === 'STOP' ? true : type === 'START' ? false : undefined
}
