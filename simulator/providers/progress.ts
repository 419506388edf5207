import type { InstagramPart } from '../bodies/instagram.ts'
import type { TwilioForm } from '../bodies/twilio.ts'
import type { WhatsappStatus } from '../bodies/whatsapp.ts'
import type { Faults, Timing } from '../faults.ts'
import type { Random } from '../random.ts'
import type { PhoneMessage } from '../state/message.ts'
import type { Phones } from '../state/phones.ts'
import type { Presence } from '../state/presence.ts'
import type { WebhookSender } from '../webhooks/sender.ts'
import type { HouseLine, Person } from '../world.ts'
import { instagramEcho, instagramInbound } from '../bodies/instagram.ts'
import { twilioStatus } from '../bodies/twilio.ts'
import { whatsappStatus } from '../bodies/whatsapp.ts'

type Step = 'sent' | 'delivered' | 'read' | 'failed'
type Failure = { code: number, title: string, details: string }

/** How one message of the house is told about. */
export type Journey = {
  message: PhoneMessage
  line: HouseLine
  person: Person
  category?: WhatsappStatus['category']
  failure?: Failure
  /** Twilio: where the house wants to be told, and the sender's account. */
  callback?: string
  accountSid?: string
}

export type ProgressOptions = {
  phones: Phones
  presence: Presence
  sender: WebhookSender
  random: Random
  now: () => number
  faults: () => Faults
  timing: Timing
  mediaUrl: (mediaId: string) => string
}

const mostJourneys = 5_000

/** Takes messages of the house on their way: sent, delivered when the phone has them, read when the chat is open; each told by a signed webhook. */
export class Progress {
  readonly #options: ProgressOptions
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly #unread = new Map<string, Journey>()

  constructor(options: ProgressOptions) {
    this.#options = options
  }

  start(journey: Journey): void {
    const { failure } = journey
    if (failure) {
      this.#later('sent', () => this.#tell(journey, 'failed'))
      return
    }
    this.#later('sent', () => {
      if (this.#options.faults().outOfOrder) {
        this.#later('delivered', () => {
          this.#arrive(journey)
          this.#tell(journey, 'sent')
        })
        return
      }
      this.#tell(journey, 'sent')
      this.#later('delivered', () => this.#arrive(journey))
    })
  }

  /** The person opened a chat: everything that was delivered there is read. */
  opened(personId: string, lineId: string): void {
    for (const journey of this.#unread.values()) {
      const { message } = journey
      if (message.personId === personId && message.lineId === lineId) this.#later('read', () => this.#read(journey))
    }
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
  }

  #arrive(journey: Journey): void {
    this.#tell(journey, 'delivered')
    const { message } = journey
    this.#unread.set(message.id, journey)
    const oldest = this.#unread.keys().next().value
    if (this.#unread.size > mostJourneys && oldest !== undefined) this.#unread.delete(oldest)
    if (this.#options.presence.isOpen(message.personId, message.lineId)) this.#later('read', () => this.#read(journey))
  }

  #read(journey: Journey): void {
    // The chat may have been closed, or the message read by another page, while this was on its way.
    if (!this.#unread.has(journey.message.id) || !this.#options.presence.isOpen(journey.message.personId, journey.message.lineId)) return
    this.#unread.delete(journey.message.id)
    // A text message over the telephone network has no read receipt.
    if (journey.line.kind !== 'sms') this.#tell(journey, 'read')
  }

  #tell(journey: Journey, step: Step): void {
    const { phones, sender, now } = this.#options
    const { message, line, person, failure } = journey
    phones.advance(message.id, step, failure?.code)
    const envelope = { order: `status:${message.id}`, what: `status ${step}` }
    if (line.kind === 'whatsapp')
      sender.whatsapp([whatsappStatus(line, person, { id: message.id, atMs: now() }, { status: step, ...(journey.category ? { category: journey.category } : {}), ...(failure ? { error: failure } : {}) })], envelope)
    else if (line.kind === 'sms')
      sender.twilio('status', this.#form(journey, step), envelope, journey.callback)
    // Instagram echoes what an application sent as well, and tells of nothing else but that a message was seen.
    else if (step === 'sent')
      sender.instagram([this.#echo(journey)], envelope)
    else if (step === 'read')
      sender.instagram([instagramInbound(line, person, { kind: 'seen', targetId: message.id }, { id: message.id, atMs: now() }, () => '')], envelope)
  }

  #form({ message, line, person, failure, accountSid }: Journey, step: Step): TwilioForm {
    return twilioStatus({ id: message.id, from: line.externalId, to: `+${person.phone ?? ''}`, accountSid: accountSid ?? '' }, step, failure?.code)
  }

  #echo({ message, line, person }: Journey): InstagramPart {
    const { bubble } = message
    const act = bubble.mediaId && (bubble.kind === 'image' || bubble.kind === 'video' || bubble.kind === 'voice')
      ? { kind: bubble.kind, mediaId: bubble.mediaId, mime: bubble.mime ?? '' }
      : { kind: 'text' as const, text: bubble.text ?? '', ...(message.replyTo ? { replyTo: message.replyTo } : {}) }
    return instagramEcho(line, person, act, { id: message.id, atMs: message.atMs }, this.#options.mediaUrl)
  }

  #later(pause: keyof Timing, work: () => void): void {
    const [low, high] = this.#options.timing[pause]
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      work()
    }, this.#options.random.between(low, high))
    this.#timers.add(timer)
  }
}
