import type { Query } from '../planner/plan.ts'
import type { Collection } from '../storage/collection.ts'
import type { Store } from '../store.ts'
import type { LongWork } from './change-found.ts'
import type { Effort } from './collect.ts'
import { checkQuery } from '../planner/execute.ts'
import { changeFound } from './change-found.ts'
import { collect } from './collect.ts'

/** Deletes the documents a query finds, inside a write transaction. @returns how many @throws TooMuch as `collect` does */
export function deleteDocuments(store: Store, collection: Collection | undefined, query: Query, effort?: Effort): number {
  if (!collection) {
    checkQuery(query)
    return 0
  }
  const found = collect(store, collection, query, effort)
  for (const document of found)
    store.changed(collection, collection.remove(document))
  return found.length
}

/** Deletes the documents a query finds, in several transactions; see `changeFound`. @returns how many */
export async function deleteInSteps(store: Store, collection: Collection | undefined, query: Query, work: LongWork): Promise<number> {
  if (!collection)
    return 0
  const { changed } = await changeFound(store, collection, query, query.limit || Infinity, work, (present, document) => {
    store.changed(present, present.remove(document))
  })
  return changed
}
