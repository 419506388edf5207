import type { Connection } from 'mongoose'
import { advisorSchema, apiKeySchema, auditSchema, channelSchema, counterSchema, leaseSchema, pieceSchema, quickReplySchema, sessionSchema, settingSchema, storeSchema, templateSchema } from './house.ts'
import { addressSchema, conversationSchema, customerSchema, draftSchema, noteSchema } from './people.ts'
import { deliverySchema, earlyStatusSchema, mediaSchema, messageSchema, outboxSchema, signalSchema } from './traffic.ts'

export type * from './house.ts'
export type * from './people.ts'
export type * from './traffic.ts'

/** The models of one connection. Made once per application, so that two applications in one process share nothing. */
export function defineModels(connection: Connection) {
  return {
    stores: connection.model('Store', storeSchema),
    channels: connection.model('Channel', channelSchema),
    advisors: connection.model('Advisor', advisorSchema),
    sessions: connection.model('Session', sessionSchema),
    apiKeys: connection.model('ApiKey', apiKeySchema),
    pieces: connection.model('Piece', pieceSchema),
    templates: connection.model('Template', templateSchema),
    quickReplies: connection.model('QuickReply', quickReplySchema),
    settings: connection.model('Setting', settingSchema),
    counters: connection.model('Counter', counterSchema),
    leases: connection.model('Lease', leaseSchema),
    audit: connection.model('Audit', auditSchema),
    addresses: connection.model('Address', addressSchema),
    customers: connection.model('Customer', customerSchema),
    conversations: connection.model('Conversation', conversationSchema),
    notes: connection.model('Note', noteSchema),
    drafts: connection.model('Draft', draftSchema),
    deliveries: connection.model('Delivery', deliverySchema),
    messages: connection.model('Message', messageSchema),
    signals: connection.model('Signal', signalSchema),
    outbox: connection.model('OutboxItem', outboxSchema),
    earlyStatuses: connection.model('EarlyStatus', earlyStatusSchema),
    media: connection.model('MediaFile', mediaSchema),
  }
}
export type Models = ReturnType<typeof defineModels>

/** Creates the collections and indexes that are missing. Runs at every start; changes nothing when all are there. */
export async function prepareModels(models: Models): Promise<void> {
  for (const model of Object.values(models)) {
    await model.createCollection()
    await model.createIndexes()
  }
}
