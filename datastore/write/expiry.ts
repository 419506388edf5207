import type { Collection } from '../storage/collection.ts'
import type { IndexDefinition } from '../storage/index-definition.ts'
import type { Store } from '../store.ts'
import { deleteDocuments } from './delete.ts'

/** How many documents one transaction removes, so that other writes get between. */
const BATCH = 500

/** Removes expired documents from time to time; `stop` ends that, `idle` waits for the round under way. */
export function startExpiry(store: Store, everyMillis: number): { stop: () => void, idle: () => Promise<void> } {
  let round = Promise.resolve()
  let stopped = false
  const timer = setInterval(() => {
    // A round that fails (a full disk, say) leaves the documents for the next.
    round = round.then(() => removeExpired(store, () => stopped)).then(() => {}, () => {})
  }, everyMillis)
  timer.unref()
  return {
    stop: () => {
      stopped = true
      clearInterval(timer)
    },
    idle: () => round,
  }
}

/** Removes the documents whose date in a TTL index lies longer ago than the index allows, in batches. */
export async function removeExpired(store: Store, isStopped: () => boolean = () => false): Promise<number> {
  let removed = 0
  for (const collection of store.catalogue.list()) {
    for (const index of collection.indexes) {
      if (index.expireAfterSeconds !== undefined)
        removed += await removeFrom(store, collection, index, isStopped)
    }
  }
  return removed
}

async function removeFrom(store: Store, collection: Collection, index: IndexDefinition, isStopped: () => boolean): Promise<number> {
  let removed = 0
  for (;;) {
    if (isStopped())
      return removed
    const oldest = new Date(store.now().getTime() - index.expireAfterSeconds! * 1000)
    const partial = index.partial ? [index.partial.filter] : []
    const batch = await store.write(() => {
      // The collection may have been dropped or renamed since.
      const present = store.catalogue.lookup(collection.database, collection.name)
      if (!present?.indexes.includes(index))
        return 0
      return deleteDocuments(store, present, { filter: { $and: [{ [index.fields[0]!.path]: { $lte: oldest } }, ...partial] }, limit: BATCH })
    })
    removed += batch
    if (batch < BATCH)
      return removed
  }
}
