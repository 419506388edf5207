import type { z } from 'zod'
import type { Simulation } from '../simulation.ts'
import type { HouseLine, Person } from '../world.ts'
import type { GraphError } from './graph-errors.ts'
import type { GraphSend } from './graph-message.ts'
import type { PairRate } from './pair-rate.ts'
import { digitsOf, whatsappId } from '../ids.ts'
import { graphErrors, laterFailures } from './graph-errors.ts'
import { bubbleOfGraph } from './graph-message.ts'
import { windowIsOpen } from './window.ts'

type Answer = { ok: true, body: unknown } | { ok: false, error: GraphError }

const windowMs = 24 * 3_600_000
const typingMs = 25_000

/** Who a call names: by phone number in any spelling, or by business-scoped user id. Somebody unknown becomes a person. */
function recipientOf(simulation: Simulation, to: string | undefined, userId: string | undefined): Person | undefined {
  const digits = to?.replace(/\D/g, '')
  if (digits) {
    const known = simulation.phones.personBy(person => person.phone === digits)
    if (known) return known
    const stranger: Person = { id: `p${digits}`, name: `+${digits}`, phone: digits, userId: `ZZ.${digitsOf(digits)}`, city: '', language: 'en' }
    simulation.phones.addPerson(stranger)
    return stranger
  }
  return userId ? simulation.phones.personBy(person => person.userId === userId) : undefined
}

/** `POST /{phone-number-id}/messages`: takes a message as WhatsApp would, and starts its way to the phone. */
export function sendOnWhatsapp(simulation: Simulation, pairRate: PairRate, templateText: (name: string, language: string, params: readonly string[]) => string, line: HouseLine, call: z.infer<typeof GraphSend>): Answer {
  const { phones, shelf, now } = simulation
  if ('status' in call) return markRead(simulation, call.message_id, call.typing_indicator !== undefined)

  const person = recipientOf(simulation, call.to, call.recipient)
  if (!person) return { ok: false, error: { ...graphErrors.badParameter, details: 'Parameter `to` or `recipient` is missing or unknown.' } }
  const faults = simulation.faults()
  if (faults.pairLimit && !pairRate.take(`${line.id}|${person.id}`, now())) return { ok: false, error: graphErrors.pairLimit }

  const id = whatsappId(simulation.nextId())
  const body = {
    messaging_product: 'whatsapp',
    contacts: [{ input: call.to ?? call.recipient ?? '', ...(person.phone ? { wa_id: person.phone } : {}), user_id: person.userId }],
    messages: [{ id, ...(call.type === 'template' ? { message_status: 'accepted' } : {}) }],
  }
  if (call.type === 'reaction') {
    phones.react(call.reaction.message_id, 'house', call.reaction.emoji === '' ? null : call.reaction.emoji)
    return { ok: true, body }
  }
  const ref = mediaRefOf(call)
  if (ref && !ref.link && !(ref.id && shelf.get(ref.id))) return { ok: false, error: graphErrors.noMedia }
  const bubble = bubbleOfGraph(call, mediaId => shelf.get(mediaId)?.mime, templateText)
  if (!bubble) return { ok: true, body }

  const message = { id, personId: person.id, lineId: line.id, side: 'house' as const, atMs: now(), bubble, ...(call.context ? { replyTo: call.context.message_id } : {}), reactions: {}, tick: 'accepted' as const }
  const failure = failureOf(simulation, person, line, call.type === 'template')
  if (!failure) phones.addMessage(message)
  simulation.progress.start({ message, line, person, category: call.type === 'template' ? 'marketing' : 'service', ...(failure ? { failure } : {}) })
  return { ok: true, body }
}

function failureOf(simulation: Simulation, person: Person, line: HouseLine, isTemplate: boolean) {
  const faults = simulation.faults()
  if (faults.undeliverable) return laterFailures.undeliverable
  if (isTemplate) return faults.marketingLimit ? laterFailures.marketingLimit : undefined
  return windowIsOpen(simulation, person, line, windowMs) ? undefined : laterFailures.window
}

function mediaRefOf(call: Exclude<z.infer<typeof GraphSend>, { status: 'read' }>) {
  switch (call.type) {
    case 'image': return call.image
    case 'video': return call.video
    case 'audio': return call.audio
    case 'document': return call.document
    case 'sticker': return call.sticker
    default: return undefined
  }
}

/** Blue ticks for the person, up to and with this message; typing lasts until an answer or 25 seconds. */
function markRead(simulation: Simulation, messageId: string, typing: boolean): Answer {
  const { phones } = simulation
  const message = phones.message(messageId)
  if (!message || message.side !== 'person') return { ok: false, error: graphErrors.badParameter }
  for (const earlier of phones.thread(message.personId, message.lineId)) {
    if (earlier.side === 'person' && earlier.atMs <= message.atMs) phones.advance(earlier.id, 'read')
  }
  if (typing) phones.tell({ type: 'typing', personId: message.personId, lineId: message.lineId, untilMs: simulation.now() + typingMs })
  return { ok: true, body: { success: true } }
}
