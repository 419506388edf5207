import type { Options } from 'mingo/types'
import type { Fields } from '../bson/decode.ts'
import type { Accumulator } from './accumulators.ts'
import { isNumber, toNumber } from '../bson/numbers.ts'
import { fieldsSource } from '../bson/stored-document.ts'
import { fail } from '../errors.ts'
import { collationKey } from '../query/collation.ts'
import { isDocument } from '../query/paths.ts'
import { compileSort } from '../query/sort.ts'
import { eachValue } from './accumulators.ts'
import { compareOperands } from './comparison.ts'
import { isNothing, valueOf } from './operator.ts'

/**
 * Accumulators that take the first of a group in some order, one or several of them. A value that is missing is taken as null, except by `$minN` and `$maxN`, which pass over both.
 * https://www.mongodb.com/docs/manual/reference/operator/aggregation/topN/ and the pages beside it
 */
export const rankedAccumulators: Record<`$${string}`, Accumulator> = {
  $firstN: (documents, given, options) => {
    const { n, input } = readInput('$firstN', given, options)
    return valuesOf(documents.slice(0, n), input, options)
  },
  $lastN: (documents, given, options) => {
    const { n, input } = readInput('$lastN', given, options)
    return valuesOf(documents.slice(-n), input, options)
  },
  $minN: (documents, given, options) => extremes('$minN', 1, documents, given, options),
  $maxN: (documents, given, options) => extremes('$maxN', -1, documents, given, options),
  $top: (documents, given, options) => {
    const { output, sorted } = readSorted('$top', documents, given, options)
    return valuesOf(sorted.slice(0, 1), output, options)[0] ?? null
  },
  $bottom: (documents, given, options) => {
    const { output, sorted } = readSorted('$bottom', documents, given, options)
    return valuesOf(sorted.slice(-1), output, options)[0] ?? null
  },
  $topN: (documents, given, options) => {
    const { n, output, sorted } = readSorted('$topN', documents, given, options)
    return valuesOf(sorted.slice(0, n), output, options)
  },
  $bottomN: (documents, given, options) => {
    const { n, output, sorted } = readSorted('$bottomN', documents, given, options)
    return valuesOf(sorted.slice(-n), output, options)
  },
}

function valuesOf(documents: readonly unknown[], expression: unknown, options: Options): unknown[] {
  return eachValue(documents, expression, options).map(value => value ?? null)
}

function extremes(name: string, sign: number, documents: unknown[], given: unknown, options: Options): unknown[] {
  const { n, input } = readInput(name, given, options)
  return eachValue(documents, input, options).filter(value => !isNothing(value)).sort((a, b) => sign * compareOperands(a, b)).slice(0, n)
}

function readInput(name: string, given: unknown, options: Options): { n: number, input: unknown } {
  const { n, input, ...unknown } = isDocument(given) ? given : fail('Location5787900', `specification must be an object; found ${name}: ${String(given)}`)
  refuseOthers('Location5787901', name, unknown)
  if (n === undefined)
    fail('Location5787906', 'Missing value for \'n\'')
  if (input === undefined)
    fail('Location5787907', 'Missing value for \'input\'')
  return { n: countOf(n, options), input }
}

function readSorted(name: string, documents: unknown[], given: unknown, options: Options): { n: number, output: unknown, sorted: unknown[] } {
  const { n, sortBy, output, ...unknown } = isDocument(given) ? given : fail('Location5788001', `specification must be an object; found ${name}: ${String(given)}`)
  refuseOthers('Location5788002', name, unknown)
  const one = !name.endsWith('N')
  if (one && n !== undefined)
    fail('Location5788002', `Unknown argument to ${name} 'n'`)
  if (!one && n === undefined)
    fail('Location5788003', 'Missing value for \'n\'')
  if (output === undefined)
    fail('Location5788004', 'Missing value for \'output\'')
  if (sortBy === undefined)
    fail('Location5788005', 'Missing value for \'sortBy\'')
  if (!isDocument(sortBy))
    return fail('Location5788604', 'expected \'sortBy\' to already be an object')
  return { n: one ? 1 : countOf(n, options), output, sorted: sortedBy(sortBy, documents, options) }
}

function refuseOthers(code: 'Location5787901' | 'Location5788002', name: string, unknown: Fields): void {
  const [argument] = Object.keys(unknown)
  if (argument !== undefined)
    fail(code, `Unknown argument to ${name} '${argument}'`)
}

function sortedBy(sortBy: Fields, documents: readonly unknown[], options: Options): unknown[] {
  // mingo's description of a collation is MongoDB's document.
  const { keyOf, compare } = compileSort(sortBy, collationKey(options.collation as unknown as Fields | undefined))
  const keyed = documents.map(document => ({ document, key: keyOf(fieldsSource(document as Fields)) }))
  return keyed.sort((a, b) => compare(a.key, b.key)).map(({ document }) => document)
}

function countOf(given: unknown, options: Options): number {
  const value = valueOf({}, given, options)
  const n = isNumber(value) ? toNumber(value) : Number.NaN
  if (!Number.isInteger(n))
    fail('Location5787902', 'Value for \'n\' must be of integral type')
  return n > 0 ? n : fail('Location5787908', `'n' must be greater than 0, found ${n}`)
}
