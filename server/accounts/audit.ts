import type { Context } from '../platform/context.ts'
import type { Actor } from './policy.ts'
import { createHash } from 'node:crypto'
import { isDuplicate } from '../platform/duplicates.ts'

/**
 * Keeps that `actor` (null: Loupe itself) did something to a subject. `action` is `what.happened`; `details` names fields and ids, and never holds a
 * password or a token.
 */
export async function audit(ctx: Context, actor: Pick<Actor, 'id'> | null, action: string, subject: { kind: string, id: string }, details: object = {}): Promise<void> {
  await ctx.models.audit.create({ _id: ctx.newId(), at: new Date(ctx.now()), actorId: actor?.id ?? null, action, subjectKind: subject.kind, subjectId: subject.id, details })
}

/** As `audit`, once for each `cause`, however often it is called: under an id made from it. `at`: when it happened, milliseconds. */
export async function auditOnce(ctx: Context, cause: string, at: number, actor: Pick<Actor, 'id'>, action: string, subject: { kind: string, id: string }, details: object = {}): Promise<void> {
  const _id = createHash('sha256').update(cause).digest('hex').slice(0, 24)
  if (await ctx.models.audit.exists({ _id })) return
  try { await ctx.models.audit.create({ _id, at: new Date(at), actorId: actor.id, action, subjectKind: subject.kind, subjectId: subject.id, details }) }
  catch (error) { if (!isDuplicate(error)) throw error }
}
