import type { Fields } from '../bson/decode.ts'
import type { Condition, FilterNode } from '../query/filter.ts'
import type { SortField } from '../query/sort.ts'
import type { IndexDefinition } from '../storage/index-definition.ts'
import type { KeyRange } from '../storage/scan.ts'
import type { Bounds } from './bounds.ts'
import type { Interval } from './intervals.ts'
import type { PreparedQuery } from './plan.ts'
import { Buffer } from 'node:buffer'
import { ORDER, sameValue } from '../bson/compare.ts'
import { prefixed } from '../storage/environment.ts'
import { MAX_ID_BYTES, MAX_KEY_BYTES } from '../storage/keys.ts'
import { afterPrefix } from '../storage/scan.ts'
import { boundsOf } from './bounds.ts'
import { implies } from './implication.ts'
import { everything, intersect, isPoint, storedPoint, storedRange } from './intervals.ts'

/** A condition that every document found must meet, read from the top level of the filter. */
interface Requirement { path: string, condition: Condition, /** Conditions on the same element of an array share this. */ group: object | undefined }

/** A way through an index to the documents of a query. */
export interface Candidate {
  index: IndexDefinition
  /** Whether this is the order of the documents themselves, by `_id`. */
  primary: boolean
  /** Ranges of keys in stored order. When the scan is to give the query's order, groups are merged by what follows the first `prefix` bytes. */
  groups: { prefix: number, ranges: KeyRange[] }[]
  /** Bounds by field, for `explain`. */
  bounds: Interval[][]
  /** How many leading fields are bound to single values, and how many are bound at all. */
  points: number
  bound: number
  /** Whether all documents in the ranges match the filter. */
  exact: boolean
  /** The scan gives the query's order: once per range, ranges to be merged when there are several. */
  sorted: boolean
  reverse: boolean
  multikey: boolean
}

/** More ranges than this are not worth listing one by one. */
const MAX_RANGES = 4096
/** More ranges than this are not merged into one order. */
const MAX_MERGED = 128
const NO_BYTES = Buffer.alloc(0)

/** All the ways through indexes that narrow a query or give its order. */
export function candidatesFor(prepared: PreparedQuery, sort: readonly SortField[]): Candidate[] {
  const requirements = requirementsOf(prepared.node, undefined)
  const found: Candidate[] = []
  const { primary, indexes } = prepared.collection
  for (const index of [primary, ...indexes]) {
    // One whose first field is neither asked for nor sorted by narrows nothing and gives no order.
    const lead = index.fields[0]!.path
    if ((sort[0]?.path !== lead && !requirements.some(({ path }) => path === lead)) || !isUsable(prepared, index))
      continue
    const candidate = candidateFor(prepared, index, index === primary, requirements, sort)
    const incomplete = index.sparse && !candidate.bounds.slice(0, candidate.bound).some(excludesNull)
    if (!incomplete && (candidate.bound > 0 || candidate.sorted))
      found.push(candidate)
  }
  return found
}

/** The index a hint names, however little it narrows, and even if it leads to some of the documents only, as MongoDB has it. One of another collation is gone through from end to end. */
export function hintedCandidate(prepared: PreparedQuery, index: IndexDefinition, primary: boolean, sort: readonly SortField[]): Candidate {
  if (!sameCollation(prepared.query.collation, index.spec.collation as Fields | undefined))
    return candidateFor(prepared, index, primary, [], [])
  return candidateFor(prepared, index, primary, requirementsOf(prepared.node, undefined), sort)
}

function isUsable({ query, node }: PreparedQuery, index: IndexDefinition): boolean {
  if (!sameCollation(query.collation, index.spec.collation as Fields | undefined) || index.spec.hidden === true)
    return false
  return !index.partial || implies(node, index.partial.node)
}

function sameCollation(a: Fields | undefined, b: Fields | undefined): boolean {
  const simple = (collation: Fields | undefined): boolean => collation === undefined || collation.locale === 'simple'
  if (simple(a) || simple(b))
    return simple(a) && simple(b)
  return a!.locale === b!.locale && sameValue(a!.strength ?? 3, b!.strength ?? 3) && (a!.numericOrdering === true) === (b!.numericOrdering === true)
}

