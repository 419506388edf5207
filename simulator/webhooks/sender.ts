import type { InstagramPart } from '../bodies/instagram.ts'
import type { TwilioForm } from '../bodies/twilio.ts'
import type { WhatsappChange } from '../bodies/whatsapp.ts'
import type { SimulatorSettings } from '../settings.ts'
import type { Deliverer } from './deliverer.ts'
import { instagramBody } from '../bodies/instagram.ts'
import { metaSignature, twilioSignature } from '../bodies/sign.ts'
import { formBody } from '../bodies/twilio.ts'
import { whatsappBody } from '../bodies/whatsapp.ts'

type Envelope = { order: string, what: string, onAccepted?: () => void }

/** Signs what the providers say and hands it to the deliverer. */
export class WebhookSender {
  readonly #settings: Pick<SimulatorSettings, 'loupeUrl' | 'publicUrl' | 'secrets'>
  readonly #deliverer: Deliverer

  constructor(settings: Pick<SimulatorSettings, 'loupeUrl' | 'publicUrl' | 'secrets'>, deliverer: Deliverer) {
    this.#settings = settings
    this.#deliverer = deliverer
  }

  whatsapp(changes: readonly WhatsappChange[], envelope: Envelope): void {
    const body = whatsappBody(changes)
    this.#meta('whatsapp', this.#settings.secrets.whatsappAppSecret, body, envelope)
  }

  instagram(parts: readonly InstagramPart[], envelope: Envelope): void {
    this.#meta('instagram', this.#settings.secrets.instagramAppSecret, instagramBody(parts), envelope)
  }

  /** `callback` is the address the house asked to be told at; without one it is the path of the kind. */
  twilio(kind: 'messages' | 'status', form: TwilioForm, envelope: Envelope, callback?: string): void {
    const path = `/webhooks/twilio/${kind}`
    const signedUrl = callback ?? `${this.#settings.publicUrl ?? this.#settings.loupeUrl}${path}`
    const { pathname, search } = new URL(signedUrl)
    this.#deliverer.deliver({
      ...envelope,
      // Signed for the public address, carried to where the house really listens: what a proxy in front of it would do.
      url: `${this.#settings.loupeUrl}${pathname}${search}`,
      contentType: 'application/x-www-form-urlencoded',
      body: formBody(form),
      headers: { 'x-twilio-signature': twilioSignature(this.#settings.secrets.twilioAuthToken, signedUrl, form) },
    })
  }

  #meta(network: 'whatsapp' | 'instagram', secret: string, body: string, envelope: Envelope): void {
    this.#deliverer.deliver({
      ...envelope,
      url: `${this.#settings.loupeUrl}/webhooks/${network}`,
      contentType: 'application/json',
      body,
      headers: { 'x-hub-signature-256': metaSignature(secret, body) },
    })
  }
}
