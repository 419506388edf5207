import type { InferRawDocTypeFromSchema } from 'mongoose'
import type { Readiness } from '#contracts'
import type { Shaped } from './shared.ts'
import { Schema } from 'mongoose'
import { channelNames, momenta, nextActionKinds, readinessMarks, stages } from '#contracts'
import { base, count, date, embedded, id, nullableDate, nullableText, shaped, text } from './shared.ts'

/**
 * One way to reach a person. `_id` is its normal form, e.g. `phone:+919876543210` or `user:CHANNEL:ID`, so that an address
 * belongs to exactly one customer at a time and claiming it is one atomic upsert.
 */
export const addressSchema = new Schema({
  _id: id,
  customerId: id,
  kind: { type: String, enum: ['phone', 'user', 'username', 'email', 'visitor', 'card'], required: true },
  /** Network on which it is good; null for what is good on several (a phone number, an e-mail). */
  channel: { type: String, enum: [...channelNames, null], default: null },
  /** As people write it. */
  value: text,
  since: date,
  /** Why we believe it is theirs: `wrote`, `shared_in_thread`, `pos`, `import`, `number_change`. */
  evidence: text,
  /** Whose it was before, newest last, at most 20. */
  former: { type: [new Schema({ customerId: id, until: date, why: text }, embedded)], default: [] },
}, { ...base, collection: 'addresses' })
addressSchema.index({ customerId: 1 })
export type Address = InferRawDocTypeFromSchema<typeof addressSchema>

export const customerSchema = new Schema({
  _id: id,
  name: text,
  /** Where the name comes from; a person's own word outranks a profile name: `address` < `profile` < `pos` < `advisor`. */
  nameSource: { type: String, enum: ['address', 'profile', 'pos', 'advisor'], required: true },
  city: nullableText,
  country: nullableText,
  timeZone: nullableText,
  locale: nullableText,
  /** First touch, kept for life. */
  firstTouch: { type: new Schema({ source: text, detail: nullableText, at: date }, embedded), default: null },
  tags: { type: [String], default: [] },
  keyDates: { type: [new Schema({ kind: text, date: text }, embedded)], default: [] },
  optedOutAt: nullableDate,
  /** Newest complaint, as `readiness` folded it. */
  complaintAt: nullableDate,
  /** Pieces looked at, asked for, wished for; newest 60 kept. */
  pieces: { type: [new Schema({ pieceId: id, seen: count, wished: { type: Boolean, default: false }, lastAt: date }, embedded)], default: [] },
  /** The engine's state (opaque here, ≤ 2 kB) and what it said last. */
  scoringState: shaped,
  readiness: shaped,
  /** p(30 days) at most once a day, newest 90. */
  line: { type: [new Schema({ at: date, p: { type: Number, required: true } }, embedded)], default: [] },
  /** Set when this person was found to be another one; everything of theirs has moved there. */
  mergedInto: nullableText,
  /** Highest `arrival` of a message whose signals are folded here, so that an interrupted batch derives none of them twice. */
  counted: { type: Number },
  createdAt: date,
  revision: count,
}, { ...base, collection: 'customers' })
customerSchema.index({ name: 1 })
customerSchema.index({ createdAt: 1, _id: 1 })
/** When what silence says should be read again. */
customerSchema.index({ 'readiness.nextAction.expiresAt': 1 })
export type Customer = Shaped<InferRawDocTypeFromSchema<typeof customerSchema>, { scoringState?: Record<string, unknown>, readiness?: Readiness }>

const laneSchema = new Schema({
  id,
  channelId: id,
  channel: { type: String, enum: channelNames, required: true },
  storeId: nullableText,
  /** `_id` of the address in its collection. */
  addressKey: text,
  /** Their address as the provider wants it back. */
  wire: text,
  lastInboundAt: nullableDate,
  windowClosesAt: nullableDate,
  lastOutboundAt: nullableDate,
  blocked: { type: Boolean, default: false },
  /** When their network said that they cannot be written to here. */
  blockedAt: nullableDate,
}, embedded)

/**
 * The one conversation of a customer, with all that a list row shows: a page of the list is one indexed read.
 * `boxes` names every list this conversation stands in as `SCOPE|QUEUE` (scope: `all`, `store:ID` or `owner:ID`), so that any queue
 * of any scope, sorted by time, is one range of one index. See `conversations/boxes.ts`.
 */
