import type { FastifyPluginAsync } from 'fastify'
import type { MediaFile } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import { LoupeError } from '../platform/errors.ts'
import { goodForMs, mediaOfToken, publicMediaPath } from './addresses.ts'
import { sendFile } from './serve.ts'

/** Files for providers that fetch what we send: by a signed address that is good for a while, and by nothing else. */
export function publicMediaRoutes(ctx: Context): FastifyPluginAsync {
  return async (app) => {
    app.get<{ Params: { token: string } }>(`${publicMediaPath}/:token`, { config: { public: true } }, async (request, reply) => {
      const id = mediaOfToken(ctx.config.secret, request.params.token, ctx.now())
      const file = id === null ? null : await ctx.models.media.findById(id).lean<MediaFile>()
      if (!file) throw new LoupeError('not_found', 'That file is not here, or its address is no longer good.')
      reply.header('x-robots-tag', 'noindex').header('referrer-policy', 'no-referrer')
      return sendFile(ctx, request, reply, file, goodForMs / 1000)
    })
  }
}
