import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Context } from '../../platform/context.ts'
import { z } from 'zod'
import { ConversationPatch, ConversationRow, ConversationView, DraftBody, DraftView, MessageEntry, NoteBody, NoteEntry, Page, ThreadPage } from '#contracts'
import { actorOf, advisorOf, requireAdvisor, requireScope, seesWholeAddress } from '../../accounts/index.ts'
import { conversationView } from '../detail.ts'
import { draftOf, saveDraft } from '../drafts.ts'
import { addNote } from '../notes.ts'
import { patchConversation } from '../patch.ts'
import { readConversation } from '../read.ts'
import { messagePage, threadPage } from '../thread.ts'
import { noteEntries } from '../views/entries.ts'
import { rowView } from '../views/row.ts'
import { Cursor, IdParams, limitOf, Revision } from './shapes.ts'

const PageQuery = z.strictObject({ limit: limitOf(50), cursor: Cursor.optional() })
const ThreadQuery = PageQuery.extend({ since: Revision.optional() })

/** One conversation: its person and lanes, its thread, what an advisor does with it. */
export function oneConversationRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (app) => {
    const reads = { preHandler: requireScope('read:conversations') }
    const writes = { preHandler: requireScope('write:conversations') }
    const people = { preHandler: requireAdvisor }

    app.get('/conversations/:id', { ...reads, schema: { summary: 'A conversation with its person and lanes', params: IdParams, response: { 200: ConversationView } } }, async request =>
      conversationView(ctx, actorOf(request), request.params.id))

    app.patch('/conversations/:id', { ...writes, schema: { summary: 'Assign, snooze, close or reopen', params: IdParams, body: ConversationPatch, response: { 200: ConversationRow } } }, async (request) => {
      const actor = actorOf(request)
      return rowView(await patchConversation(ctx, actor, request.params.id, request.body), seesWholeAddress(actor))
    })

    app.post('/conversations/:id/read', { ...writes, schema: { summary: 'Nothing is unread any more', params: IdParams, response: { 200: ConversationRow } } }, async (request) => {
      const actor = actorOf(request)
      return rowView(await readConversation(ctx, actor, request.params.id), seesWholeAddress(actor))
    })

    app.get('/conversations/:id/thread', { ...reads, schema: { summary: 'Messages, behaviour and notes', params: IdParams, querystring: ThreadQuery, response: { 200: ThreadPage } } }, async request =>
      threadPage(ctx, actorOf(request), request.params.id, request.query))

    app.get('/conversations/:id/messages', { ...reads, schema: { summary: 'The messages alone', params: IdParams, querystring: PageQuery, response: { 200: Page(MessageEntry) } } }, async request =>
      messagePage(ctx, actorOf(request), request.params.id, request.query))

    app.get('/conversations/:id/draft', { ...people, schema: { summary: 'What you have begun to write', params: IdParams, response: { 200: DraftView } } }, async request =>
      draftOf(ctx, advisorOf(request), request.params.id))

    app.put('/conversations/:id/draft', { ...people, schema: { summary: 'Keep what you have begun to write', params: IdParams, body: DraftBody, response: { 200: DraftView } } }, async request =>
      saveDraft(ctx, advisorOf(request), request.params.id, request.body))

    app.post('/conversations/:id/notes', { ...people, schema: { summary: 'Write a note for colleagues', params: IdParams, body: NoteBody, response: { 201: NoteEntry } } }, async (request, reply) => {
      const note = await addNote(ctx, advisorOf(request), request.params.id, request.body)
      const [entry] = await noteEntries(ctx, [note])
      return reply.code(201).send(entry!)
    })
  }
}
