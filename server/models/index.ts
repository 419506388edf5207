import type { Connection, IndexOptions, mongo } from 'mongoose'
import type { Advisor, ApiKey, Audit, Channel, Counter, GoldPriceDay, Lease, Piece, QuickReply, Session, Setting, Store, Template } from './house.ts'
import type { ContactGain, ContactMoment, ReadinessModel, StoredReport } from './learning.ts'
import type { Address, Conversation, Customer, Draft, Merge, Note } from './people.ts'
import type { Delivery, EarlyChange, EarlyStatus, MediaFile, Message, OutboxItem, Parcel, StoredSignal } from './traffic.ts'
import { advisorSchema, apiKeySchema, auditSchema, channelSchema, counterSchema, goldPriceSchema, leaseSchema, pieceSchema, quickReplySchema, sessionSchema, settingSchema, storeSchema, templateSchema } from './house.ts'
import { contactGainSchema, contactMomentSchema, learningReportSchema, readinessModelSchema } from './learning.ts'
import { addressSchema, conversationSchema, customerSchema, draftSchema, mergeSchema, noteSchema } from './people.ts'
import { deliverySchema, earlyChangeSchema, earlyStatusSchema, mediaSchema, messageSchema, outboxSchema, parcelSchema, signalSchema } from './traffic.ts'

export type * from './house.ts'
export type * from './learning.ts'
export type * from './people.ts'
export type * from './traffic.ts'

/** The models of one connection. Made once per application, so that two applications in one process share nothing. */
export function defineModels(connection: Connection) {
  return {
    stores: connection.model<Store>('Store', storeSchema),
    channels: connection.model<Channel>('Channel', channelSchema),
    advisors: connection.model<Advisor>('Advisor', advisorSchema),
    sessions: connection.model<Session>('Session', sessionSchema),
    apiKeys: connection.model<ApiKey>('ApiKey', apiKeySchema),
    pieces: connection.model<Piece>('Piece', pieceSchema),
    goldPrices: connection.model<GoldPriceDay>('GoldPrice', goldPriceSchema),
    templates: connection.model<Template>('Template', templateSchema),
    quickReplies: connection.model<QuickReply>('QuickReply', quickReplySchema),
    settings: connection.model<Setting>('Setting', settingSchema),
    counters: connection.model<Counter>('Counter', counterSchema),
    leases: connection.model<Lease>('Lease', leaseSchema),
    audit: connection.model<Audit>('Audit', auditSchema),
    addresses: connection.model<Address>('Address', addressSchema),
    customers: connection.model<Customer>('Customer', customerSchema),
    conversations: connection.model<Conversation>('Conversation', conversationSchema),
    notes: connection.model<Note>('Note', noteSchema),
    drafts: connection.model<Draft>('Draft', draftSchema),
    merges: connection.model<Merge>('Merge', mergeSchema),
    parcels: connection.model<Parcel>('Parcel', parcelSchema),
    deliveries: connection.model<Delivery>('Delivery', deliverySchema),
    messages: connection.model<Message>('Message', messageSchema),
    signals: connection.model<StoredSignal>('Signal', signalSchema),
    outbox: connection.model<OutboxItem>('OutboxItem', outboxSchema),
    earlyChanges: connection.model<EarlyChange>('EarlyChange', earlyChangeSchema),
    earlyStatuses: connection.model<EarlyStatus>('EarlyStatus', earlyStatusSchema),
    media: connection.model<MediaFile>('MediaFile', mediaSchema),
    readinessModels: connection.model<ReadinessModel>('ReadinessModel', readinessModelSchema),
    learningReports: connection.model<StoredReport>('LearningReport', learningReportSchema),
    contactMoments: connection.model<ContactMoment>('ContactMoment', contactMomentSchema),
    contactGains: connection.model<ContactGain>('ContactGain', contactGainSchema),
  }
}
export type Models = ReturnType<typeof defineModels>

/** An index as the driver wants it; only what our schemas use, so that Mongoose's own options stay out of the catalogue. */
function indexOf(fields: object, { unique, expireAfterSeconds, partialFilterExpression }: IndexOptions): mongo.IndexDescription {
  return {
    key: new Map(Object.entries(fields)),
    ...(unique ? { unique: true } : {}),
    ...(expireAfterSeconds === undefined ? {} : { expireAfterSeconds: Number(expireAfterSeconds) }),
    ...(partialFilterExpression ? { partialFilterExpression } : {}),
  }
}

/**
 * Creates the collections and indexes that are missing, one command for all indexes of a collection. Runs at every start; changes nothing when all are
 * there.
 */
export async function prepareModels(models: Models): Promise<void> {
  await Promise.all(Object.values(models).map(async ({ collection, schema }) => {
    const indexes = schema.indexes().map(([key, options]) => indexOf(key, options))
    if (indexes.length > 0) await collection.createIndexes(indexes)
    else await collection.conn.createCollection(collection.collectionName).catch(unlessThere)
  }))
}

/** 48 NamespaceExists: an earlier start made it. */
function unlessThere(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 48)) throw error
}