function requirementsOf(node: FilterNode, group: object | undefined, prefix = ''): Requirement[] {
  if (node.kind === 'and')
    return node.nodes.flatMap(child => requirementsOf(child, group, prefix))
  if (node.kind === 'or' && node.nodes.length === 1)
    return requirementsOf(node.nodes[0]!, group, prefix)
  if (node.kind !== 'field' || node.test.negated)
    return []
  const path = prefix + node.path
  const { condition } = node.test
  if (condition.op === 'elemMatch')
    return requirementsOf(condition.filter, group ?? condition, `${path}.`)
  return [{ path, condition, group }]
}

function candidateFor(prepared: PreparedQuery, index: IndexDefinition, primary: boolean, requirements: Requirement[], sort: readonly SortField[]): Candidate {
  const used: Requirement[] = []
  let exact = true
  let arrayGroup: object | undefined
  let arrayBound = false
  const bounds: Interval[][] = []
  let points = 0
  let bound = 0
  let open = true
  for (let i = 0; i < index.fields.length; i++) {
    const field = index.fields[i]!
    const multikey = index.multikey[i]!
    const mayBind: boolean = open && !field.parts.some(part => /^\d+$/.test(part)) && (!multikey || !arrayBound || arrayGroup !== undefined)
    const chosen: ReturnType<typeof choose> = mayBind ? choose(requirements, field.path, multikey, arrayBound ? arrayGroup : undefined, index) : undefined
    if (!chosen) {
      open = false
      bounds.push([everything()])
      continue
    }
    if (multikey) {
      arrayBound = true
      arrayGroup ??= chosen.group
    }
    used.push(...chosen.used)
    exact &&= chosen.bounds.exact
    bound++
    bounds.push(chosen.bounds.intervals)
    const allPoints = chosen.bounds.intervals.length > 0 && chosen.bounds.intervals.every(isPoint)
    if (allPoints)
      points++
    else
      open = chosen.bounds.intervals.length === 0
  }
  const listed = listRanges(index, bounds, bound, primary ? MAX_ID_BYTES : MAX_KEY_BYTES)
  const order = sortThrough(index, primary, bounds, listed.depth, sort)
  const groups = groupRanges(listed.ranges, order?.from ?? 0)
  return {
    index,
    primary,
    groups,
    bounds,
    points,
    bound,
    exact: exact && !listed.cut && listed.depth === bound && allConsumed(prepared.node, used),
    sorted: order !== undefined && groups.length <= MAX_MERGED,
    reverse: order?.reverse ?? false,
    multikey: index.multikey.includes(true),
  }
}

/** Whether a bound leaves out null and missing: a sparse index has no entry for documents without any of its fields. */
function excludesNull(intervals: readonly Interval[]): boolean {
  return !intervals.some(interval => interval.low.prefix[0]! <= ORDER.null && interval.high.prefix[0]! >= ORDER.null)
}

/** The conditions on one field that narrow it together; on a field that leads through arrays, only one may, or those on one element. */
function choose(requirements: Requirement[], path: string, multikey: boolean, group: object | undefined, index: IndexDefinition): { bounds: Bounds, used: Requirement[], group: object | undefined } | undefined {
  const known: { requirement: Requirement, bounds: Bounds }[] = []
  for (const requirement of requirements) {
    const bounds = requirement.path === path && (group === undefined || requirement.group === group) ? boundsOf(requirement.condition, index.stringKey) : undefined
    if (bounds)
      known.push({ requirement, bounds })
  }
  if (known.length === 0)
    return undefined
  known.sort((a, b) => narrowness(b.bounds) - narrowness(a.bounds))
  const [best] = known
  const together = multikey ? (best!.requirement.group ? known.filter(item => item.requirement.group === best!.requirement.group) : [best!]) : known
  return {
    bounds: { intervals: together.map(item => item.bounds.intervals).reduce(intersect), exact: together.every(item => item.bounds.exact) && together.every(item => item.requirement.group === undefined) },
    used: together.map(item => item.requirement),
    group: best!.requirement.group,
  }
}

function narrowness(bounds: Bounds): number {
  return bounds.intervals.every(isPoint) ? 1_000_000 - bounds.intervals.length : 0
}

/** Whether the conditions used for the bounds are all there is to the filter. */
function allConsumed(node: FilterNode, used: readonly Requirement[]): boolean {
  if (node.kind === 'and')
    return node.nodes.every(child => allConsumed(child, used))
  return node.kind === 'field' && !node.test.negated && used.some(({ condition }) => condition === node.test.condition)
}

interface ListedRange extends KeyRange { /** The length of the key's prefix before each field. */ starts: number[] }

