import type { InboundEvent } from '#contracts'
import type { Customer } from '../models/index.ts'

type FirstTouch = NonNullable<Customer['firstTouch']>

/** A reference that a tracked link or a printed code put into the prefilled text: `(ref ABC123)` or `[ref: qr-bandra]`. */
const reference = /[([]\s*ref[\s:#]+([\w-]{3,40})\s*[)\]]/i

/** Where an event says that its customer came from. `code` is the reference of a link or a printed code. */
export interface Origin {
  kind: 'ad' | 'link' | 'qr' | 'post'
  detail: string | null
  code: string | null
}

/** A reference that begins with `qr` was printed, every other one was clicked. */
const ofReference = (code: string): Origin => ({ kind: /^qr/i.test(code) ? 'qr' : 'link', detail: code, code })

/** The advertisement, post, link or printed code that brought somebody here; null where the event names none. */
export function originOf(event: InboundEvent): Origin | null {
  const { referral } = event
  if (referral?.ref) return ofReference(referral.ref.slice(0, 200))
  if (referral) {
    const detail = referral.headline ?? referral.sourceId ?? referral.sourceUrl ?? null
    const isAd = referral.ctwaClid !== undefined || /^ads?$/i.test(referral.sourceType ?? '') || /^ads?$/i.test(referral.type ?? '')
    return { kind: isAd ? 'ad' : 'post', detail: detail?.slice(0, 200) ?? null, code: null }
  }
  const written = reference.exec(event.text?.slice(0, 1000) ?? '')?.[1]
  return written ? ofReference(written) : null
}

/** First touch of a new customer: what brought them, else the network they came by. */
export function firstTouchOf(event: InboundEvent, at: Date): FirstTouch {
  const origin = originOf(event)
  return origin ? { source: origin.kind, detail: origin.detail, at } : { source: event.channel, detail: null, at }
}
