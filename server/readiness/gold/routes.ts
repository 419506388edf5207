import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Context } from '../../platform/context.ts'
import { z } from 'zod'
import { actorOf, audit, requireScope } from '../../accounts/index.ts'
import { goldMovesAt, goldPricesBy, importGold } from './prices.ts'

const mostBytes = 1_048_576

const GoldPrices = z.object({
  currencies: z.array(z.object({
    currency: z.string(),
    /** The newest day with its price. */
    day: z.string(),
    perGram: z.number(),
    /** Whether it has moved so much lately that advice speaks of it. */
    move: z.object({ percent: z.number(), days: z.number() }).nullable(),
  })),
})

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
        response: { 200: z.object({ stored: z.number(), unchanged: z.number(), tooOld: z.number() }) },
      },
    }, async (request) => {
      const result = await importGold(ctx, request.body)
      await audit(ctx, actorOf(request), 'gold.imported', { kind: 'house', id: 'gold' }, result)
      return result
    })

    app.get('/gold-prices', { preHandler: requireScope('read:house'), schema: { tags: ['house'], summary: 'The newest gold prices, and whether they have moved', response: { 200: GoldPrices } } }, async () => {
      const [series, moves] = await Promise.all([goldPricesBy(ctx, ctx.now()), goldMovesAt(ctx, ctx.now())])
      return {
        currencies: Array.from(series, ([currency, prices]) => ({ currency, day: new Date(prices.at(-1)!.day).toISOString().slice(0, 10), perGram: prices.at(-1)!.price, move: moves.get(currency) ?? null }))
          .sort((a, b) => a.currency < b.currency ? -1 : 1),
      }
    })
  }
}
