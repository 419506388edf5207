import type { Handle } from '../identity/index.ts'
import type { Conversation, Customer } from '../models/index.ts'
import { searchKeysOf } from '../conversations/index.ts'
import { conversationIdOf } from '../identity/index.ts'

/** The conversation of somebody who has written nothing yet, as it stands before its first message is laid on it. */
export function newConversation(customer: Customer, handles: readonly Handle[], channel: Conversation['channel'], at: Date): Conversation {
  return {
    _id: conversationIdOf(customer._id),
    customerId: customer._id,
    name: customer.name,
    storeIds: [],
    storeId: null,
    channel,
    lanes: [],
    ownerId: null,
    state: 'open',
    snoozedUntil: null,
    firstAt: at,
    lastAt: at,
    lastInboundAt: null,
    lastOutboundAt: null,
    waitingSince: null,
    unread: 0,
    preview: { text: '', kind: 'unknown', mine: false },
    tags: customer.tags,
    mark: 'steady',
    stage: 'discovering',
    momentum: 'steady',
    p7: 0,
    nextAction: 'wait',
    boxes: [],
    searchKeys: searchKeysOf({ name: customer.name, tags: customer.tags, addresses: handles }),
    counted: 0,
    mergedInto: null,
    absorbed: [],
    revision: 0,
  }
}
