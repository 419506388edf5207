import type { Readable, ReadTable } from '../storage/read-view.ts'
import type { IdPlan } from './by-id.ts'
import type { Candidate } from './candidates.ts'
import type { PreparedQuery } from './plan.ts'
import { sameValue } from '../bson/compare.ts'
import { fail } from '../errors.ts'
import { isDocument } from '../query/paths.ts'
import { parseSort } from '../query/sort.ts'
import { planById } from './by-id.ts'
import { candidatesFor, hintedCandidate } from './candidates.ts'

/** How the documents of a query are found, before sorting what is not in order yet. */
export type AccessPlan
  = | IdPlan
    | { kind: 'index', candidate: Candidate, rejected: Candidate[] }
    | { kind: 'union', branches: { prepared: PreparedQuery, candidate: Candidate }[] }
    | { kind: 'collection', reverse: boolean }

/** What probing a candidate counts to at most. */
const PROBE_KEYS = 200
/** Stands for "many" once probing has reached its end. */
const MANY = 1_000_000

/** Chooses the way to the documents of a query. @throws DatastoreError BadValue (2) for a hint that names no index */
export function choosePlan(environment: Readable, prepared: PreparedQuery): AccessPlan {
  const { query, collection } = prepared
  const sort = query.sort ? parseSort(query.sort) : []
  const byId = query.hint === undefined ? planById(prepared, sort) : undefined
  if (byId)
    return byId
  if (query.hint !== undefined && !(isDocument(query.hint) && Object.keys(query.hint).length === 0)) {
    if (isDocument(query.hint) && '$natural' in query.hint)
      return { kind: 'collection', reverse: Number(query.hint.$natural) < 0 }
    const index = [collection.primary, ...collection.indexes].find(({ name, spec }) => isDocument(query.hint) ? sameValue(spec.key, query.hint) : name === query.hint)
    if (!index)
      fail('BadValue', 'error processing query: planner returned error: hint provided does not correspond to an existing index')
    return { kind: 'index', candidate: hintedCandidate(prepared, index, index === collection.primary, sort), rejected: [] }
  }
  const candidates = candidatesFor(prepared, sort)
  const best = cheapest(environment, candidates, prepared, sort.length > 0)
  if (best && (best.bound > 0 || !hasUnion(prepared)))
    return { kind: 'index', candidate: best, rejected: candidates.filter(candidate => candidate !== best) }
  const branches = unionOf(environment, prepared)
  if (branches)
    return { kind: 'union', branches }
  return best ? { kind: 'index', candidate: best, rejected: [] } : { kind: 'collection', reverse: false }
}

function hasUnion({ node }: PreparedQuery): boolean {
  return node.kind === 'or' || (node.kind === 'and' && node.nodes.some(child => child.kind === 'or'))
}

/** For an `$or` whose every branch has an index, those indexes. */
function unionOf(environment: Readable, prepared: PreparedQuery): { prepared: PreparedQuery, candidate: Candidate }[] | undefined {
  const { node } = prepared
  const or = node.kind === 'or' ? node : node.kind === 'and' ? node.nodes.find(child => child.kind === 'or') : undefined
  if (!or || or.kind !== 'or')
    return undefined
  const branches: { prepared: PreparedQuery, candidate: Candidate }[] = []
  for (const child of or.nodes) {
    const branch = { ...prepared, node: child }
    const candidate = cheapest(environment, candidatesFor(branch, []).filter(({ bound }) => bound > 0), branch, false)
    if (!candidate)
      return undefined
    branches.push({ prepared: branch, candidate })
  }
  return branches
}

function cheapest(environment: Readable, candidates: readonly Candidate[], prepared: PreparedQuery, sorting: boolean): Candidate | undefined {
  if (candidates.length < 2)
    return candidates[0]
  const unique = candidates.find(({ index, points, groups }) => index.unique && points === index.fields.length && groups.length === 1 && groups[0]!.ranges.length === 1)
  if (unique)
    return unique
  const dominant = candidates.find(candidate => candidates.every(other => other === candidate || dominates(candidate, other)))
  if (dominant)
    return dominant
  const wanted = prepared.query.limit ? prepared.query.limit + (prepared.query.skip ?? 0) : Infinity
  let best: { candidate: Candidate, cost: number } | undefined
  for (const candidate of candidates) {
    const cost = costOf(environment, candidate, wanted, sorting)
    if (!best || cost < best.cost)
      best = { candidate, cost }
  }
  return best?.candidate
}

function dominates(a: Candidate, b: Candidate): boolean {
  return a.points > 0 && a.points >= b.points && a.bound >= b.bound && (a.sorted || !b.sorted) && (a.exact || !b.exact)
    && (a.points > b.points || a.bound > b.bound || a.sorted !== b.sorted || a.exact !== b.exact || a.index.fields.length <= b.index.fields.length)
}

/** About how many documents a candidate leads to before the query has what it wants. */
function costOf(environment: Readable, candidate: Candidate, wanted: number, sorting: boolean): number {
  const keys = countKeys(candidate.primary ? environment.documents : environment.indexes, candidate, PROBE_KEYS)
  const reached = keys < PROBE_KEYS ? keys : MANY / 10 ** candidate.points / (candidate.bound > candidate.points ? 3 : 1)
  if (sorting && !candidate.sorted)
    return reached * 1.5
  return candidate.exact ? Math.min(reached, wanted) : Math.min(reached, wanted * 50)
}

function countKeys(table: ReadTable, candidate: Candidate, most: number): number {
  let count = 0
  for (const { ranges } of candidate.groups) {
    for (const { from, to } of ranges) {
      for (const _ of table.getKeys({ start: from, end: to, limit: most - count }))
        count++
      if (count >= most)
        return count
    }
  }
  return count
}
