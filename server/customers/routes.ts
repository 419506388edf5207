import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Context } from '../platform/context.ts'
import { z } from 'zod'
import { CustomerPatch, CustomerView, Page, ReadinessAnswer } from '#contracts'
import { actorOf, auditTaking, requireScope } from '../accounts/index.ts'
import { Cursor, IdParams, limitOf, Typed } from '../conversations/index.ts'
import { listCustomers } from './list.ts'
import { patchCustomer } from './patch.ts'
import { readinessOf } from './readiness.ts'
import { TimelineEntry, timelinePage } from './timeline.ts'
import { CustomerRow, wholeView } from './view.ts'
import { visibleCustomer } from './visible.ts'

const PageQuery = z.strictObject({ limit: limitOf(50), cursor: Cursor.optional() })
const ListQuery = PageQuery.extend({ q: Typed.optional() })

/** People: finding them, what is known of them, how ready they are and why. To be registered under `/api/v1`. */
export function customerRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (app) => {
    const reads = { preHandler: requireScope('read:customers') }

    app.get('/customers', { ...reads, config: { searchesPeople: true }, schema: { summary: 'A page of people, the newest first', querystring: ListQuery, response: { 200: Page(CustomerRow) } } }, async (request) => {
      const actor = actorOf(request)
      await auditTaking(ctx, actor, 'customers')
      return listCustomers(ctx, actor, request.query)
    })

    app.get('/customers/:id', { ...reads, schema: { summary: 'Everything known of a person', params: IdParams, response: { 200: CustomerView } } }, async (request) => {
      const actor = actorOf(request)
      return wholeView(ctx, actor, await visibleCustomer(ctx, actor, request.params.id))
    })

    app.patch('/customers/:id', { preHandler: requireScope('write:customers'), schema: { summary: 'Change name, city or tags', params: IdParams, body: CustomerPatch, response: { 200: CustomerView } } }, async (request) => {
      const actor = actorOf(request)
      return wholeView(ctx, actor, await patchCustomer(ctx, actor, request.params.id, request.body))
    })

    app.get('/customers/:id/timeline', { ...reads, schema: { summary: 'What a person did and what was noted', params: IdParams, querystring: PageQuery, response: { 200: Page(TimelineEntry) } } }, async request =>
      timelinePage(ctx, actorOf(request), request.params.id, request.query))

    app.get('/customers/:id/readiness', { ...reads, schema: { summary: 'How ready a person is, and why', params: IdParams, response: { 200: ReadinessAnswer } } }, async request =>
      readinessOf(ctx, actorOf(request), request.params.id))
  }
}
