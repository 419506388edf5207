import type { Context } from '../platform/context.ts'
import type { Actor } from './policy.ts'
import { auditOnce } from './audit.ts'
import { seesWholeAddress } from './policy.ts'

/** Looking again and again within this time is looking once. */
const onceEveryMs = 3_600_000

async function keep(ctx: Context, actor: Actor, action: string, subject: { kind: string, id: string }, details: object): Promise<void> {
  const now = ctx.now()
  await auditOnce(ctx, `${action}|${actor.id}|${subject.id}|${Math.floor(now / onceEveryMs)}`, now, actor, action, subject, details)
}

/**
 * Keeps that `actor` was shown a person's addresses whole, which others see masked: once an hour for each person, with the kinds of address and never the
 * addresses. Nothing is kept of who sees them masked, nor of a person without any.
 */
export async function auditLook(ctx: Context, actor: Actor, customerId: string, addresses: readonly { kind: string }[]): Promise<void> {
  if (!seesWholeAddress(actor) || addresses.length === 0) return
  await keep(ctx, actor, 'customer.looked', { kind: 'customer', id: customerId }, { addresses: [...new Set(addresses.map(address => address.kind))].sort() })
}

/** Keeps that a machine reads people by the page, whole: once an hour for each list. People page through lists as part of their work; a key takes them elsewhere. */
export async function auditTaking(ctx: Context, actor: Actor, list: string): Promise<void> {
  if (actor.kind === 'key') await keep(ctx, actor, 'customers.taken', { kind: 'list', id: list }, {})
}
