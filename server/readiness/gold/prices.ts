import type { GoldCheck, GoldImport, GoldPrices, GoldProblem } from '#contracts'
import type { GoldMove, GoldPrice } from '#scoring'
import type { GoldPriceDay } from '../../models/index.ts'
import type { Context } from '../../platform/context.ts'
import type { GoldTable } from './csv.ts'
import { trusted } from 'mongoose'
import { goldMoveAt } from '#scoring'
import { goldPriceDays } from '../../models/house.ts'
import { LoupeError } from '../../platform/errors.ts'
import { goldProblemInWords, readGoldTable } from './csv.ts'

const dayMs = 86_400_000
/** How many days of prices a move is told from. */
const readDays = 130
/** With the days that are kept, the bound of what is stored. */
const mostCurrencies = 12
const atOnce = 1000
/** Problems of a table that are told at once. */
const mostProblems = 20
/** How long a process goes by the moves that it has worked out. */
const knownForMs = 30_000

/** Moves by their currency. */
export type GoldMoves = ReadonlyMap<string, GoldMove>

const idOf = ({ currency, day }: { currency: string, day: string }) => `${currency}:${day}`

/** Moves as they were worked out last, by the database that they came from: gone as soon as this process takes a price, and else for half a minute. */
const lastKnown = new WeakMap<Context['models'], { at: number, moves: GoldMoves }>()

type Reading = Pick<Context, 'models' | 'now'>

/** A table read in this house at this moment: what of it would be kept, and everything that is wrong with it, by line. */
async function tableNow(ctx: Reading, csv: string): Promise<GoldTable & { kept: GoldTable['rows'] }> {
  const { rows, problems } = readGoldTable(csv)
  const kept = rows.filter(({ day }) => Date.parse(day) > ctx.now() - goldPriceDays * dayMs)
  const late = rows.filter(({ day }) => Date.parse(day) > ctx.now() + dayMs).map(({ line, day }): GoldProblem => ({ line, code: 'future', value: day }))
  const currencies = new Set<string>(await ctx.models.goldPrices.distinct('currency'))
  const beyond = kept.find(({ currency }) => currencies.add(currency).size > mostCurrencies)
  const many: GoldProblem[] = beyond ? [{ line: beyond.line, code: 'too_many_currencies', value: beyond.currency }] : []
  return { rows, kept, problems: [...problems, ...late, ...many].sort((a, b) => a.line - b.line) }
}

/**
 * Keeps a table of daily gold prices, one document for each day and currency. Taking it twice changes nothing; a table that holds a mistake is refused whole.
 * @throws LoupeError `invalid` with the line that is not understood, for a day to come, and for more than twelve currencies; `details` hold the problems
 */
export async function importGold(ctx: Reading, csv: string): Promise<GoldImport> {
  const { rows, kept, problems } = await tableNow(ctx, csv)
  if (problems[0]) throw new LoupeError('invalid', goldProblemInWords(problems[0]), { problems: problems.slice(0, mostProblems) })
  let stored = 0
  for (let i = 0; i < kept.length; i += atOnce) {
    const writes = kept.slice(i, i + atOnce).map(({ currency, day, perGram }) => ({ updateOne: { filter: { _id: idOf({ currency, day }) }, update: { $set: { currency, day: new Date(day), perGram } }, upsert: true } }))
    const { upsertedCount, modifiedCount } = await ctx.models.goldPrices.bulkWrite(writes, { ordered: false })
    stored += upsertedCount + modifiedCount
  }
  lastKnown.delete(ctx.models)
  return { stored, unchanged: kept.length - stored, tooOld: rows.length - kept.length }
}

