import type { EventKind, InboundEvent, SignalMeta, SignalType } from '#contracts'
import type { Customer } from '../models/index.ts'
import type { KnownPiece } from './arrival.ts'
import { orderTotal } from '#contracts'
import { originOf } from '../identity/index.ts'
import { intentsOf, isPolite } from './words.ts'

/** Quiet after which a message is more than the next one, days. */
const longQuietDays = 14
const dayMs = 86_400_000

/** What stood before the event. */
export interface Situation {
  /** The customer's newest message before this one. */
  lastInboundAt: Date | null
  pieces: Customer['pieces']
  piece: (sku: string) => KnownPiece | undefined
  optedOut: boolean
  storeId: string | null
}

/** A signal without its id; `about` tells several of one type apart. */
export interface Sign { type: SignalType, meta?: SignalMeta, about?: string }

const ofKind: Partial<Record<EventKind, SignalType>> = {
  image: 'image',
  video: 'video',
  voice: 'voice',
  audio: 'voice',
  document: 'document',
  location: 'location',
  contacts: 'contact_shared',
  share: 'shared',
  story_mention: 'mention',
  story_reply: 'story_reply',
}

function pieceSigns(event: InboundEvent, { pieces, piece }: Situation): Sign[] {
  const named = (sku: string): Required<Pick<SignalMeta, 'pieceId'>> & SignalMeta => {
    const known = piece(sku)
    return { pieceId: known?.id ?? sku.slice(0, 64), ...(known ? { pieceName: known.name } : {}) }
  }
  if (event.order) {
    const { items } = event.order
    const [first] = items
    const sum = orderTotal(items)
    const money = sum ? { amount: sum.total, currency: sum.currency.slice(0, 8) } : {}
    return [{ type: 'order', meta: { ...(first ? named(first.id) : {}), ...money } }]
  }
  return (event.productIds ?? []).slice(0, 5).flatMap((sku): Sign[] => {
    const meta = named(sku)
    const times = (pieces.find(known => known.pieceId === meta.pieceId)?.seen ?? 0) + 1
    if (event.kind !== 'product_enquiry') return [{ type: 'piece_viewed', meta: { ...meta, times }, about: meta.pieceId }]
    return [{ type: 'product_enquiry', meta, about: meta.pieceId }, ...(times > 1 ? [{ type: 'piece_viewed', meta: { ...meta, times }, about: meta.pieceId } satisfies Sign] : [])]
  })
}

/** How somebody came: an advertisement, a printed code, a link. */
export function originSigns(event: InboundEvent): Sign[] {
  const origin = originOf(event)
  if (!origin) return []
  const type = origin.kind === 'ad' ? 'ad_clicked' : origin.kind === 'qr' ? 'qr_scanned' : 'link_opened'
  return [{ type, ...(origin.code ? { meta: { source: origin.code } } : origin.detail ? { meta: { source: origin.detail } } : {}) }]
}

function wordSigns(text: string, { optedOut }: Situation): Sign[] {
  return intentsOf(text).flatMap((intent): Sign[] => intent === 'opt_in' && !optedOut ? [] : [{ type: intent }])
}

/**
 * What a customer's message says of them, as signals. Words lend only their meaning: no text goes into a signal.
 */
export function signalsOf(event: InboundEvent, at: Date, before: Situation): Sign[] {
  const text = event.text ?? event.caption ?? ''
  const quietDays = before.lastInboundAt ? Math.floor((at.getTime() - before.lastInboundAt.getTime()) / dayMs) : 0
  const special: Sign[] = [...pieceSigns(event, before)]
  const kindType = ofKind[event.kind]
  if (kindType) special.push({ type: kindType })
  const spoken = event.optOut === true ? [{ type: 'opt_out' } satisfies Sign] : event.optOut === false ? [{ type: 'opt_in' } satisfies Sign] : wordSigns(text, before)
  const known = special.length + spoken.length > 0
  const first = before.lastInboundAt === null
  const polite = !known && !first && (event.kind === 'sticker' || (event.kind === 'text' && isPolite(text)))
  return [
    ...originSigns(event),
    ...(first ? [{ type: 'inquiry', meta: before.storeId ? { storeId: before.storeId } : {} } satisfies Sign] : []),
    ...(quietDays >= longQuietDays ? [{ type: 'reengaged', meta: { quietDays } } satisfies Sign] : []),
    ...special,
    ...spoken,
    ...(known || first ? [] : [{ type: 'message', ...(polite ? { meta: { polite } } : {}) } satisfies Sign]),
  ]
}
