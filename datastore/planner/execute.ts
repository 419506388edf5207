import type { Fields } from '../bson/decode.ts'
import type { Collection } from '../storage/collection.ts'
import type { Readable } from '../storage/read-view.ts'
import type { IdPlan } from './by-id.ts'
import type { Candidate } from './candidates.ts'
import type { AccessPlan } from './choose.ts'
import type { DocumentStream, PreparedQuery, Query, ScanCounts } from './plan.ts'
import { collationKey } from '../query/collation.ts'
import { parseFilter } from '../query/filter.ts'
import { compileFilter } from '../query/match.ts'
import { compileSort } from '../query/sort.ts'
import { encodeId } from '../storage/keys.ts'
import { readDocument } from '../storage/read-view.ts'
import { choosePlan } from './choose.ts'
import { PAUSE } from './plan.ts'
import { byUniqueKey, countEntries, isUniqueKey, scanCollection, scanIndex } from './scans.ts'
import { Sorter } from './sorter.ts'

/** A sort offers to pause after so many documents. */
const PAUSE_EVERY = 64

/** Refuses what is wrong with a query where there is no collection to run it on. @throws DatastoreError as parsing and compiling it does */
export function checkQuery({ filter, sort, collation, variables }: Query): void {
  compileFilter(parseFilter(filter), variables ? { variables } : {})
  collationKey(collation)
  if (sort)
    compileSort(sort)
}

/** Parses and compiles a query. */
export function prepareQuery(collection: Collection, query: Query): PreparedQuery {
  const collation = query.collation ?? collection.options.collation as Fields | undefined
  const stringKey = collationKey(collation)
  const node = parseFilter(query.filter)
  const context = { ...(stringKey ? { stringKey } : {}), ...(query.variables ? { variables: query.variables } : {}) }
  return { collection, query: collation === query.collation ? query : { ...query, collation }, node, matches: compileFilter(node, context), matchesAll: node.kind === 'and' && node.nodes.length === 0, ...(stringKey ? { stringKey } : {}) }
}

/** No scan yet. */
export function noCounts(): ScanCounts {
  return { keysExamined: 0, docsExamined: 0 }
}

/** The documents a query finds, in its order, after skip and limit. */
export function* runQuery(environment: Readable, prepared: PreparedQuery, counts = noCounts(), plan = choosePlan(environment, prepared)): DocumentStream {
  const { query } = prepared
  if (plan.kind === 'collection')
    counts.scannedCollection = true
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
export function* countDocuments(environment: Readable, prepared: PreparedQuery, counts = noCounts()): Generator<number | typeof PAUSE> {
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
  for (const document of runQuery(environment, unordered, counts, plan)) {
    if (document !== PAUSE)
      n++
    yield PAUSE
  }
  yield n
}

function ordered(environment: Readable, prepared: PreparedQuery, plan: AccessPlan, counts: ScanCounts): DocumentStream {
  const found = access(environment, prepared, plan, counts)
  return needsSort(prepared, plan) ? sorted(found, prepared, counts) : found
}

function* sorted(found: DocumentStream, { query, stringKey }: PreparedQuery, counts: ScanCounts): DocumentStream {
  counts.sortedInMemory = true
  const { keyOf, compare } = compileSort(query.sort!, stringKey)
  const wanted = query.limit ? query.limit + (query.skip ?? 0) : Infinity
  const sorter = new Sorter(compare, wanted)
  let added = 0
  for (const document of found) {
    if (document === PAUSE) {
      yield PAUSE
      continue
    }
    sorter.add(document, keyOf(document))
    if (++added % PAUSE_EVERY === 0)
      yield PAUSE
  }
  yield* sorter.sorted()
}

function access(environment: Readable, prepared: PreparedQuery, plan: AccessPlan, counts: ScanCounts): DocumentStream {
  switch (plan.kind) {
    case 'id':
      return byIds(environment, prepared, plan, counts)
    case 'index':
      return isUniqueKey(plan.candidate) ? byUniqueKey(environment, prepared, plan.candidate, counts) : scanIndex(environment, prepared, plan.candidate, counts)
    case 'union':
      return inUnion(environment, prepared, plan.branches.map(({ candidate }) => candidate), counts)
    case 'collection':
      return scanCollection(environment, prepared, plan.reverse, counts)
  }
}

function* byIds(environment: Readable, { collection, matches }: PreparedQuery, plan: IdPlan, counts: ScanCounts): DocumentStream {
  for (const key of plan.keys) {
    const document = readDocument(environment, collection, key)
    if (!document)
      continue
    counts.keysExamined++
    counts.docsExamined++
    if (plan.exact || matches(document))
      yield document
  }
}

function* inUnion(environment: Readable, prepared: PreparedQuery, candidates: readonly Candidate[], counts: ScanCounts): DocumentStream {
  const seen = new Set<string>()
  for (const candidate of candidates) {
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
}