/** What `importGold` would do with a table, without doing it. */
export async function checkGold(ctx: Reading, csv: string): Promise<GoldCheck> {
  const { rows, kept, problems } = await tableNow(ctx, csv)
  const before = new Map<string, number>()
  for (let i = 0; i < kept.length; i += atOnce) {
    const found = await ctx.models.goldPrices.find({ _id: trusted({ $in: kept.slice(i, i + atOnce).map(idOf) }) }).lean<GoldPriceDay[]>()
    for (const { _id, perGram } of found) before.set(_id, perGram)
  }
  const series = await goldPricesBy(ctx, ctx.now())
  const currencies = [...new Set(kept.map(row => row.currency))].sort().map((currency) => {
    const days = kept.filter(row => row.currency === currency).sort((a, b) => a.day < b.day ? -1 : 1)
    const as = (is: (was: number | undefined, perGram: number) => boolean) => days.filter(row => is(before.get(idOf(row)), row.perGram)).length
    return {
      currency,
      from: days[0]!.day,
      until: days.at(-1)!.day,
      perGram: days.at(-1)!.perGram,
      known: series.get(currency)?.at(-1)?.price ?? null,
      added: as(was => was === undefined),
      changed: as((was, perGram) => was !== undefined && was !== perGram),
      unchanged: as((was, perGram) => was === perGram),
    }
  })
  return { problems: problems.slice(0, mostProblems), problemCount: problems.length, currencies, tooOld: rows.length - kept.length }
}

/** The prices of the last months before a moment, by currency. */
export async function goldPricesBy(ctx: Pick<Context, 'models'>, atMs: number): Promise<Map<string, GoldPrice[]>> {
  const found = await ctx.models.goldPrices.find({ day: trusted({ $gt: new Date(atMs - readDays * dayMs), $lte: new Date(atMs) }) }).sort({ day: 1 }).lean<GoldPriceDay[]>()
  const series = new Map<string, GoldPrice[]>()
  for (const { currency, day, perGram } of found) {
    const known = series.get(currency)
    const price = { day: day.getTime(), price: perGram }
    if (known) known.push(price)
    else series.set(currency, [price])
  }
  return series
}

/** Currencies in which gold has moved by a moment. */
export async function goldMovesAt(ctx: Pick<Context, 'models'>, atMs: number): Promise<GoldMoves> {
  const moves = new Map<string, GoldMove>()
  for (const [currency, prices] of await goldPricesBy(ctx, atMs)) {
    const move = goldMoveAt(prices, atMs)
    if (move) moves.set(currency, move)
  }
  return moves
}

/** As `goldMovesAt`, of this moment and up to half a minute old where another process took the newest prices. */
export async function goldMovesNow(ctx: Pick<Context, 'models' | 'now'>): Promise<GoldMoves> {
  const known = lastKnown.get(ctx.models)
  const now = ctx.now()
  if (known && Math.abs(now - known.at) < knownForMs) return known.moves
  const moves = await goldMovesAt(ctx, now)
  lastKnown.set(ctx.models, { at: now, moves })
  return moves
}

/** Days of prices that are drawn. */
const lineDays = 90
const weekMs = 7 * dayMs
/** How much older than a week the price may be that the newest is held against: a weekend and a holiday. */
const weekSlackMs = 4 * dayMs
const onDay = (ms: number) => new Date(ms).toISOString().slice(0, 10)

/** The price of gold by currency as it stands, with its last weeks. */
export async function goldView(ctx: Reading): Promise<GoldPrices> {
  const now = ctx.now()
  const currencies = Array.from(await goldPricesBy(ctx, now), ([currency, prices]) => {
    const newest = prices.at(-1)!
    const then = prices.findLast(({ day }) => day <= newest.day - weekMs && day >= newest.day - weekMs - weekSlackMs)
    return {
      currency,
      day: onDay(newest.day),
      perGram: newest.price,
      week: then ? Math.round((newest.price / then.price - 1) * 1000) / 10 : null,
      move: goldMoveAt(prices, now),
      line: prices.filter(({ day }) => day > newest.day - lineDays * dayMs).map(({ day, price }) => ({ day: onDay(day), perGram: price })),
    }
  })
  return { currencies: currencies.sort((a, b) => a.currency < b.currency ? -1 : 1) }
}
