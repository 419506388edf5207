import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Context } from '../platform/context.ts'
import { z } from 'zod'
import { GateView, MessageEntry, SendBody } from '#contracts'
import { advisorOf, requireAdvisor } from '../accounts/index.ts'
import { visibleConversation } from '../conversations/index.ts'
import { gateFor } from '../gate/index.ts'
import { LoupeError } from '../platform/errors.ts'
import { retryMessage, sendMessage, takeBack } from './send.ts'

const ConversationParams = z.object({ id: z.string().max(64) })
const MessageParams = ConversationParams.extend({ messageId: z.string().max(64) })

/** Sending, taking back, sending again, and what the gate says before. */
export function outboxRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (app) => {
    app.get('/conversations/:id/gate', { preHandler: requireAdvisor, schema: { summary: 'Whether a message may leave on a lane now, and when not', params: ConversationParams, querystring: z.object({ laneId: z.string().max(64) }), response: { 200: GateView } } }, async (request) => {
      const advisor = advisorOf(request)
      const conversation = await visibleConversation(ctx, advisor, request.params.id)
      const lane = conversation.lanes.find(candidate => candidate.id === request.query.laneId)
      if (!lane) throw new LoupeError('not_found', 'That lane does not belong to this conversation. Choose another.')
      return gateFor(ctx, conversation, lane, advisor.id)
    })

    app.post('/conversations/:id/messages', { preHandler: requireAdvisor, schema: { summary: 'Send a message; the same clientId again answers with the first', params: ConversationParams, body: SendBody, response: { 201: MessageEntry, 204: z.null() } } }, async (request, reply) => {
      const advisor = advisorOf(request)
      const conversation = await visibleConversation(ctx, advisor, request.params.id)
      const entry = await sendMessage(ctx, conversation, { kind: 'advisor', id: advisor.id, name: advisor.name }, request.body)
      return entry ? reply.code(201).send(entry) : reply.code(204).send(null)
    })

    app.delete('/conversations/:id/messages/:messageId', { preHandler: requireAdvisor, schema: { summary: 'Take back a message that has not left', params: MessageParams, response: { 204: z.null() } } }, async (request, reply) => {
      const conversation = await visibleConversation(ctx, advisorOf(request), request.params.id)
      await takeBack(ctx, conversation._id, request.params.messageId)
      return reply.code(204).send(null)
    })

    app.post('/conversations/:id/messages/:messageId/retry', { preHandler: requireAdvisor, schema: { summary: 'Send again a message that failed, or whose end nobody saw', params: MessageParams, response: { 200: MessageEntry } } }, async (request) => {
      const advisor = advisorOf(request)
      const conversation = await visibleConversation(ctx, advisor, request.params.id)
      return retryMessage(ctx, conversation, { kind: 'advisor', id: advisor.id, name: advisor.name }, request.params.messageId)
    })
  }
}
