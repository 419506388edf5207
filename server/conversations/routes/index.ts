import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Context } from '../../platform/context.ts'
import { oneConversationRoutes } from './conversation.ts'
import { listRoutes } from './lists.ts'

/** Every route of conversations, to be registered under `/api/v1`. */
export function conversationRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (app) => {
    await app.register(listRoutes(ctx))
    await app.register(oneConversationRoutes(ctx))
  }
}
