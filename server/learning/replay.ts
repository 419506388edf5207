import type { ReadinessReplay, ReplayQuery, SignalType } from '#contracts'
import type { Model, State } from '#scoring'
import type { Actor } from '../accounts/index.ts'
import type { Known } from '../customers/index.ts'
import type { Message, Store, StoredSignal } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import { TZDate } from '@date-fns/tz'
import { trusted } from 'mongoose'
import { actionInWords, assess, emptyState, foldInto, priorModel, reasonInWords, signalTable } from '#scoring'
import { visibleCustomer } from '../customers/index.ts'
import { LoupeError } from '../platform/errors.ts'
import { eventsBehind, goldMovesAt, goldTies, houseModel, modelCalled, modelInUse, placeFor } from '../readiness/index.ts'
import { houseTimeZone } from './hours.ts'

const dayMs = 86_400_000
const pageSize = 1000
/** Newest signals of a person that are folded, as when their ledger is folded anew. */
const mostSignals = 20_000
const mostOnDay = 50
/** How long after a complaint nobody is nudged. */
const complaintOpenMs = 14 * dayMs
const outcomeTypes = Object.keys(signalTable).filter(type => signalTable[type]!.outcome)

/** First moment of a day (`YYYY-MM-DD`) and of the next one at a place, milliseconds. */
export function daySpan(day: string, timeZone: string): { start: number, end: number } {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number]
  const midnight = (of: number) => new TZDate(year, month - 1, of, timeZone).getTime()
  return { start: midnight(date), end: midnight(date + 1) }
}

/** What was folded from a ledger until a moment. */
interface Refolded {
  state: State
  onDay: ReadinessReplay['onDay']
  optedOut: boolean
  complaintMs: number | null
}

/** Folds a person's ledger until `untilMs` (not included), in pages, so that a long life fills no memory. */
async function refoldUntil(ctx: Context, model: Model, customerId: string, startMs: number, untilMs: number): Promise<Refolded> {
  const { signals } = ctx.models
  const before = { $lt: new Date(untilMs) }
  const [oldest] = await signals.find({ customerId, at: trusted(before) }, { at: 1 }).sort({ customerId: -1, at: -1, _id: -1 }).skip(mostSignals).limit(1).lean<Pick<StoredSignal, 'at'>[]>()
  const result: Refolded = { state: emptyState(), onDay: [], optedOut: false, complaintMs: null }
  let after: StoredSignal | null = null
  for (;;) {
    const at: object = after ? { ...before, $gte: after.at } : oldest ? { ...before, $gt: oldest.at } : before
    const rest: object = after ? trusted({ $or: [{ at: trusted({ $gt: after.at }) }, { at: after.at, _id: trusted({ $gt: after._id }) }] }) : {}
    const page = await signals.find({ customerId, at: trusted(at), ...rest }, { type: 1, at: 1, meta: 1 }).sort({ customerId: 1, at: 1, _id: 1 }).limit(pageSize).lean<StoredSignal[]>()
    for (const signal of page) take(model, result, signal, startMs)
    after = page.at(-1) ?? null
    if (!after || page.length < pageSize) return result
  }
}

function take(model: Model, result: Refolded, { _id, type, at, meta }: StoredSignal, startMs: number): void {
  foldInto(model, result.state, { id: _id, type, at: at.getTime(), ...(meta ? { meta } : {}) })
  if (type === 'opt_out' || type === 'opt_in') result.optedOut = type === 'opt_out'
  if (type === 'complaint') result.complaintMs = at.getTime()
  if (at.getTime() >= startMs && result.onDay.length < mostOnDay) result.onDay.push({ id: _id, signal: type, at: at.toISOString() })
}

/** The model that the house was read with at a moment. */
async function modelAt(ctx: Context, atMs: number): Promise<Model> {
  const { uses } = await modelInUse(ctx)
  const use = uses.find(use => Date.parse(use.since) <= atMs)
  return (use && await modelCalled(ctx, use.version)) ?? priorModel()
}

async function awaitedReply(ctx: Context, { conversation }: Known, untilMs: number): Promise<boolean> {
  if (!conversation) return false
  const [last] = await ctx.models.messages.find({ conversationId: conversation._id, at: trusted({ $lt: new Date(untilMs) }) }, { direction: 1 }).sort({ conversationId: -1, at: -1, _id: -1 }).limit(1).lean<Pick<Message, 'direction'>[]>()
  return last?.direction === 'in'
}

/** The first visit or purchase from a moment on. */
async function nextOutcome(ctx: Context, customerId: string, fromMs: number): Promise<{ type: SignalType, at: Date } | null> {
  const firsts = await Promise.all(outcomeTypes.map(type =>
    ctx.models.signals.find({ customerId, type: type as SignalType, at: trusted({ $gte: new Date(fromMs) }) }, { type: 1, at: 1 }).sort({ customerId: 1, type: 1, at: 1 }).limit(1).lean<Pick<StoredSignal, 'type' | 'at'>[]>()))
  return firsts.flat().sort((a, b) => a.at.getTime() - b.at.getTime())[0] ?? null
}

async function placeOf(ctx: Context, { customer, conversation }: Known): Promise<string> {
  if (customer.timeZone) return customer.timeZone
  const stores = await ctx.models.stores.find({}, { timeZone: 1 }).lean<Pick<Store, '_id' | 'timeZone'>[]>()
  return stores.find(store => store._id === conversation?.storeId)?.timeZone ?? houseTimeZone(stores)
}

/**
 * What the engine says of a person at a day's end, folded anew from the ledger as far as that day, with the model that was in use then (or is now). What was
 * told later of an earlier time counts at its own time.
 * @throws LoupeError `not_found`; `invalid` for a day that has not begun
 */
export async function replayReadiness(ctx: Context, actor: Actor, customerId: string, { day, model: which }: ReplayQuery): Promise<ReadinessReplay> {
  const known = await visibleCustomer(ctx, actor, customerId)
  const { customer } = known
  const timeZone = await placeOf(ctx, known)
  const { start, end } = daySpan(day, timeZone)
  if (start > ctx.now()) throw new LoupeError('invalid', 'That day has not begun.')
  const until = Math.min(end, ctx.now() + 1)
  const model = which === 'now' ? await houseModel(ctx) : await modelAt(ctx, until)
  const [refolded, awaitingReply, came] = await Promise.all([
    refoldUntil(ctx, model, customer._id, start, until),
    awaitedReply(ctx, known, until),
    nextOutcome(ctx, customer._id, until),
  ])
  const { state, onDay, optedOut, complaintMs } = refolded
  const at = until - 1
  const gold = (await goldTies(ctx, [customer], await goldMovesAt(ctx, at), at)).get(customer._id)
  const readiness = state.folded === 0
    ? null
    : assess(model, state, at, { optedOut, complaintOpen: complaintMs !== null && complaintMs > at - complaintOpenMs, awaitingReply: awaitingReply && !optedOut, ...placeFor(customer), timeZone, ...(gold ? { gold } : {}) })
  return {
    customerId: customer._id,
    day,
    at: new Date(at).toISOString(),
    timeZone,
    modelVersion: model.version,
    readiness,
    inWords: { reasons: readiness?.reasons.map(reason => reasonInWords(reason)) ?? [], nextAction: readiness && actionInWords(readiness.nextAction) },
    behind: readiness ? await eventsBehind(ctx, customer._id, state, readiness.reasons, at) : [],
    known: state.folded + state.unknown,
    onDay,
    came: came && { signal: came.type, at: came.at.toISOString(), days: Math.round((came.at.getTime() - at) / dayMs * 10) / 10 },
  }
}