/** The ranges of stored keys: every combination of the single values of leading fields, and the intervals of the next one. */
function listRanges(index: IndexDefinition, bounds: Interval[][], bound: number, most: number): { ranges: ListedRange[], depth: number, cut: boolean } {
  const head = prefixed(index.number, NO_BYTES)
  let prefixes = [{ bytes: head, starts: [head.length] }]
  for (let i = 0; i < bound; i++) {
    const intervals = bounds[i]!
    const { descending } = index.fields[i]!
    const ordered = descending ? [...intervals].reverse() : intervals
    const last = i === bound - 1 || !intervals.every(isPoint) || prefixes.length * intervals.length * bounds[i + 1]!.length > MAX_RANGES
    if (last) {
      const ranges: ListedRange[] = []
      let cut = false
      for (const { bytes, starts } of prefixes) {
        for (const interval of ordered) {
          const range = storedRange(bytes, interval, descending)
          const bounded = shortened(range, head.length + most)
          cut ||= bounded !== range
          ranges.push({ from: bounded.from, to: bounded.to, starts: isPoint(interval) ? [...starts, bytes.length + interval.low.prefix.length] : starts })
        }
      }
      return { ranges, depth: i + 1, cut }
    }
    prefixes = prefixes.flatMap(({ bytes, starts }) => ordered.map((interval) => {
      const longer = Buffer.concat([bytes, storedPoint(interval, descending)])
      return { bytes: longer, starts: [...starts, longer.length] }
    }))
  }
  return { ranges: [{ from: head, to: afterPrefix(head), starts: [head.length] }], depth: 0, cut: false }
}

/** A range that leads to the same keys when those are cut after so many bytes. */
function shortened(range: KeyRange, limit: number): KeyRange {
  if (range.from.length <= limit && range.to.length <= limit)
    return range
  return { from: range.from.subarray(0, limit), to: range.to.length > limit ? afterPrefix(range.to.subarray(0, limit)) : range.to }
}

/** Ranges that agree in all fields before the first one sorted by follow each other; the others are merged with them. */
function groupRanges(ranges: readonly ListedRange[], from: number): { prefix: number, ranges: KeyRange[] }[] {
  const [first] = ranges
  if (!first)
    return []
  if (from === 0 || ranges.length === 1)
    return [{ prefix: first.starts[from] ?? 0, ranges: [...ranges] }]
  const groups = new Map<string, { prefix: number, ranges: KeyRange[] }>()
  for (const range of ranges) {
    const prefix = range.starts[from] ?? 0
    const key = range.from.toString('latin1', 0, prefix)
    const group = groups.get(key) ?? { prefix, ranges: [] }
    group.ranges.push(range)
    groups.set(key, group)
  }
  return [...groups.values()]
}

/**
 * Whether reading the ranges gives the wanted order, forwards or in reverse, and which field is the first sorted by.
 * Fields bound to one value each may be anywhere; fields bound to several only before the first one sorted by.
 */
function sortThrough(index: IndexDefinition, primary: boolean, bounds: Interval[][], depth: number, sort: readonly SortField[]): { reverse: boolean, from: number } | undefined {
  if (sort.length === 0 || index.cut)
    return undefined
  const isConstant = (i: number): boolean => i < depth && bounds[i]!.length === 1 && isPoint(bounds[i]![0]!) && !index.multikey[i]
  const constants = new Set(index.fields.filter((_, i) => isConstant(i)).map(field => field.path))
  const wanted = sort.filter(({ path }) => !constants.has(path))
  let reverse: boolean | undefined
  let from: number | undefined
  let at = 0
  for (let i = 0; i < index.fields.length && at < wanted.length; i++) {
    const field = index.fields[i]!
    if (wanted[at]!.path !== field.path) {
      if (isConstant(i) || (from === undefined && i < depth && bounds[i]!.every(isPoint)))
        continue
      return undefined
    }
    if (index.multikey[i] || field.parts.some(part => /^\d+$/.test(part)))
      return undefined
    const turned = wanted[at]!.descending !== field.descending
    if (reverse !== undefined && reverse !== turned)
      return undefined
    reverse = turned
    from ??= i
    at++
    // No two documents share an `_id`: what is sorted by after it changes nothing.
    if (primary)
      at = wanted.length
  }
  return at < wanted.length ? undefined : { reverse: reverse ?? false, from: from ?? 0 }
}
