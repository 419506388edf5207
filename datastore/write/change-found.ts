import type { Buffer } from 'node:buffer'
import type { StoredDocument } from '../bson/stored-document.ts'
import type { Query, ScanCounts } from '../planner/plan.ts'
import type { Collection } from '../storage/collection.ts'
import type { Durability } from '../storage/write-queue.ts'
import type { Store } from '../store.ts'
import type { TimeLimit } from '../time-limit.ts'
import { fail } from '../errors.ts'
import { TurnClock } from '../planner/drain.ts'
import { noCounts, prepareQuery, runQuery } from '../planner/execute.ts'
import { PAUSE } from '../planner/plan.ts'
import { encodeId } from '../storage/keys.ts'
import { ReadView } from '../storage/read-view.ts'

/** How a statement that takes long is carried out. */
export interface LongWork {
  durability: Durability
  limit?: TimeLimit | undefined
  /** Told of the scan when it is over. */
  ended?: (query: Query, counts: ScanCounts, millis: number) => void
}

/** How many documents one transaction changes at most, and for how long it keeps the thread. */
const AT_ONCE = 256
const STEP_MILLIS = 10
/** Of a statement that changes one document so many are found, in case others change them meanwhile. */
const CANDIDATES = 100
/** How long to wait for a place to read from. */
const PLACE_MILLIS = 20

/**
 * Changes the documents that a query finds, `most` at most, in transactions of bounded length: the scan sees one moment, and each document is changed only if it
 * still is what the query asks for. As in MongoDB, others see some of the documents changed before all are.
 * @returns how many were changed, and whether, asked inside a transaction, the collection is still as it was when they were looked for
 * @throws DatastoreError QueryPlanKilled (175) when the collection is dropped meanwhile, MaxTimeMSExpired (50)
 */
export async function changeFound(store: Store, collection: Collection, query: Query, most: number, work: LongWork, change: (collection: Collection, document: StoredDocument) => void): Promise<{ changed: number, isAsRead: () => boolean }> {
  const { skip: _skip, limit: _limit, ...unlimited } = query
  const view = new ReadView(store.environment)
  const clock = new TurnClock(work.limit, view)
  const counts = noCounts()
  const started = performance.now()
  let changed = 0
  let found: Buffer[] = []
  /** Inside a write transaction. @returns how many of the keys it has dealt with */
  const step = (keys: readonly Buffer[]): number => {
    const until = performance.now() + STEP_MILLIS
    const present = store.catalogue.numbered(collection.number) ?? fail('QueryPlanKilled', `collection dropped: ${collection.namespace}`)
    const { matches } = prepareQuery(present, unlimited)
    let dealt = 0
    for (const key of keys) {
      dealt++
      const document = present.get(key)
      if (document && matches(document)) {
        change(present, document)
        changed++
      }
      if (changed >= most || performance.now() > until)
        break
    }
    return dealt
  }
  const flush = async (): Promise<void> => {
    let keys = found
    found = []
    // eslint-disable-next-line no-unmodified-loop-condition -- `step` counts what it changes
    while (keys.length > 0 && changed < most)
      keys = keys.slice(await store.write(() => step(keys), work.durability))
  }
  try {
    let writes = -1
    while (!await view.hold(() => writes = collection.writes))
      await new Promise(resolve => setTimeout(resolve, PLACE_MILLIS))
    const prepared = prepareQuery(collection, most < CANDIDATES && unlimited.sort ? { ...unlimited, limit: CANDIDATES } : unlimited)
    for (const document of runQuery(view, prepared, counts)) {
      if (document !== PAUSE)
        found.push(encodeId(document.get('_id')))
      if (found.length >= Math.min(AT_ONCE, most))
        await flush()
      if (changed >= most)
        break
      if (clock.isOver())
        await clock.pause()
    }
    await flush()
    return { changed, isAsRead: () => store.catalogue.numbered(collection.number) === collection && collection.writes === writes }
  }
  finally {
    view.release()
    work.ended?.(query, counts, performance.now() - started)
  }
}
