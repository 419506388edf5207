import type { Collection } from '../storage/collection.ts'
import type { Environment } from '../storage/environment.ts'
import type { DocumentStream, PreparedQuery, Query, ScanCounts } from './plan.ts'
import { StoredDocument } from '../bson/stored-document.ts'
import { collationKey } from '../query/collation.ts'
import { parseFilter } from '../query/filter.ts'
import { compileFilter } from '../query/match.ts'
import { compileSort } from '../query/sort.ts'
import { prefixed } from '../storage/environment.ts'
import { encodeId } from '../storage/keys.ts'
import { scanRange } from '../storage/scan.ts'
import { PAUSE } from './plan.ts'

const NO_BYTES = new Uint8Array()

/** Parses and compiles a query. */
export function prepareQuery(collection: Collection, query: Query): PreparedQuery {
  const stringKey = collationKey(query.collation)
  const node = parseFilter(query.filter)
  const context = { ...(stringKey ? { stringKey } : {}), ...(query.variables ? { variables: query.variables } : {}) }
  return { collection, query, node, matches: compileFilter(node, context), ...(stringKey ? { stringKey } : {}) }
}

/** The documents a query finds, in its order, after skip and limit. */
export function* runQuery(environment: Environment, prepared: PreparedQuery, counts: ScanCounts): DocumentStream {
  const { query } = prepared
  let skip = query.skip ?? 0
  let left = query.limit ? query.limit : Infinity
  for (const document of sorted(environment, prepared, counts)) {
    if (document === PAUSE) {
      yield PAUSE
      continue
    }
    if (skip > 0) {
      skip--
      continue
    }
    yield document
    if (--left === 0)
      return
  }
}

function* sorted(environment: Environment, prepared: PreparedQuery, counts: ScanCounts): DocumentStream {
  const { query, stringKey } = prepared
  const matching = filtered(environment, prepared, counts)
  if (!query.sort || Object.keys(query.sort).length === 0) {
    yield* matching
    return
  }
  const { keyOf, compare } = compileSort(query.sort, stringKey)
  const keyed: { document: StoredDocument, key: unknown[] }[] = []
  for (const document of matching) {
    if (document === PAUSE)
      yield PAUSE
    else
      keyed.push({ document, key: keyOf(document) })
  }
  keyed.sort((a, b) => compare(a.key, b.key))
  for (const { document } of keyed)
    yield document
}

function* filtered(environment: Environment, prepared: PreparedQuery, counts: ScanCounts): DocumentStream {
  const { collection, node, matches } = prepared
  if (node.kind === 'field' && node.path === '_id' && node.test.condition.op === 'eq' && !node.test.negated && !prepared.stringKey) {
    const document = collection.get(encodeId(node.test.condition.value))
    counts.keysExamined++
    if (document) {
      counts.docsExamined++
      if (matches(document))
        yield document
    }
    return
  }
  const range = { from: prefixed(collection.number, NO_BYTES), to: prefixed(collection.number + 1, NO_BYTES) }
  for (const { value } of scanRange(environment.documents, range, false)) {
    const document = new StoredDocument(value)
    counts.docsExamined++
    if (matches(document))
      yield document
    else if (counts.docsExamined % 64 === 0)
      yield PAUSE
  }
}
