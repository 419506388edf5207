import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Context } from '../platform/context.ts'
import { z } from 'zod'
import { MergeBody, MergeResult, MergesView } from '#contracts'
import { actorOf, requireScope } from '../accounts/index.ts'
import { IdParams } from '../conversations/index.ts'
import { acceptSuggestion, dismissSuggestion, mergeByHand, takeApart } from './decide.ts'
import { mergesOf } from './list.ts'

const tags = ['merges']

/** Whether two people are one: what is suggested, deciding it, joining by hand, taking apart again. To be registered under `/api/v1`. */
export function mergeRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (app) => {
    const decides = { preHandler: requireScope('write:customers') }

    app.get('/customers/:id/merges', { preHandler: requireScope('read:customers'), schema: { tags, summary: 'Who may be the same person, and who was joined with them', params: IdParams, response: { 200: MergesView } } }, async request =>
      mergesOf(ctx, actorOf(request), request.params.id))

    app.post('/merges', { ...decides, schema: { tags, summary: 'Join two people by hand', body: MergeBody, response: { 201: MergeResult } } }, async (request, reply) =>
      reply.code(201).send(await mergeByHand(ctx, actorOf(request), request.body)))

    app.post('/merges/:id/accept', { ...decides, schema: { tags, summary: 'They are one person', params: IdParams, response: { 200: MergeResult } } }, async request =>
      acceptSuggestion(ctx, actorOf(request), request.params.id))

    app.post('/merges/:id/dismiss', { ...decides, schema: { tags, summary: 'They are two people', params: IdParams, response: { 204: z.null() } } }, async (request, reply) => {
      await dismissSuggestion(ctx, actorOf(request), request.params.id)
      return reply.code(204).send(null)
    })

    app.post('/merges/:id/undo', { ...decides, schema: { tags, summary: 'Take a merge apart', params: IdParams, response: { 204: z.null() } } }, async (request, reply) => {
      await takeApart(ctx, actorOf(request), request.params.id)
      return reply.code(204).send(null)
    })
  }
}
