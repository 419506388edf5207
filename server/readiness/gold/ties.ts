import type { AssessContext } from '#scoring'
import type { Customer, Piece } from '../../models/index.ts'
import type { Context } from '../../platform/context.ts'
import type { GoldMoves } from './prices.ts'
import { trusted } from 'mongoose'

/** By which words of a catalogue a piece is gold: the metal, or its fineness from 21 carats on. Of a ring of 18 carats stones and making decide the price. */
const goldWords = ['gold', '24k', '22k', '21k', '24kt', '22kt', '21kt', '916']
/** Days after which a look that became no wish is forgotten. */
const lookDays = 180
/** Gold has one price in the world, so that a currency without a table of its own goes by the dollar's. */
const worldCurrency = 'USD'
const dayMs = 86_400_000

type GoldTie = NonNullable<AssessContext['gold']>

/**
 * What gold has to do with these people at a moment at which it has moved: nothing is read while it has not. The move is told in the currency of the gold piece that
 * they looked at last.
 */
export async function goldTies(ctx: Pick<Context, 'models'>, people: readonly Pick<Customer, '_id' | 'pieces'>[], moves: GoldMoves, atMs: number): Promise<Map<string, GoldTie>> {
  const ties = new Map<string, GoldTie>()
  const anyMove = moves.get(worldCurrency) ?? moves.values().next().value
  if (!anyMove) return ties
  const liked = (pieces: Customer['pieces']) => pieces.filter(({ wished, lastAt }) => lastAt.getTime() <= atMs && (wished || lastAt.getTime() > atMs - lookDays * dayMs))
  const ids = [...new Set(people.flatMap(({ pieces }) => liked(pieces).map(piece => piece.pieceId)))]
  const found = ids.length === 0 ? [] : await ctx.models.pieces.find({ _id: trusted({ $in: ids }), words: trusted({ $in: goldWords }) }, { currency: 1 }).lean<Pick<Piece, '_id' | 'currency'>[]>()
  const gold = new Map(found.map(({ _id, currency }) => [_id, currency]))
  for (const { _id, pieces } of people) {
    const last = liked(pieces).find(({ pieceId }) => gold.has(pieceId))
    ties.set(_id, { likesGold: last !== undefined, move: (last && moves.get(gold.get(last.pieceId)!)) ?? anyMove })
  }
  return ties
}
