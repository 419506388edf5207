import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Actor } from '../accounts/index.ts'
import type { Channel } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import { z } from 'zod'
import { HouseImport, HouseImportResult, HouseView, PieceView, QuickReplyView, TemplateView } from '#contracts'
import { actorOf, audit, requireScope, scopesOf } from '../accounts/index.ts'
import { visibleConversation } from '../conversations/index.ts'
import { LoupeError } from '../platform/errors.ts'
import { importHouse } from './import.ts'
import { searchWords } from './piece-words.ts'
import { allTemplates, templatesThrough } from './templates.ts'
import { houseView, pieceView } from './view.ts'

const maxPieces = 50
const maxQuickReplies = 500
const Items = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item) })

const id = z.string().min(1).max(64)
const TemplateQuery = z.object({ conversationId: id.optional(), laneId: id.optional() })
  .refine(query => (query.conversationId === undefined) === (query.laneId === undefined), { message: 'A lane is named together with its conversation.' })

/** The number or account of a lane that the asker may see. Null when they ask for no lane. @throws LoupeError `not_found` */
async function channelOf(ctx: Context, actor: Actor, { conversationId, laneId }: z.infer<typeof TemplateQuery>): Promise<Channel | null> {
  if (conversationId === undefined || laneId === undefined) return null
  const { lanes } = await visibleConversation(ctx, actor, conversationId)
  const channelId = lanes.find(lane => lane.id === laneId)?.channelId
  const channel = channelId === undefined ? null : await ctx.models.channels.findById(channelId).lean<Channel>()
  if (!channel) throw new LoupeError('not_found', 'That lane does not belong to this conversation. Choose another.')
  return channel
}

/** The house itself: its stores, people, numbers, pieces, templates and quick replies. */
export function houseRoutes(ctx: Context): FastifyPluginAsyncZod {
  const { models } = ctx
  return async (app) => {
    app.get('/house', { preHandler: requireScope('read:house'), schema: { tags: ['house'], summary: 'The house', response: { 200: HouseView } } }, () => houseView(ctx))

    app.put('/house', {
      preHandler: requireScope('write:house'),
      bodyLimit: 4 * 1_048_576,
      schema: { tags: ['house'], summary: 'Add to the house, or replace by id', body: HouseImport, response: { 200: HouseImportResult } },
    }, async (request) => {
      const actor = actorOf(request)
      // Whoever can make an administrator can do everything, so that the right to fill the catalogue is not enough.
      if (request.body.advisors && !scopesOf(actor).includes('manage:accounts')) throw new LoupeError('forbidden', 'Advisors can only be imported with the scope manage:accounts.')
      const result = await importHouse(ctx, request.body)
      await audit(ctx, actor, 'house.imported', { kind: 'house', id: 'house' }, result)
      return result
    })

    app.get('/pieces', {
      preHandler: requireScope('read:house'),
      schema: { tags: ['house'], summary: 'Search the catalogue', querystring: z.object({ q: z.string().max(100).default('') }), response: { 200: Items(PieceView) } },
    }, async (request) => {
      const words = searchWords(request.query.q).slice(0, 6)
      // The last letter of the range sorts after every word that begins with the typed one.
      const filter = words.length > 0 ? { $and: words.map(word => ({ words: { $elemMatch: { $gte: word, $lt: `${word}\uFFFF` } } })) } : {}
      const found = await models.pieces.find(filter).sort({ name: 1 }).limit(maxPieces).lean()
      return { items: found.map(pieceView) }
    })

    app.get('/quick-replies', { preHandler: requireScope('read:house'), schema: { tags: ['house'], summary: 'Quick replies', response: { 200: Items(QuickReplyView) } } }, async () => {
      const found = await models.quickReplies.find().sort({ shortcut: 1 }).limit(maxQuickReplies).lean()
      return { items: found.map(({ _id, shortcut, text }) => ({ id: _id, shortcut, text })) }
    })

    app.get('/templates', {
      preHandler: requireScope('read:house'),
      schema: { tags: ['house'], summary: 'Message templates; with a conversation and one of its lanes those that may leave there', querystring: TemplateQuery, response: { 200: Items(TemplateView) } },
    }, async (request) => {
      const channel = await channelOf(ctx, actorOf(request), request.query)
      const found = channel ? await templatesThrough(ctx, channel) : await allTemplates(ctx)
      return { items: found.map(({ name, language, category, body, params }) => ({ name, language, category, body, params })) }
    })
  }
}
