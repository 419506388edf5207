import type { Condition, FilterNode } from '../query/filter.ts'
import { compareValues, sameValue, typeOrder } from '../bson/compare.ts'
import { typeCodeOf } from '../query/types.ts'

/**
 * Whether every document that meets `filter` certainly meets `wanted` too, which a partial index asks before it is
 * used. Says no where it cannot tell.
 */
export function implies(filter: FilterNode, wanted: FilterNode): boolean {
  if (wanted.kind === 'and')
    return wanted.nodes.every(node => implies(filter, node))
  if (wanted.kind === 'or')
    return wanted.nodes.some(node => implies(filter, node))
  if (wanted.kind !== 'field')
    return false
  if (filter.kind === 'and')
    return filter.nodes.some(node => implies(node, wanted))
  if (filter.kind === 'or')
    return filter.nodes.every(node => implies(node, wanted))
  if (filter.kind !== 'field' || filter.path !== wanted.path)
    return false
  if (filter.test.negated || wanted.test.negated)
    return filter.test.negated && wanted.test.negated && sameCondition(filter.test.condition, wanted.test.condition)
  return conditionImplies(filter.test.condition, wanted.test.condition)
}

function sameCondition(a: Condition, b: Condition): boolean {
  if (a.op !== b.op)
    return false
  return (a.op === 'exists') || ('value' in a && 'value' in b && sameValue(a.value, b.value))
}

function conditionImplies(given: Condition, wanted: Condition): boolean {
  if (given.op === 'in')
    return given.values.length > 0 && given.regexes.length === 0 && given.values.every(value => conditionImplies({ op: 'eq', value }, wanted))
  if (wanted.op === 'exists')
    return given.op === 'exists' || ('value' in given && given.value !== null && given.value !== undefined) || given.op === 'regex' || given.op === 'type' || given.op === 'elemMatch' || given.op === 'elemValue' || given.op === 'size' || given.op === 'mod'
  if (wanted.op === 'type')
    return (given.op === 'eq' && !Array.isArray(given.value) && wanted.codes.includes(typeCodeOf(given.value))) || (given.op === 'type' && given.codes.every(code => wanted.codes.includes(code)))
  if (wanted.op === 'in')
    return given.op === 'eq' && wanted.values.some(value => sameValue(value, given.value))
  if (!('value' in given) || !('value' in wanted) || Array.isArray(given.value) || typeOrder(given.value) !== typeOrder(wanted.value))
    return false
  const order = compareValues(given.value, wanted.value)
  switch (wanted.op) {
    case 'eq':
      return given.op === 'eq' && order === 0
    case 'gt':
      return order > 0 ? given.op === 'eq' || given.op === 'gt' || given.op === 'gte' : order === 0 && given.op === 'gt'
    case 'gte':
      return order >= 0 && (given.op === 'eq' || given.op === 'gt' || given.op === 'gte')
    case 'lt':
      return order < 0 ? given.op === 'eq' || given.op === 'lt' || given.op === 'lte' : order === 0 && given.op === 'lt'
    case 'lte':
      return order <= 0 && (given.op === 'eq' || given.op === 'lt' || given.op === 'lte')
  }
}
