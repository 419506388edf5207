import type { Simulation } from '../simulation.ts'
import type { Bubble } from '../state/message.ts'
import type { HouseLine } from '../world.ts'
import type { GraphError } from './graph-errors.ts'
import { z } from 'zod'
import { instagramId } from '../ids.ts'
import { fetchFromHouse } from './fetch-from-house.ts'
import { graphErrors } from './graph-errors.ts'
import { windowIsOpen } from './window.ts'

const attachment = z.object({
  type: z.enum(['image', 'video', 'audio', 'file', 'MEDIA_SHARE', 'template']),
  payload: z.object({ url: z.string().optional(), attachment_id: z.string().optional(), elements: z.array(z.object({ id: z.string() })).max(10).optional() }),
})

/** `POST /{account}/messages`: a message, a reaction or a sign such as typing. */
export const InstagramSend = z.object({
  recipient: z.object({ id: z.string().optional(), comment_id: z.string().optional() }),
  message: z.object({ text: z.string().min(1).max(1000).optional(), attachment: attachment.optional(), attachments: z.union([z.array(attachment), attachment]).optional() }).optional(),
  reply_to: z.object({ mid: z.string() }).optional(),
  sender_action: z.enum(['mark_seen', 'typing_on', 'typing_off', 'react', 'unreact']).optional(),
  payload: z.object({ message_id: z.string(), reaction: z.string().optional() }).optional(),
  messaging_type: z.string().optional(),
  tag: z.string().optional(),
})

const hourMs = 3_600_000
const windowMs = 24 * hourMs
/** A person of the house may answer for seven days with the tag HUMAN_AGENT. */
const humanWindowMs = 7 * 24 * hourMs
const typingMs = 20_000

/** Takes a message as Instagram would, and starts its way to the phone. */
export async function sendOnInstagram(simulation: Simulation, line: HouseLine, call: z.infer<typeof InstagramSend>): Promise<{ ok: true, body: unknown } | { ok: false, error: GraphError }> {
  const { phones, now } = simulation
  const person = phones.personBy(one => one.instagramId !== undefined && one.instagramId === call.recipient.id)
  if (!person) return { ok: false, error: graphErrors.noSuchObject }
  const body = { recipient_id: person.instagramId }

  if (call.sender_action) {
    if (call.sender_action === 'typing_on') phones.tell({ type: 'typing', personId: person.id, lineId: line.id, untilMs: now() + typingMs })
    if (call.sender_action === 'mark_seen') {
      for (const message of phones.thread(person.id, line.id)) {
        if (message.side === 'person') phones.advance(message.id, 'read')
      }
    }
    if (call.payload && (call.sender_action === 'react' || call.sender_action === 'unreact'))
      phones.react(call.payload.message_id, 'house', call.sender_action === 'react' ? emojiOf(call.payload.reaction) : null)
    return { ok: true, body }
  }
  const bubble = call.message && await bubbleOfMessage(simulation, call.message)
  if (!bubble) return { ok: false, error: graphErrors.badParameter }
  if (bubble === 'not_fetched') return { ok: false, error: graphErrors.notFetched }
  if (!windowIsOpen(simulation, person, line, call.tag === 'HUMAN_AGENT' ? humanWindowMs : windowMs)) return { ok: false, error: graphErrors.instagramWindow }

  const id = instagramId(simulation.nextId())
  const message = { id, personId: person.id, lineId: line.id, side: 'house' as const, atMs: now(), bubble, ...(call.reply_to ? { replyTo: call.reply_to.mid } : {}), reactions: {}, tick: 'accepted' as const }
  phones.addMessage(message)
  simulation.progress.start({ message, line, person })
  return { ok: true, body: { ...body, message_id: id } }
}

/** Instagram knows one named reaction, `love`; anything else is the emoji itself. */
function emojiOf(reaction: string | undefined): string {
  return reaction === undefined || reaction === 'love' ? '❤️' : reaction
}

async function bubbleOfMessage(simulation: Simulation, message: NonNullable<z.infer<typeof InstagramSend>['message']>): Promise<Bubble | 'not_fetched' | undefined> {
  const file = message.attachment ?? [message.attachments ?? []].flat()[0]
  if (!file) return message.text === undefined ? undefined : { kind: 'text', text: message.text }
  if (file.type === 'template') return file.payload.elements && { kind: 'products', skus: file.payload.elements.map(element => element.id), ...(message.text ? { text: message.text } : {}) }
  const kind = ({ image: 'image', video: 'video', audio: 'voice', file: 'document', MEDIA_SHARE: 'share' } as const)[file.type]
  if (kind === 'share') return { kind, ...(message.text ? { text: message.text } : {}) }
  const stored = file.payload.attachment_id === undefined ? await fetchFromHouse(simulation, file.payload.url ?? '') : simulation.shelf.get(file.payload.attachment_id)
  if (!stored) return 'not_fetched'
  return { kind, mediaId: stored.id, mime: stored.mime, ...(stored.filename ? { filename: stored.filename } : {}), ...(message.text ? { text: message.text } : {}) }
}
