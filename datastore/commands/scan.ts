import type { Query, ScanCounts } from '../planner/plan.ts'
import type { Durability } from '../storage/write-queue.ts'
import type { LongWork } from '../write/change-found.ts'
import type { CommandContext } from './command.ts'
import { TurnClock } from '../planner/drain.ts'
import { noCounts } from '../planner/execute.ts'
import { ReadView } from '../storage/read-view.ts'

/** What a reading command reads with: the store at one moment, its share of the thread, and what the reading costs. */
export interface Scan { view: ReadView, clock: TurnClock, counts: ScanCounts }

/** Reads for a command: the store as at one moment however long it takes, within the command's time limit; told of when it was slow for want of an index. */
export async function scanning<T>(context: CommandContext, namespace: string, query: Query, read: (scan: Scan) => Promise<T>): Promise<T> {
  const view = new ReadView(context.store.environment)
  const counts = noCounts()
  const started = performance.now()
  try {
    return await read({ view, clock: new TurnClock(context.limit, view), counts })
  }
  finally {
    view.release()
    tellIfSlow(context, namespace, query, counts, performance.now() - started)
  }
}

/** Tells of a query that is over, if it was slow for want of an index. */
export function tellIfSlow({ server, body }: CommandContext, namespace: string, { filter, sort }: Query, counts: ScanCounts, millis: number): void {
  server.slowQueries.ended({ command: Object.keys(body)[0] ?? '', namespace, filter, ...(sort ? { sort } : {}), counts, millis })
}

/** How a writing command carries out a statement that takes long. */
export function longWork(context: CommandContext, namespace: string, durability: Durability): LongWork {
  return { durability, limit: context.limit, ended: (query, counts, millis) => tellIfSlow(context, namespace, query, counts, millis) }
}
