import type { State } from './state.ts'
import { dayMs } from './state.ts'

/** The price of gold on one day: `day` in milliseconds (its midnight, UTC), `price` in any unit and currency, the same for the whole series. */
export type GoldPrice = { day: number, price: number }

/** How far the price of gold has moved lately: `percent` above 0 for a rise, within `days`. */
export type GoldMove = { percent: number, days: number }

/** What gold has to do with somebody, when its price has moved. */
export type GoldTie = {
  move: GoldMove
  /** A piece of gold is among those that they looked at or wish for. */
  likesGold: boolean
}

/** Days over which a move is measured. */
const spanDays = 7
/** A price older than this says nothing of today: three days of no trade (a weekend and a holiday), and one. */
const freshDays = 4
/** Days before the move from which its ordinary spread is taken, and the fewest changes of price that show it. */
const historyDays = 90
const fewestChanges = 20
/** A move must be so many times the spread that chance gives a week: about one week in twenty is. */
const unusual = 2
/** And so large in itself: under three percent, the making charge of a piece (8–25 % of its gold) moves more from one shop to the next. */
const worthwhile = 0.03
/** More than this within a week is taken for a mistake in the table. */
const incredible = 0.3

function median(values: readonly number[]) {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** Logarithms of one price over the one before; days without trade repeat the last price and are none. */
function changesOf(prices: readonly GoldPrice[]): number[] {
  const changes: number[] = []
  for (let i = 1; i < prices.length; i++) {
    if (prices[i]!.price !== prices[i - 1]!.price) changes.push(Math.log(prices[i]!.price / prices[i - 1]!.price))
  }
  return changes
}

/**
 * Whether gold has moved so much by `atMs` that people who like gold will have heard of it. The newest price is held against that of a week before; it counts
 * when the change is at least three percent and twice what a week of ordinary days gives: the daily spread of the ninety days before times the root of the
 * week's trading days (RiskMetrics Technical Document, 1996, "square root of time"). The spread is 1.4826 times the median absolute deviation (Hampel, 1974), which one
 * wrong price cannot widen. Null as well when the newest price is more than four days old, when fewer than twenty changes are known, and for what cannot be
 * true. Prices may come in any order; those after `atMs`, and those that are not above 0, are not looked at.
 */
export function goldMoveAt(prices: readonly GoldPrice[], atMs: number): GoldMove | null {
  const known = prices.filter(({ day, price }) => day <= atMs && price > 0 && Number.isFinite(price)).toSorted((a, b) => a.day - b.day)
  const now = known.at(-1)
  if (!now || atMs - now.day > freshDays * dayMs) return null
  const place = known.findLastIndex(({ day }) => day <= now.day - spanDays * dayMs)
  const then = known[place]
  if (!then || now.day - then.day > (spanDays + freshDays) * dayMs) return null
  const before = changesOf(known.slice(0, place + 1).filter(({ day }) => day >= then.day - historyDays * dayMs))
  if (before.length < fewestChanges) return null
  const middle = median(before)
  const daily = 1.4826 * median(before.map(change => Math.abs(change - middle)))
  const change = now.price / then.price - 1
  const steps = Math.max(1, changesOf(known.slice(place)).length)
  if (Math.abs(change) < worthwhile || Math.abs(change) > incredible || Math.abs(Math.log1p(change)) < unusual * daily * Math.sqrt(steps)) return null
  return { percent: Math.round(change * 100), days: Math.round((now.day - then.day) / dayMs) }
}

/** An instalment is due every month; whoever missed two has given the scheme up, and whoever's has matured has three months to choose. */
const schemeDays = 93

/** Whether somebody pays into a gold scheme, or has one to redeem. */
function holdsScheme({ types }: State, atMs: number): boolean {
  return ['scheme_instalment', 'scheme_maturity'].some(type => types[type] !== undefined && atMs - types[type][2] <= schemeDays * dayMs)
}

/** What to say of gold to somebody, or undefined when it has not moved or is nothing to them. */
export function goldWord(state: State, atMs: number, gold: GoldTie | undefined): { code: 'gold_fell' | 'gold_rose', params: { percent: number, days: number } } | undefined {
  if (!gold || !(gold.likesGold || holdsScheme(state, atMs))) return undefined
  const { percent, days } = gold.move
  return { code: percent < 0 ? 'gold_fell' : 'gold_rose', params: { percent: Math.abs(percent), days } }
}
