import type { Context } from '../platform/context.ts'
import type { Actor } from './policy.ts'
import { createHash } from 'node:crypto'
import { isDuplicate } from '../platform/duplicates.ts'
import { seesWholeAddress } from './policy.ts'

/** Looking again and again within this time is looking once. */
const onceEveryMs = 3_600_000

async function keep(ctx: Context, actor: Actor, action: string, subject: { kind: string, id: string }, details: object): Promise<void> {
  const now = ctx.now()
  const period = Math.floor(now / onceEveryMs)
  const _id = createHash('sha256').update(`${action}|${actor.id}|${subject.id}|${period}`).digest('hex').slice(0, 24)
  if (await ctx.models.audit.exists({ _id })) return
  try { await ctx.models.audit.create({ _id, at: new Date(now), actorId: actor.id, action, subjectKind: subject.kind, subjectId: subject.id, details }) }
  catch (error) { if (!isDuplicate(error)) throw error }
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
