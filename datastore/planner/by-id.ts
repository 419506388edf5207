import type { FilterNode } from '../query/filter.ts'
import type { SortField } from '../query/sort.ts'
import type { PreparedQuery } from './plan.ts'
import { Buffer } from 'node:buffer'
import { ORDER, typeOrder } from '../bson/compare.ts'
import { encodeId, MAX_ID_BYTES } from '../storage/keys.ts'

/** A query answered by looking its `_id`s up: their keys in the order they are read, and the values for `explain`. */
export interface IdPlan {
  kind: 'id'
  keys: Buffer[]
  values: unknown[]
  reverse: boolean
  /** The filter asks for nothing but the `_id`, so that a document found under a key is one of those wanted. */
  exact: boolean
  /** The keys are in the query's order. */
  sorted: boolean
}

/** More `_id`s than this are left to the comparison with other indexes. */
const MAX_IDS = 200

/** The plan for a filter that names the `_id`s of all it can find, whatever else it asks of them. */
export function planById({ node, stringKey }: PreparedQuery, sort: readonly SortField[]): IdPlan | undefined {
  const values = idsOf(node)
  if (!values || values.length > MAX_IDS || !values.every(value => isPlainId(value, stringKey !== undefined)))
    return undefined
  const exact = node.kind === 'field'
  if (values.length === 1) {
    const key = encodeId(values[0])
    return { kind: 'id', keys: [key], values, reverse: false, exact: exact && key.length <= MAX_ID_BYTES, sorted: true }
  }
  const reverse = sort[0]?.path === '_id' && sort[0].descending
  const entries = values.map(value => ({ value, key: encodeId(value) })).sort((a, b) => reverse ? Buffer.compare(b.key, a.key) : Buffer.compare(a.key, b.key))
  const distinct = entries.filter(({ key }, i) => i === 0 || !key.equals(entries[i - 1]!.key))
  return {
    kind: 'id',
    keys: distinct.map(({ key }) => key),
    values: distinct.map(({ value }) => value),
    reverse,
    exact: exact && distinct.every(({ key }) => key.length <= MAX_ID_BYTES),
    sorted: distinct.length < 2 || sort.length === 0 || sort[0]!.path === '_id',
  }
}

/** The only values a filter lets `_id` have, from the first condition that lists them. */
function idsOf(node: FilterNode): unknown[] | undefined {
  if (node.kind === 'and') {
    for (const child of node.nodes) {
      const ids = idsOf(child)
      if (ids)
        return ids
    }
    return undefined
  }
  if (node.kind !== 'field' || node.path !== '_id' || node.test.negated)
    return undefined
  const { condition } = node.test
  return condition.op === 'eq' ? [condition.value] : condition.op === 'in' ? condition.values : undefined
}

/** An `_id` that is found by its key alone: null also stands for missing, and a collation changes what text equals. */
function isPlainId(value: unknown, collated: boolean): boolean {
  const order = typeOrder(value)
  if (order === ORDER.null || order === ORDER.array || order === ORDER.regex)
    return false
  return !collated || (order !== ORDER.string && order !== ORDER.object)
}
