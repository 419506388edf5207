import type { StoredDocument } from '../bson/stored-document.ts'
import type { Query } from '../planner/plan.ts'
import type { Collection } from '../storage/collection.ts'
import type { Store } from '../store.ts'
import { prepareQuery, runQuery } from '../planner/execute.ts'

/** Deletes the documents a query finds, inside a write transaction. @returns how many */
export function deleteDocuments(store: Store, collection: Collection | undefined, query: Query): number {
  if (!collection)
    return 0
  const found = collect(store, collection, query)
  for (const document of found)
    store.changed(collection, collection.remove(document))
  return found.length
}

/** All documents a query finds; read to the end before anything is written, so that a write cannot be met again. */
export function collect(store: Store, collection: Collection, query: Query): StoredDocument[] {
  const found: StoredDocument[] = []
  for (const document of runQuery(store.environment, prepareQuery(collection, query))) {
    if (document !== null)
      found.push(document)
  }
  return found
}
