import type { InferRawDocTypeFromSchema } from 'mongoose'
import type { Attachment, InboundEvent, OutboundContent, SignalMeta } from '#contracts'
import type { Conversation } from './people.ts'
import type { Shaped } from './shared.ts'
import { Schema } from 'mongoose'
import { eventKinds, messageStatuses, signalTypes } from '#contracts'
import { base, count, date, embedded, id, nullableDate, nullableText, optionalText, shaped, text } from './shared.ts'

const keptDoneSeconds = 30 * 86_400

/**
 * Webhooks as they came, before anything is made of them: those that came together in one document, because what a document costs is then shared by all of
 * them. `_id` grows with the time of receipt. Done ones leave after thirty days.
 */
export const parcelSchema = new Schema({
  _id: id,
  /** The deliveries' keys, in their order, so that the provider's second try finds the first. */
  digests: { type: [Buffer], required: true },
  deliveries: { type: [new Schema({ adapter: text, contentType: text, body: { type: Buffer, required: true } }, embedded)], required: true },
  receivedAt: date,
  state: { type: String, enum: ['stored', 'done'], required: true },
  doneAt: { type: Date },
}, { ...base, collection: 'parcels' })
parcelSchema.index({ digests: 1 }, { unique: true })
parcelSchema.index({ state: 1, _id: 1 })
parcelSchema.index({ doneAt: 1 }, { expireAfterSeconds: keptDoneSeconds, partialFilterExpression: { doneAt: { $type: 'date' } } })
export type Parcel = InferRawDocTypeFromSchema<typeof parcelSchema>

/**
 * A delivery that stands by itself because it could not be understood or worked on: shown to an administrator and tried again on demand. A failed one stays
 * until somebody has seen to it.
 */
export const deliverySchema = new Schema({
  /** The parcel's with the place in it, so that it is set aside once. */
  _id: id,
  digest: { type: Buffer, required: true },
  adapter: text,
  contentType: text,
  body: { type: Buffer, required: true },
  /** Length of the body. */
  bytes: { type: Number },
  receivedAt: date,
  state: { type: String, enum: ['stored', 'done', 'failed'], required: true },
  attempts: count,
  error: nullableText,
  doneAt: { type: Date },
}, { ...base, collection: 'deliveries' })
deliverySchema.index({ digest: 1 }, { unique: true })
deliverySchema.index({ state: 1, _id: 1 })
deliverySchema.index({ doneAt: 1 }, { expireAfterSeconds: keptDoneSeconds, partialFilterExpression: { doneAt: { $type: 'date' } } })
export type Delivery = InferRawDocTypeFromSchema<typeof deliverySchema>

/** `_id` is made from our channel and the provider's id (inbound) or from conversation and client id (ours), so that it is written once. */
export const messageSchema = new Schema({
  _id: id,
  conversationId: id,
  customerId: id,
  laneId: text,
  channelId: text,
  direction: { type: String, enum: ['in', 'out'], required: true },
  author: { type: new Schema({ kind: { type: String, enum: ['customer', 'advisor', 'bot', 'followup', 'campaign', 'phone_app'], required: true }, id: nullableText, name: nullableText }, embedded), required: true },
  kind: { type: String, enum: eventKinds, required: true },
  at: date,
  /** The provider's id; a status and a quote find the message by it. Absent until the provider has answered. */
  providerId: optionalText,
  text: nullableText,
  attachments: shaped,
  /** When to fetch the attachments that are still `pending`: set with the message, null once all are settled. */
  fetchAt: nullableDate,
  fetchAttempts: count,
  /** What else the event carried: location, contacts, order, referral, story, payload, flow. */
  extra: shaped,
  pieceSkus: { type: [String], default: [] },
  /** Provider id of the quoted message, and ours once it is known. */
  replyTo: { type: new Schema({ providerId: nullableText, id: nullableText }, embedded), default: null },
  reactions: { type: [new Schema({ emoji: text, mine: { type: Boolean, required: true }, by: text, at: date }, embedded)], default: [] },
  forwarded: { type: Boolean, default: false },
  editedAt: nullableDate,
  deletedAt: nullableDate,
  status: { type: String, enum: [...messageStatuses, null], default: null },
  /** `retryAt`: sending it again before then cannot help. */
  failure: { type: new Schema({ code: text, canRetry: { type: Boolean, required: true }, retryAt: { type: Date } }, embedded), default: null },
  undoUntil: nullableDate,
  clientId: nullableText,
  override: { type: new Schema({ reason: text }, embedded), default: null },
  /** When the customer's network was told that it was read; once. */
  markedReadAt: { type: Date },
  /** The provider's own time, where it was too far from the time of receipt to sort by. */
  providerAt: optionalText,
  /** Place in the order of coming: the revision under which intake wrote it, and a fraction within the batch. Unlike `revision` it never changes. See `Conversation.counted`. */
  arrival: { type: Number },
  /** Merges that moved it here, oldest first. */
  movedBy: { type: [String], default: undefined },
  revision: count,
}, { ...base, collection: 'messages' })
messageSchema.index({ conversationId: 1, at: 1, _id: 1 })
messageSchema.index({ conversationId: 1, revision: 1 })
messageSchema.index({ fetchAt: 1 }, { partialFilterExpression: { fetchAt: { $type: 'date' } } })
messageSchema.index({ providerId: 1, channelId: 1 }, { unique: true, partialFilterExpression: { providerId: { $type: 'string' } } })
export type Message = Shaped<InferRawDocTypeFromSchema<typeof messageSchema>, {
  attachments?: StoredAttachment[]
  extra?: Pick<InboundEvent, 'location' | 'contacts' | 'order' | 'referral' | 'story' | 'payload' | 'flow'>
}>

