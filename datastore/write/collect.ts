import type { StoredDocument } from '../bson/stored-document.ts'
import type { Query } from '../planner/plan.ts'
import type { Collection } from '../storage/collection.ts'
import type { Store } from '../store.ts'
import { noCounts, prepareQuery, runQuery } from '../planner/execute.ts'

/** How much a statement may read and find to be done within one transaction. */
export interface Effort { examined: number, found: number, bytes: number }

/** What takes some ten milliseconds. */
export const LITTLE: Effort = { examined: 4000, found: 1000, bytes: 8 * 1024 * 1024 }
export const WHATEVER: Effort = { examined: Infinity, found: Infinity, bytes: Infinity }

/** Thrown, before anything is written, by a statement that is too much for one transaction. */
export class TooMuch extends Error {}

/**
 * All documents a query finds; read to the end before anything is written, so that a write cannot be met again.
 * @throws TooMuch when that is more than `effort` allows
 */
export function collect(store: Store, collection: Collection, query: Query, effort: Effort = WHATEVER): StoredDocument[] {
  const found: StoredDocument[] = []
  const counts = noCounts()
  let bytes = 0
  for (const document of runQuery(store.environment, prepareQuery(collection, query), counts)) {
    if (document !== null) {
      found.push(document)
      bytes += document.bytes.length
    }
    if (counts.keysExamined + counts.docsExamined > effort.examined || found.length > effort.found || bytes > effort.bytes)
      throw new TooMuch()
  }
  return found
}
