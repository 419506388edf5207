import type { Reason, ReasonEvent, ReasonEvents } from '#contracts'
import type { Behind, State } from '#scoring'
import type { StoredSignal } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import { trusted } from 'mongoose'
import { signalTypes } from '#contracts'
import { behindReason, signalTable } from '#scoring'
import { signalEntry, standsInThread } from '../conversations/index.ts'

/** What is nothing that a person did. */
const notDone = signalTypes.filter(type => !signalTable[type]?.active)
/** The first of a person's signals among which the one is that says where they came from. */
const mostFirst = 50

type Reading = Pick<Context, 'models'>

/**
 * The events behind each of these reasons, which the engine gave from `state`, found in the person's ledger up to a moment: the newest first, at most eight of
 * each. A message's signal leads to the message.
 */
export function eventsBehind(ctx: Reading, customerId: string, state: State, reasons: readonly Reason[], untilMs = Infinity): Promise<ReasonEvents[]> {
  return Promise.all(reasons.map(async (reason): Promise<ReasonEvents> => {
    const behind = behindReason(state, reason)
    if (!behind) return { events: [], more: false }
    const found = behind.source === undefined ? await newestOf(ctx, customerId, behind, untilMs) : await firstFrom(ctx, customerId, behind.source, untilMs)
    return { events: found.slice(0, behind.most).map(reasonEvent), more: behind.most > 1 && found.length > behind.most }
  }))
}

/** One more than is asked for, so that it is known whether there are others. */
async function newestOf({ models }: Reading, customerId: string, { types, most, fromMs, piece, amount }: Behind, untilMs: number): Promise<StoredSignal[]> {
  const at = { ...(fromMs === undefined ? {} : { $gte: new Date(fromMs) }), ...(untilMs === Infinity ? {} : { $lte: new Date(untilMs) }) }
  const filter = {
    customerId,
    ...(Object.keys(at).length > 0 ? { at: trusted(at) } : {}),
    // A courtesy is no sign, and no reason speaks of it.
    'meta.polite': trusted({ $ne: true }),
    ...(piece === undefined ? {} : { 'meta.pieceId': piece }),
    ...(amount === undefined ? {} : { 'meta.amount': trusted({ $gte: amount - 1, $lte: amount + 1 }) }),
  }
  const found = types === null
    ? await models.signals.find({ ...filter, type: trusted({ $nin: notDone }) }).sort({ customerId: -1, at: -1, _id: -1 }).limit(most + 1).lean<StoredSignal[]>()
    : (await Promise.all(signalTypes.filter(type => types.includes(type)).map(type => models.signals.find({ ...filter, type }).sort({ customerId: -1, type: -1, at: -1 }).limit(most + 1).lean<StoredSignal[]>()))).flat()
  return found.sort((a, b) => b.at.getTime() - a.at.getTime() || (a._id < b._id ? 1 : -1))
}

async function firstFrom({ models }: Reading, customerId: string, source: string, untilMs: number): Promise<StoredSignal[]> {
  const first = await models.signals.find({ customerId }).sort({ customerId: 1, at: 1, _id: 1 }).limit(mostFirst).lean<StoredSignal[]>()
  return first.filter(({ at, type, meta }) => at.getTime() <= untilMs && signalTable[type]?.side === 'customer' && meta?.source?.startsWith(source)).slice(0, 1)
}

function reasonEvent(signal: StoredSignal): ReasonEvent {
  return { ...signalEntry(signal), entryId: standsInThread(signal) ? signal._id : signal.messageId ?? null }
}
