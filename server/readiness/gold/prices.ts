import type { GoldMove, GoldPrice } from '#scoring'
import type { GoldPriceDay } from '../../models/index.ts'
import type { Context } from '../../platform/context.ts'
import { trusted } from 'mongoose'
import { goldMoveAt } from '#scoring'
import { goldPriceDays } from '../../models/house.ts'
import { LoupeError } from '../../platform/errors.ts'
import { goldRowsOf } from './csv.ts'

const dayMs = 86_400_000
/** How many days of prices a move is told from. */
const readDays = 130
/** With the days that are kept, the bound of what is stored. */
const mostCurrencies = 12
const atOnce = 1000
/** How long a process goes by the moves that it has worked out. */
const knownForMs = 30_000

/** Moves by their currency. */
export type GoldMoves = ReadonlyMap<string, GoldMove>

/** What became of a table of prices, in days. */
export interface GoldImport {
  /** New or changed; the same as before; older than prices are kept. */
  stored: number
  unchanged: number
  tooOld: number
}

/** Moves as they were worked out last, by the database that they came from: gone as soon as this process takes a price, and else for half a minute. */
const lastKnown = new WeakMap<Context['models'], { at: number, moves: GoldMoves }>()

/**
 * Keeps a table of daily gold prices, one document for each day and currency. Taking it twice changes nothing; a table that holds a mistake is refused whole.
 * @throws LoupeError `invalid` with the line that is not understood, for a day to come, and for more than twelve currencies
 */
export async function importGold(ctx: Pick<Context, 'models' | 'now'>, csv: string): Promise<GoldImport> {
  const { goldPrices } = ctx.models
  const rows = goldRowsOf(csv)
  if (typeof rows === 'string') throw new LoupeError('invalid', rows)
  const late = rows.find(({ day }) => Date.parse(day) > ctx.now() + dayMs)
  if (late) throw new LoupeError('invalid', `${late.day} has not come yet.`)
  const kept = rows.filter(({ day }) => Date.parse(day) > ctx.now() - goldPriceDays * dayMs)
  const known = await goldPrices.distinct('currency')
  if (new Set([...known, ...kept.map(row => row.currency)]).size > mostCurrencies) throw new LoupeError('invalid', `Prices are kept in at most ${mostCurrencies} currencies.`)
  let stored = 0
  for (let i = 0; i < kept.length; i += atOnce) {
    const writes = kept.slice(i, i + atOnce).map(({ currency, day, perGram }) => ({ updateOne: { filter: { _id: `${currency}:${day}` }, update: { $set: { currency, day: new Date(day), perGram } }, upsert: true } }))
    const { upsertedCount, modifiedCount } = await goldPrices.bulkWrite(writes, { ordered: false })
    stored += upsertedCount + modifiedCount
  }
  lastKnown.delete(ctx.models)
  return { stored, unchanged: kept.length - stored, tooOld: rows.length - kept.length }
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
