import type { InferRawDocTypeFromSchema } from 'mongoose'
import { Schema } from 'mongoose'
import { channelCheckResults, channelNames, providerNames, roles } from '#contracts'
import { base, count, date, embedded, id, nullableDate, nullableText, optionalText, text } from './shared.ts'

export const storeSchema = new Schema({
  _id: id,
  name: text,
  city: text,
  /** ISO 3166-1 alpha-2; also the region that a national phone number is read in. */
  country: text,
  /** IANA name. */
  timeZone: text,
  address: optionalText,
}, { ...base, collection: 'stores' })
export type Store = InferRawDocTypeFromSchema<typeof storeSchema>

/** One of our numbers or accounts. Its secrets are encrypted with the house's key. */
export const channelSchema = new Schema({
  _id: id,
  /** Id of the adapter in the webhooks registry. */
  adapter: text,
  channel: { type: String, enum: channelNames, required: true },
  provider: { type: String, enum: providerNames, required: true },
  label: text,
  /** What the provider calls it in its bodies: what an inbound event carries as `to`. */
  externalId: text,
  /** Number or handle as people write it. */
  handle: text,
  storeId: nullableText,
  /** Encrypted access token; null: the environment's is used. */
  token: nullableText,
  /** Encrypted JSON of its other settings (app secret, verify token, account …), by their keys; null: the environment's are used. */
  sealedSettings: nullableText,
  state: { type: String, enum: ['live', 'dead'], required: true, default: 'live' },
  stateReason: nullableText,
  /** When it last worked or was given other settings, to within a second; null: never. What a provider says of an earlier time does not make it dead. */
  knownGoodAt: nullableDate,
  /** Newest time of which a provider told its state, in a refusal or in news of the account. */
  toldAt: nullableDate,
  /** What the provider said when it was last asked whether our account works: `unknown` where it could not be reached. `failed`: checks in a row after which it did not work. */
  check: { type: new Schema({ at: date, result: { type: String, enum: channelCheckResults, required: true }, code: nullableText, failed: count }, embedded), default: null },
  /** When to ask next; null: at the next start. */
  checkAt: nullableDate,
}, { ...base, collection: 'channels' })
channelSchema.index({ adapter: 1, externalId: 1 }, { unique: true })
channelSchema.index({ checkAt: 1 })
export type Channel = InferRawDocTypeFromSchema<typeof channelSchema>

export const advisorSchema = new Schema({
  _id: id,
  name: text,
  /** Lower case. */
  email: text,
  /** argon2id in PHC form; null for people who sign in by the sandbox's click only. */
  passwordHash: nullableText,
  role: { type: String, enum: roles, required: true },
  storeIds: { type: [String], required: true },
  locale: { type: String, required: true, default: 'en' },
  active: { type: Boolean, required: true, default: true },
  /** A one-time link that was given out and not yet taken up; the token's SHA-256. */
  invitation: { type: new Schema({ tokenHash: text, expiresAt: date }, embedded), default: null },
  createdAt: date,
}, { ...base, collection: 'advisors' })
advisorSchema.index({ email: 1 }, { unique: true })
advisorSchema.index({ role: 1 })
advisorSchema.index({ 'invitation.tokenHash': 1 }, { unique: true, partialFilterExpression: { 'invitation.tokenHash': { $type: 'string' } } })
export type Advisor = InferRawDocTypeFromSchema<typeof advisorSchema>

/** A signed-in browser. `_id` is the SHA-256 of the cookie's token, so that reading the database signs nobody in. */
export const sessionSchema = new Schema({
  _id: id,
  advisorId: id,
  csrf: text,
  createdAt: date,
  expiresAt: date,
}, { ...base, collection: 'sessions' })
sessionSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 })
sessionSchema.index({ advisorId: 1 })
export type Session = InferRawDocTypeFromSchema<typeof sessionSchema>

/** A key for machines. `_id` is the SHA-256 of the key. */
export const apiKeySchema = new Schema({
  _id: id,
  name: text,
  scopes: { type: [String], required: true },
  createdAt: date,
  lastUsedAt: nullableDate,
  revokedAt: nullableDate,
}, { ...base, collection: 'apiKeys' })
export type ApiKey = InferRawDocTypeFromSchema<typeof apiKeySchema>

export const pieceSchema = new Schema({
  _id: id,
  /** The catalogue's retailer id, as orders and product enquiries name it. */
  sku: text,
  name: text,
  detail: text,
  category: text,
  price: { type: Number, default: null },
  currency: text,
  imageUrl: nullableText,
  /** The words of its SKU, name, detail and category, in lower case; the beginning of each finds it. */
  words: { type: [String], default: [] },
}, { ...base, collection: 'pieces' })
pieceSchema.index({ sku: 1 }, { unique: true })
pieceSchema.index({ name: 1 })
pieceSchema.index({ words: 1 })
export type Piece = InferRawDocTypeFromSchema<typeof pieceSchema>

/** Days that a price of gold is kept: a day's replay may ask for it. */
export const goldPriceDays = 1100

/** What gold cost on a day; `_id` is `CURRENCY:YYYY-MM-DD`, so that a table told twice is there once. */
export const goldPriceSchema = new Schema({
  _id: id,
  currency: text,
  /** The day's midnight, UTC. */
  day: date,
  /** Units of `currency`. */
  perGram: { type: Number, required: true },
}, { ...base, collection: 'goldPrices' })
goldPriceSchema.index({ day: 1 }, { expireAfterSeconds: goldPriceDays * 86_400 })
export type GoldPriceDay = InferRawDocTypeFromSchema<typeof goldPriceSchema>

export const templateSchema = new Schema({
  _id: id,
  name: text,
  language: text,
  category: text,
  body: text,
  params: { type: [String], required: true },
  /** The provider's account that holds it, as a channel's setting `accountId` names it; null: every account of the house. */
  accountId: nullableText,
}, { ...base, collection: 'templates' })
templateSchema.index({ name: 1, language: 1, accountId: 1 }, { unique: true })

export const quickReplySchema = new Schema({ _id: id, shortcut: text, text }, { ...base, collection: 'quickReplies' })
quickReplySchema.index({ shortcut: 1 }, { unique: true })

/** Single documents of the house: its name, whether setup is done, the sandbox's mark. */
export const settingSchema = new Schema({ _id: id, value: { type: Schema.Types.Mixed } }, { ...base, collection: 'settings' })

/** Counters that only go up; `revision` numbers every change that a client may have missed. */
export const counterSchema = new Schema({ _id: id, value: count }, { ...base, collection: 'counters' })

/** Who does a piece of work that one process at a time may do. */
export const leaseSchema = new Schema({ _id: id, holder: text, until: date }, { ...base, collection: 'leases' })

/** Every change, and every look at personal data that is masked elsewhere. */
export const auditSchema = new Schema({
  _id: id,
  at: date,
  /** Advisor or key; null for the system itself. */
  actorId: nullableText,
  action: text,
  subjectKind: text,
  subjectId: text,
  details: { type: Schema.Types.Mixed },
}, { ...base, collection: 'audit' })
auditSchema.index({ subjectId: 1, at: -1 })
auditSchema.index({ at: -1 })
export type Audit = InferRawDocTypeFromSchema<typeof auditSchema>
export type Template = InferRawDocTypeFromSchema<typeof templateSchema>
export type QuickReply = InferRawDocTypeFromSchema<typeof quickReplySchema>
export type Setting = InferRawDocTypeFromSchema<typeof settingSchema>
export type Counter = InferRawDocTypeFromSchema<typeof counterSchema>
export type Lease = InferRawDocTypeFromSchema<typeof leaseSchema>
