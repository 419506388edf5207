import type { IncomingHttpHeaders } from 'node:http'
import type { ChannelName, InboundEvent, Media, OutboundContent, ProviderName, SendErrorClass } from '#contracts'

/** A file kind that a channel can carry outwards. */
export type OutboundMediaKind = Extract<OutboundContent, { kind: 'media' }>['media']['kind']

/** What one network can do through one provider. Times in hours or milliseconds as named, sizes in bytes. */
export type ChannelCapabilities = {
  /** Hours that we may write freely after the customer's last message; null where there is no such window. */
  windowHours: number | null
  /** Hours after an advertisement or page button brought the customer here; absent where that makes no difference. */
  freeEntryHours?: number
  /** Hours in which a person, though no automation, may still answer; absent where that makes no difference. */
  humanWindowHours?: number
  /** Templates may be sent outside the window. */
  templates: boolean
  /** Most pieces in one product message; 0 where there is no catalogue. */
  catalogueItems: number
  reactions: boolean
  quotes: boolean
  typing: boolean
  readReceipts: boolean
  maxTextLength: number
  /** What kinds of file may be sent and how large. A kind that is absent cannot be sent. */
  media: Partial<Record<OutboundMediaKind, { maxBytes: number, mimes: readonly string[] }>>
  /** How files leave: the bytes are uploaded, or the provider fetches them from a public address. */
  mediaBy: 'upload' | 'url'
  /** Least pause between two messages to one person; short bursts above it are tolerated. */
  pairIntervalMs: number
  /** Messages a second that one of our numbers or accounts may send. */
  perSecond: number
}

/** One path at which the provider reaches us. */
export type ChannelRoute = {
  method: 'GET' | 'POST'
  path: string
  purpose: 'handshake' | 'delivery'
  /** What the provider reads in the answer to a delivery that was stored; absent where it reads nothing. */
  answer?: { contentType: string, body: string }
}

/** Keys of a channel's configuration; every channel uses those that its definition lists. */
export const channelSettingKeys = ['accountId', 'senderId', 'accessToken', 'appSecret', 'verifyToken', 'apiUrl'] as const
export type ChannelSettingKey = (typeof channelSettingKeys)[number]

/**
 * A channel's configuration, passed in with every call; nothing is read from the environment here.
 * `accountId` is the provider's account, `senderId` what we send from, `accessToken` authorises calls, `appSecret` signs deliveries,
 * `verifyToken` answers the handshake, `apiUrl` replaces the provider's address (a simulator, a test).
 */
export type ChannelConfig = Readonly<Partial<Record<ChannelSettingKey, string>>>

/** One field of a channel's configuration, for the environment, the set-up form and their validation. */
export type ChannelSetting = {
  key: ChannelSettingKey
  label: string
  /** Kept encrypted and never shown again. */
  secret: boolean
  required: boolean
  /** Environment variable that fills it for the quick way of configuring one channel. */
  env?: string
}

/** What a channel is and can do, apart from how it does it. */
export type ChannelDefinition = {
  /** Stable name of the adapter, stored with a configured channel. */
  id: string
  label: string
  provider: ProviderName
  /** The networks it carries, with what can be done on each. */
  networks: Partial<Record<ChannelName, ChannelCapabilities>>
  routes: readonly ChannelRoute[]
  /** Which setting holds the secret that deliveries are signed with. */
  signedWith: ChannelSettingKey
  settings: readonly ChannelSetting[]
  /** Name by which the command line calls its bodies. */
  bodyName: string
}

/** A webhook request as it came in, before anything was parsed. */
export type WebhookRequest = {
  rawBody: Buffer
  headers: IncomingHttpHeaders
  /** Path with its query string, exactly as received. */
  url: string
}

/** What a delivery is checked against. Several secrets: several configured channels, or one whose secret is being changed. */
export type WebhookTrust = {
  secrets: readonly string[]
  /** Our address as the provider sees it, without a path: `https://inbox.example`. */
  publicUrl?: string
}

/** `digest`: of the body, where the check has made one anyway; another body has another. */
export type Verification = { ok: true, digest?: Buffer } | { ok: false, reason: 'no_secret' | 'no_signature' | 'bad_signature' }

