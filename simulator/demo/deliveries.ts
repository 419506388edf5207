import type { ExternalEvent } from '#contracts'
import type { InstagramPart } from '../bodies/instagram.ts'
import type { TwilioForm } from '../bodies/twilio.ts'
import type { WhatsappChange } from '../bodies/whatsapp.ts'
import type { MediaShelf } from '../state/media-shelf.ts'
import type { Person } from '../world.ts'
import type { Happening } from './history.ts'
import { instagramBody, instagramEcho, instagramInbound } from '../bodies/instagram.ts'
import { twilioInbound } from '../bodies/twilio.ts'
import { whatsappBody, whatsappEcho, whatsappInbound, whatsappStatus } from '../bodies/whatsapp.ts'
import { withStoryAt } from './history.ts'
import { demoCatalogId } from './house.ts'

/** What the providers and the till have to say of one stretch of time. */
export type Delivery
  = | { to: 'whatsapp' | 'instagram', body: string, count: number }
    | { to: 'twilio', form: TwilioForm, count: 1 }
    | { to: 'events', events: ExternalEvent[], count: number }

export type DeliveryOptions = {
  people: ReadonlyMap<string, Person>
  shelf: MediaShelf
  accountSid: string
  /** Address of the simulator as the house reaches it: where Instagram's files and stories are. */
  mountedAt: string
}

/** Happenings a delivery holds at most; Meta sends up to a thousand updates in one body. */
const sliceSize = 160

/** A history as the deliveries that tell it, in order: the till's events of a stretch first, then what the networks saw of it. */
export function deliveriesOf(timeline: readonly Happening[], options: DeliveryOptions): Delivery[] {
  const deliveries: Delivery[] = []
  for (let from = 0; from < timeline.length; from += sliceSize)
    deliveries.push(...sliceOf(timeline.slice(from, from + sliceSize), options))
  return deliveries
}

function sliceOf(slice: readonly Happening[], options: DeliveryOptions): Delivery[] {
  const events: ExternalEvent[] = []
  const changes: WhatsappChange[] = []
  const parts: InstagramPart[] = []
  const forms: TwilioForm[] = []
  for (const happening of slice) {
    if (happening.type === 'event') { events.push(happening.event); continue }
    const person = options.people.get(happening.personId)
    if (!person) continue
    const { line } = happening
    if (line.kind === 'whatsapp') changes.push(whatsappPart(happening, person, options))
    else if (line.kind === 'instagram') parts.push(...instagramParts(happening, person, options))
    else if (happening.type === 'act') forms.push(twilioInbound(line, person, happening.act, happening.id, { accountSid: options.accountSid, mediaUrl: (_message, mediaId) => `${options.mountedAt}/cdn/${mediaId}` }))
  }
  return [
    ...(events.length > 0 ? [{ to: 'events' as const, events, count: events.length }] : []),
    ...(changes.length > 0 ? [{ to: 'whatsapp' as const, body: whatsappBody(changes), count: changes.length }] : []),
    ...(parts.length > 0 ? [{ to: 'instagram' as const, body: instagramBody(parts), count: parts.length }] : []),
    ...forms.map(form => ({ to: 'twilio' as const, form, count: 1 as const })),
  ]
}

function whatsappPart(happening: Exclude<Happening, { type: 'event' }>, person: Person, { shelf }: DeliveryOptions): WhatsappChange {
  const { line, id, atMs } = happening
  if (happening.type === 'status') return whatsappStatus(line, person, { id, atMs }, { status: happening.status, category: 'service' })
  const { act } = happening
  const sha256 = 'mediaId' in act ? shelf.get(act.mediaId)?.sha256 : undefined
  const build = happening.side === 'person' ? whatsappInbound : whatsappEcho
  return build(line, person, act, { id, atMs }, { catalogId: demoCatalogId, ...(sha256 ? { sha256 } : {}) })
}

function instagramParts(happening: Exclude<Happening, { type: 'event' }>, person: Person, { mountedAt }: DeliveryOptions): InstagramPart[] {
  const { line, id, atMs } = happening
  const mediaUrl = (mediaId: string) => `${mountedAt}/cdn/${mediaId}`
  // Instagram tells that a message was seen, and nothing of its delivery.
  if (happening.type === 'status') return happening.status === 'read' ? [instagramInbound(line, person, { kind: 'seen', targetId: id }, { id, atMs }, mediaUrl)] : []
  const build = happening.side === 'person' ? instagramInbound : instagramEcho
  // Whoever reads the inbox comes to the simulator through the server, and a page loads no pictures from another address.
  const photos = `${new URL(mountedAt).pathname}/photos`
  return [build(line, person, withStoryAt(happening.act, photos), { id, atMs }, mediaUrl)]
}
