import type { Delivery } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import type { ChannelBook } from './channel-book.ts'
import type { Share } from './shares.ts'
import type { Taken } from './take-in.ts'
import { completeMerges } from '../identity/merging/index.ts'
import { derived, durable } from '../platform/database.ts'
import { takeTurns } from '../platform/turns.ts'
import { insertMissing } from '../platform/writes.ts'
import { auditOf, stateAfter } from './apply/index.ts'
import { joinPeople } from './join.ts'
import { readDesk } from './read-desk.ts'
import { sharesOf } from './shares.ts'
import { read, sortEvents } from './take-in.ts'
import { workDesk } from './work-desk.ts'
import { Retake, tell, writeDesk } from './write-desk.ts'

/** Takes what providers say became of our messages. Called with several at once; doing it again changes nothing. */
export type StatusSink = (reports: { channelId: string, event: Taken['events'][number] }[]) => Promise<void>

/** What a batch needs beside the context. */
export interface Tools {
  book: ChannelBook
  statuses: StatusSink
}

const mostEvents = 1000
const mostRetakes = 8
const mostAttempts = 3

/** The oldest stored deliveries that are not being worked on, at most `most` and as many as make a good batch. */
export async function nextDeliveries(ctx: Context, most: number, atWork: readonly Taken[] = []): Promise<Taken[]> {
  const deliveries = await ctx.models.deliveries.find({ state: 'stored' }).sort({ state: 1, _id: 1 }).limit(most + atWork.length).lean<Delivery[]>()
  const ids = new Set(atWork.map(({ delivery }) => delivery._id))
  const taken: Taken[] = []
  const turns = takeTurns()
  let events = 0
  for (const delivery of deliveries) {
    if (ids.has(delivery._id) || taken.length === most) continue
    const one = read(delivery)
    events += one.events.length
    if (taken.length > 0 && events > mostEvents) break
    taken.push(one)
    await turns()
  }
  return taken
}

async function keepNews(ctx: Context, { book }: Tools, news: Awaited<ReturnType<typeof sortEvents>>['news']): Promise<void> {
  if (news.length === 0) return
  await insertMissing(ctx.models.audit, news.map(({ event, key, at, channel }) => auditOf(event, key, at, channel)), durable)
  for (const { event, channel } of news) {
    const state = stateAfter(event)
    if (!channel || !state || state === channel.state) continue
    await ctx.models.channels.updateOne({ _id: channel._id }, { $set: { state, stateReason: state === 'dead' ? event.status?.slice(0, 200) ?? null : null } })
    ctx.bus.emit('channel.changed', { channelId: channel._id })
    await book.refresh()
  }
}

async function workShare(ctx: Context, tools: Tools, { desk, arrivals }: Share): Promise<void> {
  await workDesk(desk, tools.book, arrivals)
  await tell(ctx, await writeDesk(ctx, desk))
}

/** Works on the events of deliveries to their end, in their order. Running it again changes nothing. */
export async function workOn(ctx: Context, tools: Tools, taken: readonly Taken[], suspect: boolean): Promise<void> {
  if (suspect) await completeMerges(ctx)
  const { arrivals, statuses, news } = await sortEvents(taken, tools.book)
  if (arrivals.length > 0) {
    for (let attempt = 0; ; attempt++) {
      try {
        const desk = await readDesk(ctx, tools.book, arrivals, suspect || attempt > 0)
        const shares = sharesOf(desk, arrivals)
        // All are waited for, also when one is to be done again: two of the same people at once would only disturb each other.
        const written = await Promise.allSettled(shares.map(share => workShare(ctx, tools, share)))
        const failed = written.find(result => result.status === 'rejected')
        if (failed) throw failed.reason
        await joinPeople(ctx, { ...desk, shared: shares.flatMap(share => share.desk.shared) })
        break
      }
      catch (error) {
        if (!(error instanceof Retake) || attempt === mostRetakes) throw error
      }
    }
  }
  if (statuses.length > 0) await tools.statuses(statuses)
  await keepNews(ctx, tools, news)
}

async function mark(ctx: Context, taken: readonly Taken[]): Promise<void> {
  const doneAt = new Date(ctx.now())
  const done = taken.filter(one => one.error === null)
  const failed = taken.filter(one => one.error !== null)
  const { collection } = ctx.models.deliveries
  await collection.bulkWrite([
    ...(done.length > 0 ? [{ updateMany: { filter: { _id: { $in: done.map(one => one.delivery._id) } }, update: { $set: { state: 'done', doneAt, error: null }, $inc: { attempts: 1 } } } }] : []),
    ...failed.map(({ delivery, error }) => ({ updateOne: { filter: { _id: delivery._id }, update: { $set: { state: 'failed', error }, $inc: { attempts: 1 } } } })),
  ] as never[], { ordered: false, ...derived })
  for (const { delivery, error } of failed) ctx.log.error({ deliveryId: delivery._id, adapter: delivery.adapter, code: error }, 'a delivery cannot be understood and is kept')
}

/**
 * Works on deliveries and marks them. Where that fails for a reason of our own they are tried one by one, so that one that cannot be worked on holds up
 * nobody: after three attempts it is kept as failed.
 * @throws the store's errors, and ours for a single delivery that may be tried again
 */
export async function takeIn(ctx: Context, tools: Tools, taken: readonly Taken[], suspect: boolean): Promise<void> {
  try {
    await workOn(ctx, tools, taken.filter(one => one.error === null), suspect)
    await mark(ctx, taken)
  }
  catch (error) {
    if (isStoreAway(error)) throw error
    if (taken.length > 1) {
      ctx.log.warn({ err: error, deliveries: taken.length }, 'a batch failed and is tried one by one')
      for (const one of taken) await takeIn(ctx, tools, [one], true)
      return
    }
    const [only] = taken
    if (!only) throw error
    ctx.log.error({ err: error, deliveryId: only.delivery._id, adapter: only.delivery.adapter }, 'a delivery could not be worked on')
    const found = await ctx.models.deliveries.findOneAndUpdate({ _id: only.delivery._id }, { $inc: { attempts: 1 } }, { returnDocument: 'after', lean: true })
    if ((found?.attempts ?? mostAttempts) < mostAttempts) throw error
    await ctx.models.deliveries.updateOne({ _id: only.delivery._id }, { $set: { state: 'failed', error: 'intake_failed' } })
  }
}

/** Errors after which nothing can be said of a delivery: the store did not answer. */
export function isStoreAway(error: unknown): boolean {
  return error instanceof Error && /^Mongo\w*(?:Network|Selection|NotConnected|PoolCleared|PoolClosed|Topology|Closed|Timeout|Expired)\w*$/.test(error.name)
}
