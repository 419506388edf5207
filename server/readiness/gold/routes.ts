import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Context } from '../../platform/context.ts'
import { z } from 'zod'
import { GoldCheck, GoldImport, GoldPrices } from '#contracts'
import { actorOf, audit, requireScope } from '../../accounts/index.ts'
import { checkGold, goldView, importGold } from './prices.ts'

const mostBytes = 1_048_576

/** The price of gold, told by a table of days. To be registered under `/api/v1`. */
export function goldRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (app) => {
    app.addContentTypeParser('text/csv', { parseAs: 'string', bodyLimit: mostBytes }, (_request, body, done) => done(null, body))

    app.post('/gold-prices', {
      preHandler: requireScope('write:house'),
      bodyLimit: mostBytes,
      schema: {
        tags: ['house'],
        summary: 'Tell daily gold prices, as text/csv: date, currency, price_per_gram or price_per_ounce',
        consumes: ['text/csv'],
        body: z.string(),
        response: { 200: GoldImport },
      },
    }, async (request) => {
      const result = await importGold(ctx, request.body)
      await audit(ctx, actorOf(request), 'gold.imported', { kind: 'house', id: 'gold' }, result)
      return result
    })

    app.post('/gold-prices/check', {
      preHandler: requireScope('write:house'),
      bodyLimit: mostBytes,
      schema: { tags: ['house'], summary: 'What a table of gold prices would do, line by line, without doing it', consumes: ['text/csv'], body: z.string(), response: { 200: GoldCheck } },
    }, async request => checkGold(ctx, request.body))

    app.get('/gold-prices', { preHandler: requireScope('read:house'), schema: { tags: ['house'], summary: 'The newest gold prices, and whether they have moved', response: { 200: GoldPrices } } }, async () => goldView(ctx))
  }
}
