import type { ExternalEvent, SignalType } from '#contracts'
import type { Act } from '../acts.ts'
import { demoPiece } from './pieces/catalogue.ts'

/** `12d 19:05`: so many days ago at that hour where the person lives. `3h`, `11m`: so long ago. */
export type When = `${number}d ${string}` | `${number}h` | `${number}m`

export type LineId = 'wa-bandra' | 'wa-dubai' | 'wa-orchard' | 'instagram' | 'sms'

/** A file of the demo: a murmured voice note of so many seconds, or one of the photographs. */
export const voiceMedia = (name: string, seconds: number) => `demo-voice-${name}-${seconds}`
export const photoMedia = (photo: string) => `demo-photo-${photo}`

type Quoting = { on?: LineId, as?: string, re?: string }

/** One entry of a story. `as` gives a message a name within the story, `re` points at one. */
export type Scene
  = | { type: 'act', side: 'person' | 'house', when: When, on?: LineId, as?: string, re?: string, act: Act, fate?: 'delivered' | 'read' }
    | { type: 'event', when: When, event: SignalType, meta?: ExternalEvent['meta'], store?: string }

export type Story = {
  id: string
  name: string
  city: string
  language: string
  /** Digits only. Absent: known on WhatsApp by user name alone, or not there at all. */
  phone?: string
  /** Instagram user name. */
  instagram?: string
  whatsappUsername?: string
  home: 'bandra' | 'dubai' | 'orchard'
  /** The line they usually write on; their store's WhatsApp number otherwise. */
  line?: LineId
  /** The till knows number and Instagram account as one person's; otherwise only what they say themselves joins them. */
  linked?: boolean
  ownerId?: string
  tags?: readonly string[]
  scenes: readonly (Scene | readonly Scene[])[]
}

type ActScene = Extract<Scene, { type: 'act' }>

const act = (side: 'person' | 'house', when: When, what: Act, { on, as, re }: Quoting = {}): ActScene => ({ type: 'act', side, when, act: what, ...(on ? { on } : {}), ...(as ? { as } : {}), ...(re ? { re } : {}) })

/** The customer writes. */
export const says = (when: When, text: string, quoting?: Quoting): Scene => act('person', when, { kind: 'text', text }, quoting)
/** We answer, from the phone app or Instagram's own. */
export const answers = (when: When, text: string, quoting?: Quoting): Scene => act('house', when, { kind: 'text', text }, quoting)
/** We wrote, and the phone has it, and it was not read. */
export const unread = (when: When, text: string, quoting?: Quoting): Scene => ({ ...act('house', when, { kind: 'text', text }, quoting), fate: 'delivered' })
export const voice = (when: When, name: string, seconds: number, quoting?: Quoting): Scene => act('person', when, { kind: 'voice', mediaId: voiceMedia(name, seconds), mime: 'audio/wav' }, quoting)
export const photo = (when: When, name: string, caption?: string, quoting?: Quoting): Scene => act('person', when, { kind: 'image', mediaId: photoMedia(name), mime: 'image/jpeg', ...(caption ? { caption } : {}) }, quoting)
export const shows = (when: When, name: string, caption?: string, quoting?: Quoting): Scene => act('house', when, { kind: 'image', mediaId: photoMedia(name), mime: 'image/jpeg', ...(caption ? { caption } : {}) }, quoting)
/** A question out of the catalogue, about one piece. */
export const asksAbout = (when: When, sku: string, text: string, quoting?: Quoting): Scene => act('person', when, { kind: 'enquiry', text, sku: demoPiece(sku).sku }, quoting)
export function orders(when: When, sku: string, text?: string): Scene {
  const { price, currency } = demoPiece(sku)
  return act('person', when, { kind: 'order', items: [{ sku, quantity: 1, price, currency }], ...(text ? { text } : {}) })
}
export const reacts = (when: When, emoji: string, re: string, quoting?: Quoting): Scene => act('person', when, { kind: 'reaction', emoji, targetId: re }, { ...quoting, re })
export const place = (when: When, latitude: number, longitude: number, name: string): Scene => act('person', when, { kind: 'location', latitude, longitude, name })
export const card = (when: When, name: string, phone: string): Scene => act('person', when, { kind: 'contacts', contacts: [{ name, phone }] })
/** Came by an advertisement that opens WhatsApp. */
export const fromAd = (when: When, headline: string, text: string): Scene => act('person', when, { kind: 'text', text, referral: { sourceId: '120210000000004410', sourceUrl: 'https://fb.me/zarinvale', headline, clickId: `ARAk${headline.replace(/\W/g, '').slice(0, 24)}` } })
export const repliesToStory = (when: When, text: string, story: string): Scene => act('person', when, { kind: 'story_reply', text, storyId: `180${story}`, storyUrl: `story:${story}` }, { on: 'instagram' })
export const mentions = (when: When, story: string): Scene => act('person', when, { kind: 'story_mention', storyUrl: `story:${story}` }, { on: 'instagram' })
export const comments = (when: When, text: string): Scene => act('person', when, { kind: 'comment', text, postId: '17900000000004410' }, { on: 'instagram' })

/** Something that the site, the till or the counter saw. */
export const event = (when: When, type: SignalType, meta?: ExternalEvent['meta'], store?: string): Scene => ({ type: 'event', when, event: type, ...(meta ? { meta } : {}), ...(store ? { store } : {}) })
const pieceMeta = (sku: string) => ({ pieceId: sku, pieceName: demoPiece(sku).name })
/** Looked at a piece on the site, at each of these times. */
export const looks = (sku: string, ...times: When[]): Scene[] => times.map(when => event(when, 'piece_viewed', { ...pieceMeta(sku), source: 'site' }))
export const scans = (when: When, sku: string, store: string): Scene => event(when, 'qr_scanned', { ...pieceMeta(sku), storeId: store, source: 'qr' }, store)
export const wishes = (when: When, sku: string): Scene => event(when, 'wishlist', { ...pieceMeta(sku), source: 'site' })
export const holds = (when: When, sku: string, store: string): Scene => event(when, 'hold_placed', { ...pieceMeta(sku), storeId: store }, store)
export const buys = (when: When, sku: string, store: string, amount = demoPiece(sku).price): Scene => event(when, 'purchase', { ...pieceMeta(sku), amount, currency: demoPiece(sku).currency, storeId: store }, store)
export const visits = (when: When, store: string, sku?: string): Scene => event(when, 'walk_in', { ...(sku ? pieceMeta(sku) : {}), storeId: store }, store)
/** Monthly instalments of a gold scheme, the oldest so many months ago. */
export function instalments(months: number, count: number, amount: number, currency: string, store: string): Scene[] {
  return Array.from({ length: count }, (_, i) => event(`${(months - i) * 30 + 3}d 11:${String(10 + i * 3).padStart(2, '0')}`, 'scheme_instalment', { amount, currency, storeId: store }, store))
}
