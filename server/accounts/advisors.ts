import type { z } from 'zod'
import type { AdvisorBody, AdvisorPatch, AdvisorView } from '#contracts'
import type { Advisor } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import type { AdvisorActor } from './policy.ts'
import { isDuplicate } from '../platform/duplicates.ts'
import { LoupeError } from '../platform/errors.ts'
import { audit } from './audit.ts'
import { endSessionsOf } from './sessions.ts'

export function advisorView(advisor: Advisor, now: number): AdvisorView {
  const { _id, name, role, storeIds, email, locale, active, invitation } = advisor
  return { id: _id, name, role, storeIds, email, locale, active, invitedUntil: invitation && invitation.expiresAt.getTime() > now ? invitation.expiresAt.toISOString() : null }
}

/** Adds somebody who may sign in once they have set a password. */
export async function addAdvisor(ctx: Context, by: AdvisorActor, body: z.infer<typeof AdvisorBody>): Promise<Advisor> {
  const advisor = { _id: ctx.newId(), ...body, email: body.email.toLowerCase(), passwordHash: null, locale: 'en', active: true, invitation: null, createdAt: new Date(ctx.now()) }
  await knownStores(ctx, body.storeIds)
  try {
    await ctx.models.advisors.create(advisor)
  }
  catch (error) {
    if (isDuplicate(error)) throw new LoupeError('conflict', 'Somebody with this e-mail is here already.')
    throw error
  }
  await audit(ctx, by, 'advisor.added', { kind: 'advisor', id: advisor._id }, { role: body.role, storeIds: body.storeIds })
  return advisor
}

/** Changes what somebody is called, may do, or where. A change of rights signs them out everywhere; the last administrator stays one. */
export async function changeAdvisor(ctx: Context, by: AdvisorActor, id: string, patch: z.infer<typeof AdvisorPatch>): Promise<Advisor> {
  const { models } = ctx
  const before = await models.advisors.findById(id).lean()
  if (!before) throw new LoupeError('not_found', 'There is nobody by this id.')
  if (patch.storeIds) await knownStores(ctx, patch.storeIds)
  const loses = before.role === 'administrator' && before.active && (patch.active === false || (patch.role !== undefined && patch.role !== 'administrator'))
  if (loses && await models.advisors.countDocuments({ role: 'administrator', active: true }) <= 1)
    throw new LoupeError('conflict', 'This is the last administrator. Make somebody else one first.')
  const after = await models.advisors.findOneAndUpdate({ _id: id }, { $set: patch }, { returnDocument: 'after', lean: true })
  if (!after) throw new LoupeError('not_found', 'There is nobody by this id.')
  const rights = before.role !== after.role || before.active !== after.active || before.storeIds.join() !== after.storeIds.join()
  if (rights) await endSessionsOf(ctx, id, 'role_changed')
  await audit(ctx, by, 'advisor.changed', { kind: 'advisor', id }, patch)
  return after
}

async function knownStores(ctx: Context, storeIds: readonly string[]): Promise<void> {
  const wanted = new Set(storeIds)
  if (await ctx.models.stores.countDocuments({ _id: { $in: [...wanted] } }) !== wanted.size) throw new LoupeError('invalid', 'One of these stores does not exist.')
}
