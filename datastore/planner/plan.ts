import type { StringKey } from '../bson/compare.ts'
import type { Fields } from '../bson/decode.ts'
import type { StoredDocument } from '../bson/stored-document.ts'
import type { FilterNode } from '../query/filter.ts'
import type { Matcher } from '../query/match.ts'
import type { Collection } from '../storage/collection.ts'

/** What is asked of a collection. */
export interface Query {
  filter: Fields
  sort?: Fields
  skip?: number
  limit?: number
  hint?: unknown
  collation?: Fields
  variables?: Fields
}

/** A query with its filter parsed and compiled. */
export interface PreparedQuery {
  collection: Collection
  query: Query
  node: FilterNode
  matches: Matcher
  /** The filter is empty. */
  matchesAll: boolean
  stringKey?: StringKey
}

/** What running a plan has cost so far. */
export interface ScanCounts { keysExamined: number, docsExamined: number, /** No index was used. */ scannedCollection?: true, /** No index gave the order. */ sortedInMemory?: true }

/** Yielded by scans now and then without a document, so that a long one can be paused. */
export const PAUSE = null

export type DocumentStream = Generator<StoredDocument | typeof PAUSE>
