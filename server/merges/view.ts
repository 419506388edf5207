import type { MergeSuggestionView } from '#contracts'
import type { Actor } from '../accounts/index.ts'
import type { Known } from '../customers/index.ts'
import type { Address, Merge, Message } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import { auditLook, seesWholeAddress } from '../accounts/index.ts'
import { initialsOf, shownAddress, shownName } from '../conversations/index.ts'
import { messageIdOf } from '../identity/index.ts'

const mostAddresses = 3
const longestQuote = 160
/** What people know somebody by, what says most first. A network's own id says nothing to anybody. */
const order = ['phone', 'username', 'email', 'card']

/** The message that an event became, by the key under which intake works on it: `OUR_CHANNEL|NETWORK:PROVIDER:KIND:ID`. */
function messageIdOfCause(cause: string): string | null {
  const [, channelId, providerId] = /^([^|]+)\|[^:]+:[^:]+:[^:]+:(.+)$/.exec(cause) ?? []
  return channelId === undefined || providerId === undefined ? null : messageIdOf(channelId, providerId)
}

/** The message that made somebody think so, where it is one of these two people's. */
async function messageOf(ctx: Context, { cause }: Merge, people: ReadonlySet<string>): Promise<MergeSuggestionView['message']> {
  const id = messageIdOfCause(cause)
  const message = id ? await ctx.models.messages.findById(id, { customerId: 1, conversationId: 1, text: 1, at: 1, deletedAt: 1 }).lean<Message>() : null
  if (!message?.text || message.deletedAt || !people.has(message.customerId)) return null
  return { id: message._id, conversationId: message.conversationId, text: message.text.slice(0, longestQuote), at: message.at.toISOString() }
}

/** A suggestion as one of the two people's pages shows it. `mine`: the customer that is looked at, and everyone who was joined with them. */
export async function suggestionView(ctx: Context, actor: Actor, merge: Merge, other: Known, mine: ReadonlySet<string>): Promise<MergeSuggestionView> {
  const { customer, conversation } = other
  const whole = seesWholeAddress(actor)
  const [addresses, message] = await Promise.all([
    ctx.models.addresses.find({ customerId: customer._id }, { kind: 1, channel: 1, value: 1 }).limit(20).lean<Address[]>(),
    messageOf(ctx, merge, new Set([...mine, customer._id])),
  ])
  await auditLook(ctx, actor, customer._id, addresses)
  const name = shownName(customer.name, whole)
  return {
    id: merge._id,
    other: {
      customerId: customer._id,
      conversationId: conversation?._id ?? null,
      name,
      initials: initialsOf(name),
      channel: conversation?.channel ?? null,
      storeId: conversation?.storeId ?? null,
      mark: conversation?.mark ?? null,
      lastAt: conversation?.lastAt.toISOString() ?? null,
      addresses: addresses
        .filter(address => order.includes(address.kind))
        .sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))
        .slice(0, mostAddresses)
        .map(address => ({ kind: address.kind, channel: address.channel ?? null, value: shownAddress(address, whole) })),
    },
    evidence: merge.evidence,
    stays: mine.has(merge.winnerId) ? 'this' : 'other',
    message,
    at: merge.createdAt.toISOString(),
  }
}
