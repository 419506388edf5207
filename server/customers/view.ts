import type { Actor } from '../accounts/index.ts'
import type { Conversation, Customer } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import type { Known } from './visible.ts'
import { z } from 'zod'
import { CustomerView } from '#contracts'
import { auditLook, seesWholeAddress } from '../accounts/index.ts'
import { customerSurroundings, customerView, personView } from '../conversations/index.ts'

/** A person in a list of people. */
export const CustomerRow = CustomerView.pick({ id: true, name: true, initials: true, city: true, timeZone: true, locale: true, tags: true, ownerId: true, optedOut: true, createdAt: true })
  .extend({ conversationId: z.string().nullable(), storeId: z.string().nullable(), lastAt: z.string().nullable() })
export type CustomerRow = z.infer<typeof CustomerRow>

/** Fields that a row shows, for a query. */
export const customerRowFields = 'name city timeZone locale tags optedOutAt mergedInto createdAt'

/** A person as a row; `whole` as for conversations. */
export function customerRow(customer: Customer, conversation: Conversation | null, whole: boolean): CustomerRow {
  return {
    ...personView(customer, whole),
    ownerId: conversation?.ownerId ?? null,
    conversationId: conversation?._id ?? null,
    storeId: conversation?.storeId ?? null,
    lastAt: conversation?.lastAt.toISOString() ?? null,
  }
}

/** A person with everything that the context pane shows. */
export async function wholeView(ctx: Context, actor: Actor, { customer, conversation }: Known): Promise<CustomerView> {
  const around = await customerSurroundings(ctx, customer)
  await auditLook(ctx, actor, customer._id, around.addresses)
  return customerView(customer, { ...around, ownerId: conversation?.ownerId ?? null, whole: seesWholeAddress(actor) })
}
