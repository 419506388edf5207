import type { z } from 'zod'
import type { CustomerPatch } from '#contracts'
import type { Actor } from '../accounts/index.ts'
import type { Customer } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import type { Known } from './visible.ts'
import { audit } from '../accounts/index.ts'
import { mirrorCustomer } from '../conversations/index.ts'
import { visibleCustomer } from './visible.ts'

/**
 * Changes what an advisor may say of a person; a name given so outranks every other. Their conversation shows it too, and is found by it.
 * @throws LoupeError `not_found`
 */
export async function patchCustomer(ctx: Context, actor: Actor, id: string, patch: z.infer<typeof CustomerPatch>): Promise<Known> {
  const known = await visibleCustomer(ctx, actor, id)
  const fields = {
    ...(patch.name === undefined ? {} : { name: patch.name, nameSource: 'advisor' as const }),
    ...(patch.city === undefined ? {} : { city: patch.city || null }),
    ...(patch.tags === undefined ? {} : { tags: [...new Set(patch.tags)] }),
  }
  if (Object.keys(fields).length === 0) return known
  const customerId = known.customer._id
  const revision = await ctx.revisions.reserve(1)
  const customer = await ctx.models.customers.findOneAndUpdate({ _id: customerId }, { $set: { ...fields, revision } }, { returnDocument: 'after' }).lean<Customer>()
  if (!customer) return visibleCustomer(ctx, actor, id)
  await audit(ctx, actor, 'customer.changed', { kind: 'customer', id: customerId }, { fields: Object.keys(patch) })
  if (!known.conversation) return { customer, conversation: null }
  const conversation = await mirrorCustomer(ctx, known.conversation._id, actor.id)
  ctx.bus.emit('customer.changed', { customerId, conversationId: conversation._id, revision })
  return { customer, conversation }
}