/** An attachment with what is needed to fetch it. `source` never leaves the server. */
export type StoredAttachment = Attachment & { source?: { mediaId?: string, url?: string } }

/** One thing the person did, on their timeline. `_id` is made from what caused it. */
export const signalSchema = new Schema({
  _id: id,
  customerId: id,
  conversationId: nullableText,
  type: { type: String, enum: signalTypes, required: true },
  at: date,
  meta: shaped,
  /** The message that says it, or that it is about. */
  messageId: optionalText,
  /** Merges that moved it here, oldest first. */
  movedBy: { type: [String], default: undefined },
  revision: count,
}, { ...base, collection: 'signals' })
signalSchema.index({ conversationId: 1, revision: 1 })
signalSchema.index({ customerId: 1, at: 1, _id: 1 })
signalSchema.index({ customerId: 1, type: 1, at: 1 })
export type StoredSignal = Shaped<InferRawDocTypeFromSchema<typeof signalSchema>, { meta?: SignalMeta }>

/**
 * What is to be sent, written before anything is. `_id` is the message's id, which comes from the client's own id: asking twice sends once.
 * `sending` with an expired lease means that we cannot know whether the provider took it; it is not sent again by itself.
 */
export const outboxSchema = new Schema({
  _id: id,
  conversationId: id,
  customerId: id,
  channelId: id,
  laneId: text,
  /** Their address as the provider wants it. */
  wire: text,
  content: shaped,
  /** The message as the thread is to show it; written there by whoever comes first, the request or the sender after a crash. */
  message: shaped,
  /** What the row said before, for taking the message back. */
  before: shaped,
  /** Our own file to upload, for media. */
  mediaId: nullableText,
  replyToProviderId: nullableText,
  state: { type: String, enum: ['waiting', 'sending', 'sent', 'failed', 'uncertain', 'cancelled'], required: true },
  /** Not before this: undo, send later, backoff, pacing, or another message of the lane that goes first. */
  dueAt: date,
  /** When its turn came first: undo over, the chosen time reached, or sent again by a person. Messages of a lane leave in this order. */
  turnAt: date,
  lease: { type: new Schema({ holder: text, until: date }, embedded), default: null },
  attempts: count,
  lastError: nullableText,
  providerId: nullableText,
  createdAt: date,
}, { ...base, collection: 'outbox' })
outboxSchema.index({ state: 1, dueAt: 1, turnAt: 1 })
outboxSchema.index({ 'state': 1, 'lease.until': 1 })
outboxSchema.index({ conversationId: 1, state: 1, turnAt: 1 })
export type OutboxItem = Shaped<InferRawDocTypeFromSchema<typeof outboxSchema>, {
  content: OutboundContent
  message: Message
  before?: Pick<Conversation, 'preview' | 'waitingSince' | 'lastAt' | 'lastOutboundAt' | 'unread'>
}>

/** A status that came before we had recorded which message it is about. Applied, and forgotten, when the message's provider id is known. */
export const earlyStatusSchema = new Schema({
  _id: id,
  providerId: text,
  channelId: id,
  status: text,
  errorCodes: { type: [Number], default: [] },
  /** When it came to be; `at` is when it came here. */
  saidAt: nullableDate,
  at: date,
}, { ...base, collection: 'earlyStatuses' })
earlyStatusSchema.index({ providerId: 1, channelId: 1 })
earlyStatusSchema.index({ at: 1 }, { expireAfterSeconds: 86_400 })
export type EarlyStatus = InferRawDocTypeFromSchema<typeof earlyStatusSchema>

/** A reaction, an edit or a deletion that came before the message it is about. Applied when that one comes. */
export const earlyChangeSchema = new Schema({
  _id: id,
  /** Provider id of the message, and our channel. */
  providerId: text,
  channelId: id,
  event: shaped,
  at: date,
}, { ...base, collection: 'earlyChanges' })
earlyChangeSchema.index({ providerId: 1, channelId: 1 })
earlyChangeSchema.index({ at: 1 }, { expireAfterSeconds: 7 * 86_400 })
export type EarlyChange = Shaped<InferRawDocTypeFromSchema<typeof earlyChangeSchema>, { event: InboundEvent }>

/** A file of a message; its bytes are in GridFS under the same id. */
export const mediaSchema = new Schema({
  _id: id,
  conversationId: nullableText,
  /** Who put it there, for a file that no conversation holds yet. */
  uploadedBy: nullableText,
  mime: text,
  filename: nullableText,
  bytes: count,
  sha256: text,
  attachment: shaped,
  createdAt: date,
}, { ...base, collection: 'media' })
mediaSchema.index({ conversationId: 1, createdAt: 1 })
export type MediaFile = Shaped<InferRawDocTypeFromSchema<typeof mediaSchema>, { attachment: Attachment }>
