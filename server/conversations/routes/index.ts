import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Context } from '../../platform/context.ts'
import type { MarkRead } from '../read.ts'
import { oneConversationRoutes } from './conversation.ts'
import { listRoutes } from './lists.ts'

export type ConversationRoutesOptions = {
  /** Shows the customer that their message was read, after somebody has read it here. */
  markRead?: MarkRead
}

/** Every route of conversations, to be registered under `/api/v1`. */
export function conversationRoutes(ctx: Context, options: ConversationRoutesOptions = {}): FastifyPluginAsyncZod {
  return async (app) => {
    await app.register(listRoutes(ctx))
    await app.register(oneConversationRoutes(ctx, options.markRead))
  }
}
