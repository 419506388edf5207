import type { Actor } from '../accounts/index.ts'
import type { Place } from '../conversations/index.ts'
import type { Conversation, Customer } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import type { CustomerRow } from './view.ts'
import { trusted } from 'mongoose'
import { maySee, seesEverything, seesWholeAddress } from '../accounts/index.ts'
import { allOf, decodeCursor, encodeCursor, findPeople, olderThan } from '../conversations/index.ts'
import { customerRow, customerRowFields } from './view.ts'

export type CustomerQuery = { q?: string | undefined, limit: number, cursor?: string | undefined }

/** The most people that are looked at for one page; a page that ends there is shorter than asked for and has a cursor. */
const mostLookedAt = 1000
const conversationFields = 'customerId storeIds storeId ownerId lastAt'

/**
 * A page of the people whom `actor` may see, the newest first; with `q` the best matches in one page. For those who do not see the whole house a page may be
 * shorter than `limit` and still have a cursor, because at most a thousand people are looked at.
 * @throws LoupeError `invalid` for a cursor that is none
 */
export async function listCustomers(ctx: Context, actor: Actor, query: CustomerQuery): Promise<{ items: CustomerRow[], nextCursor: string | null }> {
  if (query.q !== undefined) return { items: await foundCustomers(ctx, actor, query.q, query.limit), nextCursor: null }
  const whole = seesWholeAddress(actor)
  const { limit } = query
  const items: CustomerRow[] = []
  let place = decodeCursor('p', query.cursor)
  for (let lookedAt = 0; lookedAt < mostLookedAt;) {
    const size = seesEverything(actor) ? limit + 1 : Math.min(2 * limit + 1, mostLookedAt - lookedAt)
    const customers = await read(ctx, place, size)
    const conversations = await conversationsOf(ctx, customers)
    for (const customer of customers) {
      if (items.length === limit) return { items, nextCursor: place && encodeCursor('p', place) }
      place = { at: customer.createdAt.getTime(), id: customer._id, rank: 0 }
      const conversation = conversations.get(customer._id) ?? null
      if (customer.mergedInto || (conversation && !maySee(actor, conversation))) continue
      items.push(customerRow(customer, conversation, whole))
    }
    if (customers.length < size) return { items, nextCursor: null }
    lookedAt += customers.length
  }
  return { items, nextCursor: place && encodeCursor('p', place) }
}

function read(ctx: Context, place: Place | null, size: number): Promise<Customer[]> {
  return ctx.models.customers.find(allOf({}, olderThan('createdAt', place))).sort({ createdAt: -1, _id: -1 }).limit(size).select(customerRowFields).lean<Customer[]>()
}

async function conversationsOf(ctx: Context, customers: readonly Customer[]): Promise<Map<string, Conversation>> {
  if (customers.length === 0) return new Map()
  const found = await ctx.models.conversations.find({ customerId: trusted({ $in: customers.map(customer => customer._id) }) }).select(conversationFields).lean<Conversation[]>()
  return new Map(found.map(conversation => [conversation.customerId, conversation]))
}

async function foundCustomers(ctx: Context, actor: Actor, typed: string, limit: number): Promise<CustomerRow[]> {
  const found = await findPeople(ctx, actor, typed, { limit })
  if (found.length === 0) return []
  const customers = await ctx.models.customers.find({ _id: trusted({ $in: found.map(hit => hit.conversation.customerId) }) }).select(customerRowFields).lean<Customer[]>()
  const byId = new Map(customers.map(customer => [customer._id, customer]))
  const whole = seesWholeAddress(actor)
  return found.flatMap(({ conversation }) => {
    const customer = byId.get(conversation.customerId)
    return customer ? [customerRow(customer, conversation, whole)] : []
  })
}
