import type { Act } from '../acts.ts'
import type { Simulation } from '../simulation.ts'
import type { HouseLine, Person } from '../world.ts'
import { actsOf } from '../acts.ts'
import { instagramInbound } from '../bodies/instagram.ts'
import { twilioInbound } from '../bodies/twilio.ts'
import { whatsappInbound } from '../bodies/whatsapp.ts'
import { instagramId, twilioSid, whatsappId } from '../ids.ts'

/** Why a person cannot do something. */
export class CannotError extends Error {
  override readonly name = 'CannotError'
  readonly code: 'no_person' | 'no_line' | 'no_address' | 'not_on_this_line' | 'no_file' | 'no_message'

  constructor(code: CannotError['code'], message: string) {
    super(message)
    this.code = code
  }
}

/** Whether a person can be reached on a line of the house at all. */
export function hasAddressOn(person: Person, line: HouseLine): boolean {
  if (line.kind === 'instagram') return person.instagramId !== undefined
  return line.kind === 'sms' ? person.phone !== undefined : true
}

/**
 * A person does something on their phone: it stands in the thread at once, and its signed webhook leaves. Gives back the provider's id.
 * Throws a CannotError when the person, the line or the file is not known or the line cannot carry it.
 */
export function perform(simulation: Simulation, personId: string, lineId: string, act: Act): string {
  const { phones, sender, settings } = simulation
  const person = phones.person(personId)
  const line = phones.line(lineId)
  if (!person) throw new CannotError('no_person', 'There is no such person.')
  if (!line) throw new CannotError('no_line', 'The house has no such number.')
  if (!actsOf[line.kind].includes(act.kind)) throw new CannotError('not_on_this_line', `${line.label} cannot carry this.`)
  if (!hasAddressOn(person, line)) throw new CannotError('no_address', 'This person has no address there.')
  if ('targetId' in act && !phones.message(act.targetId)) throw new CannotError('no_message', 'There is no such message.')
  const file = 'mediaId' in act ? simulation.shelf.get(act.mediaId) : undefined
  if ('mediaId' in act && !file) throw new CannotError('no_file', 'There is no such file.')

  const name = simulation.nextId()
  const atMs = simulation.now()
  const id = { whatsapp: () => whatsappId(name), instagram: () => instagramId(name), sms: () => twilioSid(act.kind === 'image' ? 'MM' : 'SM', name) }[line.kind]()
  phones.apply('person', person.id, line.id, act, id, atMs, 'waiting')
  const envelope = { order: `person:${person.id}`, what: act.kind, onAccepted: () => phones.advance(id, 'delivered') }
  const stamp = { id, atMs }
  if (line.kind === 'whatsapp')
    sender.whatsapp([whatsappInbound(line, person, act, stamp, { catalogId: simulation.catalogId, ...(file ? { sha256: file.sha256 } : {}) })], envelope)
  else if (line.kind === 'instagram')
    sender.instagram([instagramInbound(line, person, act, stamp, mediaId => `${simulation.ownUrl()}/cdn/${encodeURIComponent(mediaId)}`)], envelope)
  else
    sender.twilio('messages', twilioInbound(line, person, act, id, { accountSid: settings.secrets.twilioAccountSid, mediaUrl: (messageId, mediaId) => `${simulation.ownUrl()}/twilio/2010-04-01/Accounts/${settings.secrets.twilioAccountSid}/Messages/${messageId}/Media/${encodeURIComponent(mediaId)}` }), envelope)
  return id
}
