import type { ConversationView } from '#contracts'
import type { Actor } from '../accounts/index.ts'
import type { Channel, Conversation, Customer } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import { trusted } from 'mongoose'
import { auditLook, seesWholeAddress } from '../accounts/index.ts'
import { LoupeError } from '../platform/errors.ts'
import { fileProblem } from '../platform/public-address.ts'
import { visibleConversation } from './sight.ts'
import { customerSurroundings, customerView } from './views/customer.ts'
import { laneView } from './views/lane.ts'
import { rowView } from './views/row.ts'

/**
 * A conversation with its person and its lanes: all that stands beside the thread. Six bounded reads, whatever its length.
 * @throws LoupeError `not_found`
 */
export async function conversationView(ctx: Context, actor: Actor, id: string): Promise<ConversationView> {
  const revision = await ctx.revisions.latest()
  const conversation = await visibleConversation(ctx, actor, id)
  const [customer, channels] = await Promise.all([
    ctx.models.customers.findById(conversation.customerId).lean<Customer>(),
    channelsOf(ctx, conversation),
  ])
  if (!customer) throw new LoupeError('not_found', 'There is no such conversation, or it is not yours to see.')
  const around = await customerSurroundings(ctx, customer)
  await auditLook(ctx, actor, customer._id, around.addresses)
  const whole = seesWholeAddress(actor)
  const fileProblems = new Map(Array.from(channels.values(), channel => [channel._id, fileProblem(ctx, channel)]))
  const addresses = new Map(around.addresses.map(address => [address._id, address]))
  return {
    row: rowView(conversation, whole),
    customer: customerView(customer, { ...around, ownerId: conversation.ownerId ?? null, whole }),
    lanes: conversation.lanes.map(lane => laneView(lane, { channels, addresses, fileProblems, whole, now: around.now })),
    revision,
  }
}

async function channelsOf(ctx: Context, { lanes }: Conversation): Promise<Map<string, Channel>> {
  const ids = [...new Set(lanes.map(lane => lane.channelId))]
  if (ids.length === 0) return new Map()
  const channels = await ctx.models.channels.find({ _id: trusted({ $in: ids }) }).lean<Channel[]>()
  return new Map(channels.map(channel => [channel._id, channel]))
}
