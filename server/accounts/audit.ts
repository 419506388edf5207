import type { Context } from '../platform/context.ts'
import type { Actor } from './policy.ts'

/**
 * Keeps that `actor` (null: Loupe itself) did something to a subject. `action` is `what.happened`; `details` names fields and ids, and never holds a
 * password or a token.
 */
export async function audit(ctx: Context, actor: Pick<Actor, 'id'> | null, action: string, subject: { kind: string, id: string }, details: object = {}): Promise<void> {
  await ctx.models.audit.create({ _id: ctx.newId(), at: new Date(ctx.now()), actorId: actor?.id ?? null, action, subjectKind: subject.kind, subjectId: subject.id, details })
}
