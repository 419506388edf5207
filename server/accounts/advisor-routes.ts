import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Context } from '../platform/context.ts'
import type { Passwords } from './passwords.ts'
import { z } from 'zod'
import { AdvisorBody, AdvisorPatch, AdvisorView, Invitation, InvitedAdvisor, Me, MePatch, PasswordBody } from '#contracts'
import { LoupeError } from '../platform/errors.ts'
import { addAdvisor, advisorView, changeAdvisor } from './advisors.ts'
import { audit } from './audit.ts'
import { advisorOf, requireAdvisor, requireRole } from './guards.ts'
import { createInvitation } from './invitations.ts'
import { createLimit } from './limits.ts'
import { meView } from './session-view.ts'

const tags = ['advisors']
const maxAdvisors = 2000
const ById = z.object({ id: z.string().max(64) })

/** Who works here: an administrator adds and changes people; everyone changes their own name, language and password. */
export function advisorRoutes(ctx: Context, passwords: Passwords): FastifyPluginAsyncZod {
  const { models } = ctx
  return async (app) => {
    const perPerson = createLimit(app, { max: 10, minutes: 15, key: request => `password ${request.actor?.id ?? ''}` })

    app.get('/advisors', { preHandler: requireRole('manager'), schema: { tags, summary: 'Everyone who works here', response: { 200: z.object({ items: z.array(AdvisorView) }) } } }, async () => {
      const found = await models.advisors.find().sort({ email: 1 }).limit(maxAdvisors).lean()
      return { items: found.map(advisor => advisorView(advisor, ctx.now())) }
    })

    app.post('/advisors', { preHandler: requireRole('administrator'), schema: { tags, summary: 'Add somebody and invite them', body: AdvisorBody, response: { 201: InvitedAdvisor } } }, async (request, reply) => {
      const advisor = await addAdvisor(ctx, advisorOf(request), request.body)
      const invitation = await createInvitation(ctx, advisor._id)
      return reply.code(201).send({ advisor: { ...advisorView(advisor, ctx.now()), invitedUntil: invitation.expiresAt }, invitation })
    })

    app.post('/advisors/:id/invitation', { preHandler: requireRole('administrator'), schema: { tags, summary: 'A new link to set a password', params: ById, response: { 201: Invitation } } }, async (request, reply) => {
      const invitation = await createInvitation(ctx, request.params.id)
      await audit(ctx, advisorOf(request), 'advisor.invited', { kind: 'advisor', id: request.params.id })
      return reply.code(201).send(invitation)
    })

    app.patch('/advisors/:id', { preHandler: requireRole('administrator'), schema: { tags, summary: 'Change role, stores, name, or deactivate', params: ById, body: AdvisorPatch, response: { 200: AdvisorView } } }, async (request) => {
      return advisorView(await changeAdvisor(ctx, advisorOf(request), request.params.id, request.body), ctx.now())
    })

    app.patch('/me', { preHandler: requireAdvisor, schema: { tags, summary: 'Change your own name and language', body: MePatch, response: { 200: Me } } }, async (request) => {
      const me = await models.advisors.findOneAndUpdate({ _id: advisorOf(request).id }, { $set: request.body }, { returnDocument: 'after', lean: true })
      if (!me) throw new LoupeError('not_found', 'You are no longer here.')
      return meView(me)
    })

    app.put('/me/password', { preHandler: [requireAdvisor, perPerson], schema: { tags, summary: 'Change your password', body: PasswordBody, response: { 204: z.null() } } }, async (request, reply) => {
      const actor = advisorOf(request)
      const me = await models.advisors.findById(actor.id, { passwordHash: 1 }).lean()
      if (!await passwords.verify(me?.passwordHash, request.body.current)) throw new LoupeError('bad_credentials', 'That is not your present password.')
      await models.advisors.updateOne({ _id: actor.id }, { $set: { passwordHash: await passwords.hash(request.body.next) } })
      const others = await models.sessions.find({ advisorId: actor.id, _id: { $ne: actor.sessionId } }, { _id: 1 }).lean()
      await models.sessions.deleteMany({ _id: { $in: others.map(session => session._id) } })
      for (const { _id } of others) ctx.bus.emit('session.ended', { advisorId: actor.id, sessionId: _id, reason: 'signed_out' })
      await audit(ctx, actor, 'advisor.password_set', { kind: 'advisor', id: actor.id })
      return reply.code(204).send(null)
    })
  }
}