/** Answer to a provider's handshake, to be sent as plain text. */
export type HandshakeAnswer = { status: 200 | 403, body: string }

export type FetchLike = (input: string, init?: RequestInit) => Promise<Response>

/** What a call to a provider needs from outside. */
export type ChannelContext = {
  config: ChannelConfig
  fetch: FetchLike
  /** Milliseconds since the epoch. */
  now: () => number
  /** Our address as the provider sees it, without a path; where it is known, providers that ask for one are told where to report statuses. */
  publicUrl?: string
  /** Ends the call early, at shutdown for instance. */
  signal?: AbortSignal
}

/** Who a message goes to. Both may be known; the channel prefers the phone number. Values as on the wire, opaque. */
export type Recipient = { phone?: string, userId?: string }

/** One message of ours, ready to leave. */
export type OutboundMessage = {
  channel: ChannelName
  /** Our side, as `accountId` of this lane's events gives it; the configured sender when absent. */
  from?: string
  to: Recipient
  content: OutboundContent
  /** Provider id of the message that this one quotes. */
  replyTo?: string
  /** Written by a person, not by an automation: some windows are longer then. */
  human?: boolean
  /** The file of a media message, where the channel uploads. */
  bytes?: Uint8Array
  /** Length of the file, where the provider fetches it and no bytes are handed over. */
  size?: number
  /** Our own id of the message; travels along where the provider allows it. */
  reference?: string
}

export type SendReceipt = { providerMessageId: string }

/** A file that is being fetched: bytes in chunks, bounded; the stream errors with a `MediaError` when the bound is passed. */
export type MediaDownload = {
  body: ReadableStream<Uint8Array>
  mime: string
  /** Bytes, where the provider said so. */
  size?: number
}

export type MediaUpload = { bytes: Uint8Array, mime: string, filename?: string }

/** What the channel assistant shows. `dead` means that the token or account no longer works. */
export type ChannelHealth = { ok: boolean, dead: boolean, name?: string, problem?: string, code?: string }

/**
 * Everything Loupe asks of a channel. Adding one is a folder that exports such an object, and a line in `registry.ts`.
 *
 * `verify` compares in constant time and never passes without a secret.
 * `parse` gives the events of a body in body order, with deterministic ids; throws {@link NotThisProviderError} when the whole body is not one
 * of this provider's, and nothing else: a part that Loupe has no word for is an `unknown` event beside its neighbours.
 * `send` throws {@link SendError}, `media` throws {@link MediaError}.
 */
export type Channel = {
  definition: ChannelDefinition
  /** Whether a delivery is the provider's own. */
  verify: (request: WebhookRequest, trust: WebhookTrust) => Verification
  /** Answers the provider's GET when the webhook is set up; absent where the provider has none. */
  handshake?: (query: URLSearchParams, verifyTokens: readonly string[]) => HandshakeAnswer
  parse: (rawBody: Buffer, contentType?: string) => InboundEvent[]
  send: (message: OutboundMessage, context: ChannelContext) => Promise<SendReceipt>
  /** What to do about an error code of this provider, as a failed status or a refused send names it. */
  errorClass: (code: number) => SendErrorClass
  /** Least pause after such a code before anything like it is sent again, in milliseconds; undefined where the provider names none. */
  errorPauseMs?: (code: number) => number | undefined
  /** Shows the customer that their message was read. Absent where the provider has no such call. */
  markRead?: (target: { from?: string, to: Recipient, messageId: string }, context: ChannelContext) => Promise<void>
  /** Shows the customer that an answer is being written. */
  typing?: (target: { from?: string, to: Recipient, messageId: string }, context: ChannelContext) => Promise<void>
  media?: {
    /** Fetches a file of an event, from the provider's own hosts only. `maxBytes` bounds it. */
    download: (media: Media, context: ChannelContext, options: { maxBytes: number, timeoutMs?: number }) => Promise<MediaDownload>
    /** Hands the provider a file and gives back its media id. Absent where the provider takes addresses only. */
    upload?: (file: MediaUpload, from: string | undefined, context: ChannelContext) => Promise<{ id: string }>
  }
  /** Whether the configuration works: one cheap authorised call. Never throws. */
  check: (context: ChannelContext) => Promise<ChannelHealth>
}
