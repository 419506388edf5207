import type { Fields } from '../bson/decode.ts'
import type { OperatorContext } from './operator.ts'
import { compareValues } from '../bson/compare.ts'
import { isNumber, toNumber } from '../bson/numbers.ts'
import { fieldsSource } from '../bson/stored-document.ts'
import { fail } from '../errors.ts'
import { isDocument } from '../query/paths.ts'
import { compileSort } from '../query/sort.ts'

/** `$push`, with `$each`, `$position`, `$sort` and `$slice`. */
export function applyPush(current: unknown, operand: unknown, { path, stringKey }: OperatorContext): unknown {
  if (current !== undefined && !Array.isArray(current))
    return fail('BadValue', `The field '${path}' must be an array but is of another type`)
  const items = [...(current as unknown[] | undefined ?? [])]
  if (!isDocument(operand) || !('$each' in operand))
    return [...items, operand]
  const unknown = Object.keys(operand).find(name => !['$each', '$position', '$sort', '$slice'].includes(name))
  if (unknown)
    fail('BadValue', `Unrecognized clause in $push: ${unknown}`)
  const added = Array.isArray(operand.$each) ? operand.$each as unknown[] : fail('BadValue', 'The argument to $each in $push must be an array')
  const position = wholeNumber(operand, '$position')
  if (position === undefined)
    items.push(...added)
  else
    items.splice(position, 0, ...added)
  if (operand.$sort !== undefined)
    sortItems(items, operand.$sort, stringKey)
  const slice = wholeNumber(operand, '$slice')
  if (slice === undefined)
    return items
  return slice >= 0 ? items.slice(0, slice) : items.slice(slice)
}

function wholeNumber(operand: Fields, name: string): number | undefined {
  const value = operand[name]
  if (value === undefined)
    return undefined
  return isNumber(value) && Number.isInteger(toNumber(value)) ? toNumber(value) : fail('BadValue', `The value for ${name} must be an integer value`)
}

function sortItems(items: unknown[], sort: unknown, stringKey: OperatorContext['stringKey']): void {
  if (isNumber(sort) && Math.abs(toNumber(sort)) === 1) {
    items.sort((a, b) => compareValues(a, b, stringKey) * toNumber(sort))
  }
  else if (isDocument(sort)) {
    const { compare, keyOf } = compileSort(sort, stringKey)
    const keyed = items.map(item => ({ item, key: keyOf(fieldsSource(isDocument(item) ? item : {})) }))
    keyed.sort((a, b) => compare(a.key, b.key))
    keyed.forEach(({ item }, i) => items[i] = item)
  }
  else {
    fail('BadValue', 'The $sort is invalid: use 1/-1 to sort the whole element, or {field:1/-1} to sort embedded fields')
  }
}
