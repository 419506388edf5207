import type { z } from 'zod'
import type { AcceptInvitationBody, Invitation } from '#contracts'
import type { Advisor } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import type { Passwords } from './passwords.ts'
import { hashToken, newToken } from '../platform/encryption.ts'
import { LoupeError } from '../platform/errors.ts'
import { audit } from './audit.ts'
import { endSessionsOf } from './sessions.ts'

const goodForMs = 7 * 86_400_000

/** A one-time link with which an advisor sets a password, good for a week. Ends the link before it. */
export async function createInvitation(ctx: Context, advisorId: string): Promise<Invitation> {
  const token = newToken()
  const expiresAt = new Date(ctx.now() + goodForMs)
  const written = await ctx.models.advisors.updateOne({ _id: advisorId, active: true }, { $set: { invitation: { tokenHash: hashToken(token), expiresAt } } })
  if (written.matchedCount === 0) throw new LoupeError('not_found', 'There is nobody by this id who may sign in.')
  return { url: `${ctx.config.publicUrl}/invitation#token=${token}`, expiresAt: expiresAt.toISOString() }
}

/** Sets the password of the advisor whose link this is, once, and signs them out wherever they were. */
export async function acceptInvitation(ctx: Context, passwords: Passwords, body: z.infer<typeof AcceptInvitationBody>): Promise<Advisor> {
  const tokenHash = hashToken(body.token)
  const refused = () => new LoupeError('forbidden', 'This link was used or is no longer good. Ask an administrator for a new one.')
  const invited = await ctx.models.advisors.findOne({ 'invitation.tokenHash': tokenHash }).lean()
  if (!invited?.active || !invited.invitation || invited.invitation.expiresAt.getTime() <= ctx.now()) throw refused()
  const passwordHash = await passwords.hash(body.password)
  const advisor = await ctx.models.advisors.findOneAndUpdate(
    { '_id': invited._id, 'active': true, 'invitation.tokenHash': tokenHash },
    { $set: { passwordHash, invitation: null } },
    { returnDocument: 'after', lean: true },
  )
  if (!advisor) throw refused()
  await endSessionsOf(ctx, advisor._id, 'expired')
  await audit(ctx, { id: advisor._id }, 'advisor.password_set', { kind: 'advisor', id: advisor._id })
  return advisor
}
