import type { FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Context } from '../platform/context.ts'
import type { Passwords } from './passwords.ts'
import { z } from 'zod'
import { AcceptInvitationBody, SandboxSignInBody, SessionView, SetupBody, SignInBody } from '#contracts'
import { LoupeError } from '../platform/errors.ts'
import { audit } from './audit.ts'
import { identify } from './authentication.ts'
import { clearSessionCookie } from './cookies.ts'
import { advisorOf, requireAdvisor } from './guards.ts'
import { acceptInvitation } from './invitations.ts'
import { createLimit } from './limits.ts'
import { isOwnOrigin } from './origin.ts'
import { mayUseSandbox, sessionView, signIn } from './session-view.ts'
import { endSession } from './sessions.ts'
import { setUp } from './setup.ts'

const tags = ['session']

/** Signing in and out, the sandbox's one click, the first administrator, and taking up an invitation. */
export function sessionRoutes(ctx: Context, passwords: Passwords): FastifyPluginAsyncZod {
  const { models } = ctx
  return async (app) => {
    const perAddress = createLimit(app, { max: 30, minutes: 5, key: request => `address ${request.ip}` })
    const perAccount = createLimit(app, { max: 10, minutes: 15, key: request => `account ${emailIn(request.body)}` })
    const perClick = createLimit(app, { max: 300, minutes: 5, key: request => `click ${request.ip}` })

    /** No session stands behind these yet, so that the page's origin is what tells a forged request. */
    async function fromOwnPage(request: FastifyRequest): Promise<void> {
      if (!isOwnOrigin(ctx.config, request.headers)) throw new LoupeError('csrf', `Open Loupe at ${ctx.config.publicUrl} and try again.`)
    }

    app.get('/session', { config: { public: true }, schema: { tags, summary: 'Who is signed in', response: { 200: SessionView } } }, async (request, reply) => {
      await identify(ctx, request, reply)
      const { actor, session } = request
      const advisor = actor?.kind === 'advisor' ? await models.advisors.findById(actor.id).lean() : null
      reply.header('cache-control', 'no-store')
      return sessionView(ctx, request, advisor && session ? { advisor, session } : null)
    })

    app.post('/session', {
      config: { public: true },
      preHandler: [fromOwnPage, perAddress, perAccount],
      schema: { tags, summary: 'Sign in', body: SignInBody, response: { 200: SessionView } },
    }, async (request, reply) => {
      const advisor = await models.advisors.findOne({ email: request.body.email.toLowerCase() }).lean()
      const right = await passwords.verify(advisor?.passwordHash, request.body.password)
      if (!advisor?.active || !right) throw new LoupeError('bad_credentials', 'E-mail and password do not match.')
      const view = await signIn(ctx, request, reply, advisor)
      await audit(ctx, { id: advisor._id }, 'session.signed_in', { kind: 'advisor', id: advisor._id })
      return view
    })

    app.post('/session/sandbox', {
      config: { public: true },
      preHandler: [fromOwnPage, perClick],
      schema: { tags, summary: 'Sign in to the sandbox with one click, on this machine only', body: SandboxSignInBody, response: { 200: SessionView } },
    }, async (request, reply) => {
      if (!mayUseSandbox(ctx, request)) throw new LoupeError('sandbox_only', 'One click signs in only in the sandbox, from the machine that it runs on.')
      const advisor = await models.advisors.findOne({ role: request.body.role, active: true }).sort({ role: 1, _id: 1 }).lean()
      if (!advisor) throw new LoupeError('unavailable', 'The demo house is still being loaded. Try again in a moment.')
      return signIn(ctx, request, reply, advisor)
    })

    app.delete('/session', { preHandler: requireAdvisor, schema: { tags, summary: 'Sign out', response: { 204: z.null() } } }, async (request, reply) => {
      const advisor = advisorOf(request)
      await endSession(ctx, { _id: advisor.sessionId, advisorId: advisor.id }, 'signed_out')
      clearSessionCookie(ctx.config, reply)
      return reply.code(204).send(null)
    })

    app.post('/setup', {
      config: { public: true },
      preHandler: [fromOwnPage, perAddress],
      schema: { tags, summary: 'Make the first administrator', body: SetupBody, response: { 200: SessionView } },
    }, async (request, reply) => signIn(ctx, request, reply, await setUp(ctx, passwords, request.body)))

    app.post('/invitations', {
      config: { public: true },
      preHandler: [fromOwnPage, perAddress],
      schema: { tags, summary: 'Take up an invitation', body: AcceptInvitationBody, response: { 200: SessionView } },
    }, async (request, reply) => signIn(ctx, request, reply, await acceptInvitation(ctx, passwords, request.body)))
  }
}

function emailIn(body: unknown): string {
  const parsed = z.object({ email: z.string() }).safeParse(body)
  return parsed.success ? parsed.data.email.toLowerCase() : ''
}