export const conversationSchema = new Schema({
  _id: id,
  customerId: id,
  name: text,
  storeIds: { type: [String], default: [] },
  /** Store of the newest inbound message. */
  storeId: nullableText,
  channel: { type: String, enum: channelNames, required: true },
  lanes: { type: [laneSchema], default: [] },
  ownerId: nullableText,
  state: { type: String, enum: ['open', 'closed'], default: 'open' },
  snoozedUntil: nullableDate,
  firstAt: date,
  lastAt: date,
  lastInboundAt: nullableDate,
  lastOutboundAt: nullableDate,
  waitingSince: nullableDate,
  unread: count,
  /** `messageId` is set by intake, so that an edit or a deletion finds the line that shows it. */
  preview: { type: new Schema({ text: { type: String, default: '' }, kind: text, mine: { type: Boolean, required: true }, seconds: { type: Number }, messageId: { type: String } }, embedded), required: true },
  tags: { type: [String], default: [] },
  mark: { type: String, enum: readinessMarks, default: 'steady' },
  stage: { type: String, enum: stages, default: 'discovering' },
  momentum: { type: String, enum: momenta, default: 'steady' },
  p7: { type: Number, default: 0 },
  nextAction: { type: String, enum: nextActionKinds, default: 'wait' },
  boxes: { type: [String], default: [] },
  /** What it is found by: `searchKeysOf` of name, tags and addresses, written with every change of one of them. */
  searchKeys: { type: [String], default: [] },
  /** Highest `arrival` of a message that `unread` and `waitingSince` know of, so that a message is counted once. */
  counted: { type: Number },
  /** Set when its customer was found to be another one: it stands in no list any more, everything of it has moved there. */
  mergedInto: nullableText,
  /** Merges whose counts and lanes it has taken up, newest 50, so that a merge that is run again adds nothing. */
  absorbed: { type: [String], default: [] },
  revision: count,
}, { ...base, collection: 'conversations' })
conversationSchema.index({ customerId: 1 }, { unique: true })
conversationSchema.index({ boxes: 1, lastAt: -1, _id: -1 })
conversationSchema.index({ searchKeys: 1 })
conversationSchema.index({ revision: 1 })
conversationSchema.index({ snoozedUntil: 1 }, { partialFilterExpression: { snoozedUntil: { $type: 'date' } } })
export type Conversation = InferRawDocTypeFromSchema<typeof conversationSchema>
export type Lane = Conversation['lanes'][number]

export const noteSchema = new Schema({
  _id: id,
  conversationId: id,
  customerId: id,
  authorId: id,
  at: date,
  text,
  /** Merges that moved it here, oldest first. */
  movedBy: { type: [String], default: undefined },
  revision: count,
}, { ...base, collection: 'notes' })
noteSchema.index({ conversationId: 1, at: 1, _id: 1 })
noteSchema.index({ conversationId: 1, revision: 1 })
export type Note = InferRawDocTypeFromSchema<typeof noteSchema>

/** What an advisor has begun to write; `_id` is `CONVERSATION:ADVISOR`. */
export const draftSchema = new Schema({
  _id: id,
  text: { type: String, required: true },
  laneId: nullableText,
  updatedAt: date,
}, { ...base, collection: 'drafts' })
draftSchema.index({ updatedAt: 1 }, { expireAfterSeconds: 90 * 86_400 })
export type Draft = InferRawDocTypeFromSchema<typeof draftSchema>

/**
 * What is known of two people being one. `_id` is made from the pair. A merge is a row of steps that can each be run again, so that one that was
 * interrupted is simply run again; what moved says so itself (`movedBy`, `former`), and `before` holds what was joined, so that it can be taken apart.
 */
export const mergeSchema = new Schema({
  _id: id,
  winnerId: id,
  loserId: id,
  state: { type: String, enum: ['suggested', 'running', 'done', 'undoing', 'undone', 'dismissed'], required: true },
  /** Why we believe it: `shared_in_thread`, `same_event`, `number_change`, `by_hand`. */
  evidence: text,
  /** Message or event that shows it. */
  cause: text,
  /** Advisor who asked for it or took it apart; null for the system itself. */
  actorId: nullableText,
  /** The two conversations and customers as they were before the first step. */
  before: shaped,
  createdAt: date,
  doneAt: nullableDate,
  /** Revision under which it was taken apart: a page that was away then loads the thread anew. */
  undoneRevision: { type: Number },
}, { ...base, collection: 'merges' })
mergeSchema.index({ state: 1, createdAt: 1 })
mergeSchema.index({ winnerId: 1, createdAt: -1 })
mergeSchema.index({ loserId: 1, createdAt: -1 })
export type MergeSides = { winner: { customer: Customer, conversation: Conversation | null }, loser: { customer: Customer, conversation: Conversation | null } }
export type Merge = Shaped<InferRawDocTypeFromSchema<typeof mergeSchema>, { before?: MergeSides }>
