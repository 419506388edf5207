import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Context } from '../platform/context.ts'
import { advisorRoutes } from './advisor-routes.ts'
import { keyRoutes } from './key-routes.ts'
import { createPasswords } from './passwords.ts'
import { sessionRoutes } from './session-routes.ts'

/** Everything about who may use Loupe. */
export function accountRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (app) => {
    const passwords = createPasswords()
    await app.register(sessionRoutes(ctx, passwords))
    await app.register(advisorRoutes(ctx, passwords))
    await app.register(keyRoutes(ctx))
  }
}
