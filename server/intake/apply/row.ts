import type { Conversation, Message } from '../../models/index.ts'
import { isPolite } from '#scoring'

const previewLength = 120

function preview(message: Message): Conversation['preview'] {
  const text = message.deletedAt ? '' : firstLetters((message.text ?? '').slice(0, 10 * previewLength).replace(/\s+/g, ' '))
  return { text, kind: message.deletedAt ? 'delete' : message.kind, mine: message.direction === 'out', messageId: message._id }
}

/** A long text is cut between letters, never within one. */
function firstLetters(text: string): string {
  return text.length <= previewLength ? text : [...text.slice(0, 2 * previewLength)].slice(0, previewLength).join('')
}

const later = (a: Date | null | undefined, b: Date): Date => a && a > b ? a : b

/** The row after a message of either side: times, last line, and for the customer's the store and network it came by. Doing it again changes nothing. */
export function withMessage(conversation: Conversation, message: Message, via: Pick<Conversation, 'storeId' | 'channel'>): Conversation {
  const inwards = message.direction === 'in'
  const newest = message.at >= conversation.lastAt
  const newestInbound = inwards && !(conversation.lastInboundAt && conversation.lastInboundAt > message.at)
  return {
    ...conversation,
    firstAt: message.at < conversation.firstAt ? message.at : conversation.firstAt,
    lastAt: later(conversation.lastAt, message.at),
    preview: newest ? preview(message) : conversation.preview,
    ...(inwards ? { lastInboundAt: later(conversation.lastInboundAt, message.at) } : { lastOutboundAt: later(conversation.lastOutboundAt, message.at) }),
    ...(newestInbound ? { storeId: via.storeId ?? conversation.storeId ?? null, channel: via.channel } : {}),
    storeIds: via.storeId && !conversation.storeIds.includes(via.storeId) ? [...conversation.storeIds, via.storeId] : conversation.storeIds,
  }
}

/** The row after the message that it shows was edited or deleted. */
export function withChangedMessage(conversation: Conversation, message: Message): Conversation {
  return conversation.preview.messageId === message._id ? { ...conversation, preview: preview(message) } : conversation
}

/** Thanks or assent and nothing else, said to something of ours: nobody waits for an answer to that. */
function isCourtesy(conversation: Conversation, message: Message): boolean {
  return conversation.lastOutboundAt != null && message.kind === 'text' && isPolite(message.text ?? '')
}

/**
 * The row after new messages, in the order of their coming: the customer's are unread, wait for us unless they are a mere courtesy, and open the conversation again; one from the
 * phone app answers. A message counts once: only what came after the highest `arrival` that was counted is new.
 */
export function counting(conversation: Conversation, messages: readonly Message[]): Conversation {
  const counted = conversation.counted ?? 0
  const fresh = messages.filter(message => (message.arrival ?? 0) > counted)
  let { unread, waitingSince, state, snoozedUntil } = conversation
  for (const message of fresh) {
    if (message.direction === 'in') {
      unread++
      if (!isCourtesy(conversation, message)) waitingSince ??= message.at
      state = 'open'
      snoozedUntil = null
    }
    else {
      unread = 0
      waitingSince = null
    }
  }
  return fresh.length === 0 ? conversation : { ...conversation, unread, waitingSince, state, snoozedUntil, counted: Math.max(...fresh.map(message => message.arrival ?? 0)) }
}
