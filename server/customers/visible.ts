import type { Actor } from '../accounts/index.ts'
import type { Conversation, Customer } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import { maySee } from '../accounts/index.ts'
import { LoupeError } from '../platform/errors.ts'

/** A person with the one conversation that they have, or null for someone who never wrote. */
export type Known = { customer: Customer, conversation: Conversation | null }

/** Merges that are followed; a longer chain would be a circle. */
const mostMerges = 8

/**
 * A person whom `actor` may see: whoever may see their conversation, and everybody where there is none. Who was found to be another person is that one.
 * @throws LoupeError `not_found`
 */
export async function visibleCustomer(ctx: Context, actor: Actor, id: string): Promise<Known> {
  const none = new LoupeError('not_found', 'There is no such customer, or they are not yours to see.')
  let customer = await ctx.models.customers.findById(id).lean<Customer>()
  for (let i = 0; customer?.mergedInto; i++) {
    if (i === mostMerges) throw none
    customer = await ctx.models.customers.findById(customer.mergedInto).lean<Customer>()
  }
  if (!customer) throw none
  const conversation = await ctx.models.conversations.findOne({ customerId: customer._id }).lean<Conversation>()
  if (conversation && !maySee(actor, conversation)) throw none
  return { customer, conversation }
}
