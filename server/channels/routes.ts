import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Channel } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import { z } from 'zod'
import { ChannelView } from '#contracts'
import { actorOf, audit, createLimit, requireScope } from '../accounts/index.ts'
import { LoupeError } from '../platform/errors.ts'
import { fileProblem } from '../platform/public-address.ts'
import { checkChannel } from './check.ts'
import { channelView } from './view.ts'

const Params = z.object({ id: z.string().min(1).max(64) })
const checksPerMinute = 20

/** Our numbers and accounts, for whoever sets them up. */
export function channelRoutes(ctx: Context): FastifyPluginAsyncZod {
  /** Whoever asks while a provider is being asked is given the same answer. */
  const underway = new Map<string, Promise<Channel | null>>()

  async function checkNow(id: string): Promise<Channel | null> {
    const channel = await ctx.models.channels.findById(id).lean<Channel>()
    if (!channel) return null
    const check = underway.get(id) ?? checkChannel(ctx, channel, 'asked').finally(() => underway.delete(id))
    underway.set(id, check)
    return check
  }

  return async (app) => {
    const limit = createLimit(app, { max: checksPerMinute, minutes: 1, key: request => request.actor?.id ?? '' })

    app.post('/channels/:id/check', {
      preHandler: [requireScope('write:house'), limit],
      schema: { tags: ['house'], summary: 'Ask a channel\'s provider whether our account works', params: Params, response: { 200: ChannelView } },
    }, async (request) => {
      const channel = await checkNow(request.params.id)
      if (!channel) throw new LoupeError('not_found', 'There is no such channel.')
      await audit(ctx, actorOf(request), 'channel.checked', { kind: 'channel', id: channel._id }, { result: channel.check?.result, code: channel.check?.code })
      return channelView(channel, fileProblem(ctx, channel))
    })
  }
}
