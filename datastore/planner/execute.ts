import type { StoredDocument } from '../bson/stored-document.ts'
import type { Collection } from '../storage/collection.ts'
import type { Environment } from '../storage/environment.ts'
import type { AccessPlan } from './choose.ts'
import type { DocumentStream, PreparedQuery, Query, ScanCounts } from './plan.ts'
import { fail } from '../errors.ts'
import { collationKey } from '../query/collation.ts'
import { parseFilter } from '../query/filter.ts'
import { compileFilter } from '../query/match.ts'
import { compileSort } from '../query/sort.ts'
import { encodeId } from '../storage/keys.ts'
import { choosePlan } from './choose.ts'
import { PAUSE } from './plan.ts'
import { countEntries, lookUpUnique, scanCollection, scanIndex } from './scans.ts'

/** What a sort in memory may hold: more than MongoDB's 100 MB would need a disk. */
const MAX_SORT_BYTES = 256 * 1024 * 1024

/** Parses and compiles a query. */
export function prepareQuery(collection: Collection, query: Query): PreparedQuery {
  const stringKey = collationKey(query.collation)
  const node = parseFilter(query.filter)
  const context = { ...(stringKey ? { stringKey } : {}), ...(query.variables ? { variables: query.variables } : {}) }
  return { collection, query, node, matches: compileFilter(node, context), matchesAll: node.kind === 'and' && node.nodes.length === 0, ...(stringKey ? { stringKey } : {}) }
}

/** No scan yet. */
export function noCounts(): ScanCounts {
  return { keysExamined: 0, docsExamined: 0 }
}

/** The documents a query finds, in its order, after skip and limit. */
export function* runQuery(environment: Environment, prepared: PreparedQuery, counts = noCounts(), plan = choosePlan(environment, prepared)): DocumentStream {
  const { query } = prepared
  let skip = query.skip ?? 0
  let left = query.limit ? query.limit : Infinity
  for (const document of ordered(environment, prepared, plan, counts)) {
    if (document === PAUSE) {
      yield PAUSE
    }
    else if (skip > 0) {
      skip--
      yield PAUSE
    }
    else {
      yield document
      if (--left === 0)
        return
    }
  }
}

/** Whether a plan's documents still have to be sorted. */
export function needsSort(prepared: PreparedQuery, plan: AccessPlan): boolean {
  const { sort } = prepared.query
  if (!sort || Object.keys(sort).length === 0 || (plan.kind === 'id' && plan.sorted))
    return false
  return plan.kind !== 'index' || !plan.candidate.sorted
}

/** How many documents a query finds. An index whose entries tell is counted without reading a document. */
export function* countDocuments(environment: Environment, prepared: PreparedQuery): Generator<number | typeof PAUSE> {
  const { query } = prepared
  const unordered = { ...prepared, query: { ...query, sort: {} } }
  const plan = choosePlan(environment, unordered)
  let n = 0
  if (plan.kind === 'index' && plan.candidate.exact) {
    const skip = query.skip ?? 0
    for (const step of countEntries(environment, plan.candidate, query.limit ? query.limit + skip : Infinity)) {
      if (step === PAUSE)
        yield PAUSE
      else
        n = Math.max(0, step - skip)
    }
    yield n
    return
  }
  for (const document of runQuery(environment, unordered, noCounts(), plan)) {
    if (document !== PAUSE)
      n++
    yield PAUSE
  }
  yield n
}

function* ordered(environment: Environment, prepared: PreparedQuery, plan: AccessPlan, counts: ScanCounts): DocumentStream {
  const found = access(environment, prepared, plan, counts)
  if (!needsSort(prepared, plan))
    return yield* found
  const { query, stringKey } = prepared
  const { keyOf, compare } = compileSort(query.sort!, stringKey)
  const wanted = query.limit ? query.limit + (query.skip ?? 0) : Infinity
  let held: { document: StoredDocument, key: unknown[] }[] = []
  let bytes = 0
  const trim = (): void => {
    held.sort((a, b) => compare(a.key, b.key))
    if (held.length > wanted) {
      held = held.slice(0, wanted)
      bytes = held.reduce((sum, { document }) => sum + document.bytes.length, 0)
    }
  }
  for (const document of found) {
    if (document === PAUSE) {
      yield PAUSE
      continue
    }
    held.push({ document, key: keyOf(document) })
    bytes += document.bytes.length
    if (held.length >= wanted * 2 + 1000 || bytes > MAX_SORT_BYTES) {
      trim()
      if (bytes > MAX_SORT_BYTES)
        fail('ExceededMemoryLimit', `Sort exceeded memory limit of ${MAX_SORT_BYTES} bytes`)
    }
    if (held.length % 64 === 0)
      yield PAUSE
  }
  trim()
  for (const { document } of held)
    yield document
}

function* access(environment: Environment, prepared: PreparedQuery, plan: AccessPlan, counts: ScanCounts): DocumentStream {
  switch (plan.kind) {
    case 'id': {
      for (const key of plan.keys) {
        const document = prepared.collection.get(key)
        if (!document)
          continue
        counts.keysExamined++
        counts.docsExamined++
        if (plan.exact || prepared.matches(document))
          yield document
      }
      return
    }
    case 'index': {
      const single = lookUpUnique(environment, prepared, plan.candidate)
      if (single !== undefined) {
        counts.keysExamined += single ? 1 : 0
        counts.docsExamined += single ? 1 : 0
        if (single)
          yield single
        return
      }
      yield* scanIndex(environment, prepared, plan.candidate, counts)
      return
    }
    case 'union': {
      const seen = new Set<string>()
      for (const { candidate } of plan.branches) {
        for (const document of scanIndex(environment, prepared, { ...candidate, exact: false }, counts)) {
          if (document === PAUSE) {
            yield PAUSE
            continue
          }
          const id = encodeId(document.get('_id')).toString('latin1')
          if (!seen.has(id))
            yield document
          seen.add(id)
        }
      }
      return
    }
    case 'collection':
      yield* scanCollection(environment, prepared, plan.reverse, counts)
  }
}
