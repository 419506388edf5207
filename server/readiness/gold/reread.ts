import type { Customer } from '../../models/index.ts'
import type { Context } from '../../platform/context.ts'
import type { GoldMoves } from './prices.ts'
import { trusted } from 'mongoose'
import { emptyState, goldWord } from '#scoring'
import { stateOf } from '../fold.ts'
import { rereadPeople } from '../reread.ts'
import { goldMovesNow } from './prices.ts'
import { goldTies } from './ties.ts'

const placeSetting = 'readiness.gold'
const atOnce = 100

/** How far people have been read anew since gold moved (or stopped): `key` is the moves, `after` the last person, null when all are. */
interface Place { key: string, after: string | null }

const keyOf = (moves: GoldMoves) => Array.from(moves, ([currency, { percent }]) => `${currency}${percent}`).sort().join(' ')

/** Whether what was said of somebody holds a word about gold. */
function wasTold({ readiness }: Customer): boolean {
  const action = readiness?.nextAction
  return [action?.timing?.code, action?.reason.code].some(code => code === 'gold_fell' || code === 'gold_rose')
}

/**
 * Reads the next people anew whom a move of gold concerns, or concerned until it ended. Goes once through everybody when the moves change, a hundred at a time, and
 * may end at any point. @returns whether more are waiting
 */
export async function rereadForGold(ctx: Context): Promise<boolean> {
  const moves = await goldMovesNow(ctx)
  const key = keyOf(moves)
  const kept = (await ctx.models.settings.findById(placeSetting).lean())?.value as Place | undefined
  if (kept ? kept.key === key && kept.after === null : key === '') return false
  const after = kept?.key === key ? kept.after ?? '' : ''
  const page = await ctx.models.customers.find({ _id: trusted({ $gt: after }) }).sort({ _id: 1 }).limit(atOnce).lean<Customer[]>()
  const people = page.filter(customer => !customer.mergedInto && customer.readiness)
  const ties = await goldTies(ctx, people, moves, ctx.now())
  await rereadPeople(ctx, people.filter(customer => wasTold(customer) || goldWord(stateOf(customer) ?? emptyState(), ctx.now(), ties.get(customer._id))))
  const last = page.length < atOnce
  const place: Place = { key, after: last ? null : page.at(-1)!._id }
  await ctx.models.settings.updateOne({ _id: placeSetting }, { $set: { value: place } }, { upsert: true })
  return !last
}
