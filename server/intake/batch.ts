import type { Context } from '../platform/context.ts'
import type { ChannelBook } from './channel-book.ts'
import type { Pace } from './rush.ts'
import type { Share } from './shares.ts'
import type { Taken } from './take-in.ts'
import { takeNews } from '../channels/index.ts'
import { completeMerges } from '../identity/merging/index.ts'
import { durable } from '../platform/database.ts'
import { takeTurns } from '../platform/turns.ts'
import { insertMissing } from '../platform/writes.ts'
import { auditOf, stateAfter } from './apply/index.ts'
import { joinPeople } from './join.ts'
import { countFailure, intakeFailed, mark } from './marks.ts'
import { waitingDeliveries } from './parcels.ts'
import { readDesk } from './read-desk.ts'
import { sharesOf } from './shares.ts'
import { read, sortEvents } from './take-in.ts'
import { workDesk } from './work-desk.ts'
import { Retake, tell, writeDesk } from './write-desk.ts'

/** Takes what providers say became of our messages. Called with several at once; doing it again changes nothing. */
export type StatusSink = (reports: { channelId: string, at: Date, event: Taken['events'][number] }[]) => Promise<void>

/** What a batch needs beside the context. */
export interface Tools {
  book: ChannelBook
  statuses: StatusSink
}

const mostEvents = 1000
const mostRetakes = 8
const mostAttempts = 3

/** The oldest stored deliveries that are not being worked on: whole parcels, about `most` deliveries and as many events as make a good batch. */
export async function nextDeliveries(ctx: Context, most: number, atWork: readonly Taken[] = []): Promise<Taken[]> {
  const groups = await waitingDeliveries(ctx, most, atWork.map(({ delivery }) => delivery))
  const taken: Taken[] = []
  const turns = takeTurns()
  let events = 0
  for (const group of groups) {
    const together: Taken[] = []
    for (const delivery of group) {
      const one = read(delivery)
      events += one.events.length
      together.push(one)
      await turns()
    }
    if (taken.length > 0 && events > mostEvents) break
    taken.push(...together)
  }
  return taken
}

async function keepNews(ctx: Context, { book }: Tools, news: Awaited<ReturnType<typeof sortEvents>>['news']): Promise<void> {
  if (news.length === 0) return
  await insertMissing(ctx.models.audit, news.map(({ event, key, at, channels }) => auditOf(event, key, at, channels[0] ?? null)), durable)
  for (const { event, channels, at } of news) {
    const state = stateAfter(event)
    if (!state) continue
    for (const { _id } of channels) await takeNews(ctx, _id, { state, reason: event.status?.slice(0, 200) ?? null, at })
  }
  await book.refresh()
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

/** Works on one delivery alone. @throws when it fails and may be tried again */
async function workAlone(ctx: Context, tools: Tools, one: Taken): Promise<Taken> {
  if (one.error !== null) return one
  try {
    await workOn(ctx, tools, [one], true)
    return one
  }
  catch (error) {
    if (isStoreAway(error)) throw error
    ctx.log.error({ err: error, deliveryId: one.delivery.id, adapter: one.delivery.adapter }, 'a delivery could not be worked on')
    if (await countFailure(ctx, one.delivery) < mostAttempts) throw error
    return { ...one, error: intakeFailed }
  }
}

/** The first `most` of them, or all where little would be left: a piece costs much the same however small it is. */
function pieceOf(rest: readonly Taken[], most: number): readonly Taken[] {
  return rest.length <= most * 1.5 ? rest : rest.slice(0, most)
}

/**
 * Works on deliveries, in pieces at the pace that is given, and marks them. Where that fails for a reason of our own they are tried one by one, so that one that cannot be worked on holds up
 * nobody: after three attempts it is kept as failed. `suspect` says that an earlier try may have ended in the middle.
 * @throws the store's errors, and ours for a single delivery that may be tried again
 */
export async function takeIn(ctx: Context, tools: Tools, taken: readonly Taken[], suspect: boolean, pace: Pace): Promise<void> {
  try {
    for (let rest = taken.filter(one => one.error === null); rest.length > 0;) {
      const piece = pieceOf(rest, await pace.turn())
      await workOn(ctx, tools, piece, suspect)
      pace.done()
      rest = rest.slice(piece.length)
    }
    await mark(ctx, taken, suspect)
  }
  catch (error) {
    if (isStoreAway(error)) throw error
    ctx.log.warn({ err: error, deliveries: taken.length }, 'a batch failed and is tried one by one')
    const alone: Taken[] = []
    for (const one of taken) alone.push(await workAlone(ctx, tools, one))
    await mark(ctx, alone, true)
  }
}

/** Errors after which nothing can be said of a delivery: the store did not answer. */
export function isStoreAway(error: unknown): boolean {
  return error instanceof Error && /^Mongo\w*(?:Network|Selection|NotConnected|PoolCleared|PoolClosed|Topology|Closed|Timeout|Expired)\w*$/.test(error.name)
}
