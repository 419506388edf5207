import type { Address, Conversation, Customer, Message, Models, Note, StoredSignal } from '../../models/index.ts'
import { boxesOf } from '../boxes.ts'
import { searchKeysOf } from '../search-keys.ts'

/** A moment that tests count from. */
export const testDay = new Date('2026-03-02T10:00:00.000Z')

export const minutesAfter = (minutes: number, from: Date = testDay): Date => new Date(from.getTime() + minutes * 60_000)

/** A whole customer, as the store holds one. */
export function aCustomer(fields: Partial<Customer> & { _id: string }): Customer {
  return {
    name: 'Priya Sharma', nameSource: 'profile', city: 'Mumbai', country: 'IN', timeZone: 'Asia/Kolkata', locale: 'en', firstTouch: null, tags: [], keyDates: [], optedOutAt: null,
    pieces: [], line: [], mergedInto: null, createdAt: testDay, revision: 1, ...fields,
  } as Customer
}

/** A whole conversation, with boxes and search keys as every writer keeps them. */
export function aConversation(fields: Partial<Conversation> & { _id: string }, phone?: string): Conversation {
  const plain = {
    customerId: `customer-of-${fields._id}`, name: 'Priya Sharma', storeIds: ['mumbai'], storeId: 'mumbai', channel: 'whatsapp', lanes: [], ownerId: null, state: 'open', snoozedUntil: null,
    firstAt: testDay, lastAt: testDay, lastInboundAt: testDay, lastOutboundAt: null, waitingSince: null, unread: 0, preview: { text: 'Hello', kind: 'text', mine: false }, tags: [],
    mark: 'steady', stage: 'discovering', momentum: 'steady', p7: 0.1, nextAction: 'wait', counted: 0, mergedInto: null, absorbed: [], revision: 1, ...fields,
  } as Conversation
  return {
    ...plain,
    boxes: boxesOf(plain, testDay.getTime()),
    searchKeys: searchKeysOf({ name: plain.name, tags: plain.tags, addresses: phone ? [{ kind: 'phone', value: phone }] : [] }),
  }
}

/** A lane of the small house's Mumbai number. */
export function aLane(fields: Partial<Conversation['lanes'][number]> = {}): Conversation['lanes'][number] {
  return { id: 'lane-1', channelId: 'wa-mumbai', channel: 'whatsapp', storeId: 'mumbai', addressKey: 'phone:+919876544410', wire: '919876544410', lastInboundAt: testDay, windowClosesAt: minutesAfter(24 * 60), lastOutboundAt: null, blocked: false, ...fields }
}

export function anAddress(customerId: string, value = '+919876544410'): Address {
  return { _id: `phone:${value}`, customerId, kind: 'phone', channel: null, value, since: testDay, evidence: 'wrote', former: [] } as Address
}

export function aMessage(fields: Partial<Message> & { _id: string, conversationId: string }): Message {
  return {
    customerId: `customer-of-${fields.conversationId}`, laneId: 'lane-1', channelId: 'wa-mumbai', direction: 'in', author: { kind: 'customer', id: null, name: null }, kind: 'text', at: testDay,
    text: 'Hello', attachments: [], fetchAt: null, fetchAttempts: 0, extra: {}, pieceSkus: [], replyTo: null, reactions: [], forwarded: false, editedAt: null, deletedAt: null, status: null, failure: null,
    undoUntil: null, clientId: null, override: null, revision: 1, ...fields,
  } as Message
}

export function aSignal(fields: Partial<StoredSignal> & { _id: string, conversationId: string }): StoredSignal {
  return { customerId: `customer-of-${fields.conversationId}`, type: 'piece_viewed', at: testDay, meta: {}, revision: 1, ...fields } as StoredSignal
}

export function aNote(fields: Partial<Note> & { _id: string, conversationId: string }): Note {
  return { customerId: `customer-of-${fields.conversationId}`, authorId: 'asha', at: testDay, text: 'A note', revision: 1, ...fields } as Note
}

/** Writes documents as they are, as intake does. */
export async function put(models: Models, documents: { customers?: Customer[], conversations?: Conversation[], addresses?: Address[], messages?: Message[], signals?: StoredSignal[], notes?: Note[] }): Promise<void> {
  for (const [name, list] of Object.entries(documents) as [keyof typeof documents, object[]][]) {
    if (list.length > 0) await models[name].collection.insertMany(list as never[], { ordered: false })
  }
}

/** A conversation and its customer, in the store. */
export async function putPerson(models: Models, fields: Partial<Conversation> & { _id: string }, person: Partial<Customer> = {}, phone?: string): Promise<Conversation> {
  const conversation = aConversation(fields, phone)
  const customer = aCustomer({ _id: conversation.customerId, name: conversation.name, tags: conversation.tags, ...person })
  await put(models, { customers: [customer], conversations: [conversation], ...(phone ? { addresses: [anAddress(customer._id, phone)] } : {}) })
  return conversation
}
