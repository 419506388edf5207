import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { ApiKey } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import { z } from 'zod'
import { ApiKeyView, Line } from '#contracts'
import { LoupeError } from '../platform/errors.ts'
import { audit } from './audit.ts'
import { advisorOf, requireRole } from './guards.ts'
import { createKey } from './keys.ts'
import { Scope } from './scopes.ts'

const tags = ['keys']
const maxKeys = 500

/** Keys for machines. Only people make them, so that a key cannot make itself a stronger one. */
export function keyRoutes(ctx: Context): FastifyPluginAsyncZod {
  const { models } = ctx
  return async (app) => {
    app.get('/keys', { preHandler: requireRole('administrator'), schema: { tags, summary: 'Every key', response: { 200: z.object({ items: z.array(ApiKeyView) }) } } }, async () => {
      const found = await models.apiKeys.find().limit(maxKeys).lean()
      return { items: found.map(keyView).sort((a, b) => b.createdAt.localeCompare(a.createdAt)) }
    })

    app.post('/keys', {
      preHandler: requireRole('administrator'),
      schema: { tags, summary: 'Make a key; it is shown once', body: z.object({ name: Line(100), scopes: z.array(Scope).min(1).max(30) }), response: { 201: ApiKeyView.extend({ token: z.string() }) } },
    }, async (request, reply) => {
      const { token, key } = await createKey(ctx, request.body)
      await audit(ctx, advisorOf(request), 'key.made', { kind: 'key', id: key._id }, { name: key.name, scopes: key.scopes })
      return reply.code(201).send({ ...keyView(key), token })
    })

    app.delete('/keys/:id', { preHandler: requireRole('administrator'), schema: { tags, summary: 'Revoke a key', params: z.object({ id: z.string().max(64) }), response: { 204: z.null() } } }, async (request, reply) => {
      const { id } = request.params
      const written = await models.apiKeys.updateOne({ _id: id }, { $set: { revokedAt: new Date(ctx.now()) } })
      if (written.matchedCount === 0) throw new LoupeError('not_found', 'There is no key by this id.')
      await audit(ctx, advisorOf(request), 'key.revoked', { kind: 'key', id })
      return reply.code(204).send(null)
    })
  }
}

function keyView(key: ApiKey): ApiKeyView {
  return { id: key._id, name: key.name, scopes: key.scopes, createdAt: key.createdAt.toISOString(), lastUsedAt: key.lastUsedAt?.toISOString() ?? null, revokedAt: key.revokedAt?.toISOString() ?? null }
}
