import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Context } from '../../platform/context.ts'
import { z } from 'zod'
import { BulkPatch, ChangesView, ConversationPage, ConversationRow, QueueCounts, QueueName, SearchHit } from '#contracts'
import { actorOf, auditTaking, requireScope, seesWholeAddress } from '../../accounts/index.ts'
import { changesSince } from '../changes.ts'
import { queueCounts } from '../counts.ts'
import { listConversations } from '../list.ts'
import { patchMany } from '../patch.ts'
import { searchHits } from '../search.ts'
import { rowView } from '../views/row.ts'
import { Cursor, Id, limitOf, Revision, Typed } from './shapes.ts'

const ListQuery = z.strictObject({
  queue: QueueName.default('all'),
  storeId: Id.optional(),
  ownerId: Id.optional(),
  tag: z.string().trim().min(1).max(40).optional(),
  q: Typed.optional(),
  limit: limitOf(60),
  cursor: Cursor.optional(),
})
const SearchQuery = z.strictObject({ q: Typed, limit: limitOf(20, 50) })
const ChangesQuery = z.strictObject({ since: Revision })

/** What a change to many answers: the rows as they are now, and those it was refused for. */
const BulkAnswer = z.object({ rows: z.array(ConversationRow), refused: z.array(z.object({ id: z.string(), code: z.string(), message: z.string() })) })

/** Queues, lists, search, what changed, and changes to many at once. */
export function listRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (app) => {
    const reads = { preHandler: requireScope('read:conversations') }

    app.get('/queues', { ...reads, schema: { summary: 'How many conversations stand in each queue', response: { 200: QueueCounts } } }, async request =>
      queueCounts(ctx, actorOf(request)))

    app.get('/conversations', { ...reads, config: { searchesPeople: true }, schema: { summary: 'A page of a queue, newest first', querystring: ListQuery, response: { 200: ConversationPage } } }, async (request) => {
      const actor = actorOf(request)
      await auditTaking(ctx, actor, 'conversations')
      return listConversations(ctx, actor, request.query)
    })

    app.get('/search', { ...reads, config: { searchesPeople: true }, schema: { summary: 'People by name, part of a number, handle or tag', querystring: SearchQuery, response: { 200: z.object({ items: z.array(SearchHit) }) } } }, async request =>
      ({ items: await searchHits(ctx, actorOf(request), request.query.q, request.query.limit) }))

    app.get('/changes', { ...reads, schema: { summary: 'What changed after a revision', querystring: ChangesQuery, response: { 200: ChangesView } } }, async request =>
      changesSince(ctx, actorOf(request), request.query.since))

    app.post('/conversations/bulk', { preHandler: requireScope('write:conversations'), schema: { summary: 'Assign, tag, snooze or close many', body: BulkPatch, response: { 200: BulkAnswer } } }, async (request) => {
      const actor = actorOf(request)
      const { changed, refused } = await patchMany(ctx, actor, request.body)
      return { rows: changed.map(conversation => rowView(conversation, seesWholeAddress(actor))), refused }
    })
  }
}
