import type { Act } from '../acts.ts'

/** How far a message got, whoever wrote it. `waiting`: the webhook or the network has not taken it yet. */
export const ticks = ['waiting', 'accepted', 'sent', 'delivered', 'read', 'played', 'failed'] as const
export type Tick = (typeof ticks)[number]

const rank: Record<Tick, number> = { waiting: 0, accepted: 1, sent: 2, failed: 3, delivered: 4, read: 5, played: 6 }

/** The further of two: a message that was read stays read. */
export function furthest(now: Tick, next: Tick): Tick {
  return rank[next] > rank[now] ? next : now
}

/** What stands in a bubble on the phone. */
export type Bubble = {
  kind: Exclude<Act['kind'], 'reaction' | 'edit' | 'delete' | 'seen'> | 'template' | 'products'
  text?: string
  mediaId?: string
  mime?: string
  filename?: string
  skus?: string[]
  order?: { sku: string, quantity: number, price: number, currency: string }[]
  place?: { latitude: number, longitude: number, name?: string }
  contacts?: { name: string, phone: string }[]
  buttons?: { payload: string, title: string }[]
  storyUrl?: string
}

/** A message in a thread of the phone. */
export type PhoneMessage = {
  /** The provider's id. */
  id: string
  personId: string
  lineId: string
  side: 'person' | 'house'
  atMs: number
  bubble: Bubble
  replyTo?: string
  /** Newest per side. */
  reactions: Partial<Record<'person' | 'house', string>>
  tick: Tick
  /** The provider's code, where it failed. */
  failure?: number
  edited?: boolean
  deleted?: boolean
}

/** The bubble that an act leaves in the thread; undefined for one that changes another message or leaves none. */
export function bubbleOf(act: Act): Bubble | undefined {
  switch (act.kind) {
    case 'reaction': case 'edit': case 'delete': case 'seen': return undefined
    case 'text': return { kind: 'text', text: act.text }
    case 'enquiry': return { kind: 'enquiry', text: act.text, skus: [act.sku] }
    case 'image': case 'video': case 'sticker': case 'voice': case 'document': return {
      kind: act.kind,
      mediaId: act.mediaId,
      mime: act.mime,
      ...(act.caption ? { text: act.caption } : {}),
      ...(act.kind === 'document' && act.filename ? { filename: act.filename } : {}),
    }
    case 'location': return { kind: 'location', place: { latitude: act.latitude, longitude: act.longitude, ...(act.name ? { name: act.name } : {}) } }
    case 'contacts': return { kind: 'contacts', contacts: act.contacts }
    case 'order': return { kind: 'order', order: act.items, ...(act.text ? { text: act.text } : {}) }
    case 'button': case 'list': return { kind: act.kind, text: act.title }
    case 'story_reply': return { kind: 'story_reply', text: act.text, storyUrl: act.storyUrl }
    case 'story_mention': return { kind: 'story_mention', storyUrl: act.storyUrl }
    case 'share': return { kind: 'share', text: act.title ?? act.url }
    case 'comment': return { kind: 'comment', text: act.text }
  }
}
