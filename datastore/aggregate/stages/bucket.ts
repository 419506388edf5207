import type { Fields } from '../../bson/decode.ts'
import type { Stage } from './match.ts'
import { Lazy } from 'mingo/lazy'
import * as pipeline from 'mingo/operators/pipeline'
import { typeOrder } from '../../bson/compare.ts'
import { isNumber, toNumber } from '../../bson/numbers.ts'
import { fail } from '../../errors.ts'
import { compareOperands } from '../../expressions/comparison.ts'
import { valueOf } from '../../expressions/operator.ts'
import { isDocument } from '../../query/paths.ts'
import { groupDocument, readOutputs } from './group.ts'

const COUNT = { count: { $sum: 1 } }

/** `$bucket`: documents by the boundaries that a value of theirs lies between. */
export const $bucket: Stage = (documents, operand, options) => {
  if (!isDocument(operand))
    return fail('Location40201', 'Argument to $bucket stage must be an object')
  const { groupBy, boundaries: given, default: otherwise, output = COUNT, ...unknown } = operand
  if (Object.keys(unknown).length > 0)
    fail('Location40197', `Unrecognized option to $bucket: ${Object.keys(unknown)[0]}.`)
  if (groupBy === undefined || given === undefined)
    fail('Location40198', '$bucket requires \'groupBy\' and \'boundaries\' to be specified.')
  const boundaries = Array.isArray(given) ? given.map(bound => valueOf({}, bound, options)) : fail('Location40200', 'The $bucket \'boundaries\' field must be an array')
  if (boundaries.length < 2)
    fail('Location40192', 'The $bucket \'boundaries\' field must have at least 2 values')
  boundaries.slice(1).forEach((bound, i) => {
    if (typeOrder(bound) !== typeOrder(boundaries[i]))
      fail('Location40193', 'All values in the the \'boundaries\' option to $bucket must have the same type.')
    if (compareOperands(bound, boundaries[i]) <= 0)
      fail('Location40194', 'The \'boundaries\' option to $bucket must be sorted, but elements are not in ascending order')
  })
  const outputs = readOutputs(isDocument(output) ? output : fail('Location40196', 'The $bucket \'output\' field must be an object'))
  const idOf = (document: unknown): unknown => {
    const value = valueOf(document, groupBy, options)
    const after = boundaries.findIndex(bound => compareOperands(value, bound) < 0)
    return after > 0 ? boundaries[after - 1] : 'default' in operand ? otherwise : fail('Location40066', '$switch could not find a matching branch for an input, and no default was specified.')
  }
  return documents.transform((all: unknown[]) => {
    const groups: { id: unknown, members: unknown[] }[] = []
    for (const document of all) {
      const id = idOf(document)
      const group = groups.find(present => compareOperands(present.id, id) === 0)
      if (group)
        group.members.push(document)
      else
        groups.push({ id, members: [document] })
    }
    groups.sort((a, b) => compareOperands(a.id, b.id))
    return Lazy(groups.map(({ id, members }) => groupDocument(id, members, outputs, options)))
  })
}

/** `$bucketAuto`: so many buckets of about as many documents; equal values stay together. Series of preferred numbers are mingo's. */
export const $bucketAuto: Stage = (documents, operand, options) => {
  if (!isDocument(operand))
    return fail('Location40240', 'The argument to $bucketAuto must be an object')
  const { groupBy, buckets, output = COUNT, granularity, ...unknown } = operand
  if (Object.keys(unknown).length > 0)
    fail('Location40245', `Unrecognized option to $bucketAuto: ${Object.keys(unknown)[0]}.`)
  if (groupBy === undefined || buckets === undefined)
    fail('Location40246', '$bucketAuto requires \'groupBy\' and \'buckets\' to be specified')
  const wanted = isNumber(buckets) && Number.isInteger(toNumber(buckets)) ? toNumber(buckets) : fail('Location40241', 'The $bucketAuto \'buckets\' field must be a numeric value')
  if (wanted <= 0)
    fail('Location40243', `The $bucketAuto 'buckets' field must be greater than 0, but found: ${wanted}`)
  if (granularity !== undefined)
    return pipeline.$bucketAuto(documents, operand as unknown as Parameters<typeof pipeline.$bucketAuto>[1], options)
  const outputs = readOutputs(isDocument(output) ? output : fail('Location40244', 'The $bucketAuto \'output\' field must be an object'))
  return documents.transform((all: unknown[]) => {
    const keyed = all.map(document => ({ document, key: valueOf(document, groupBy, options) ?? null }))
    keyed.sort((a, b) => compareOperands(a.key, b.key))
    const results: Fields[] = []
    let at = 0
    for (let left = wanted; left > 0 && at < keyed.length; left--) {
      let end = left === 1 ? keyed.length : Math.min(keyed.length, at + Math.max(1, Math.round(keyed.length / wanted)))
      while (end < keyed.length && compareOperands(keyed[end]!.key, keyed[end - 1]!.key) === 0)
        end++
      const max = end < keyed.length ? keyed[end]!.key : keyed[end - 1]!.key
      results.push(groupDocument({ min: keyed[at]!.key, max }, keyed.slice(at, end).map(({ document }) => document), outputs, options))
      at = end
    }
    return Lazy(results)
  })
}
