import type { Iterator } from 'mingo/lazy'
import type { Options } from 'mingo/types'
import type { Fields } from '../../bson/decode.ts'
import { Lazy } from 'mingo/lazy'
import { fieldsSource } from '../../bson/stored-document.ts'
import { fail } from '../../errors.ts'
import { collationKey } from '../../query/collation.ts'
import { parseFilter } from '../../query/filter.ts'
import { compileFilter } from '../../query/match.ts'
import { isDocument } from '../../query/paths.ts'
import { compileSort } from '../../query/sort.ts'

/** A stage as mingo calls it. */
export type Stage = (documents: Iterator, operand: unknown, options: Options) => Iterator

/** How strings compare in a pipeline. */
export function stringKeyOf(options: Options): ReturnType<typeof collationKey> {
  // mingo's description of a collation is MongoDB's document.
  return collationKey(options.collation as unknown as Fields | undefined)
}

/** `$match`, by the store's own filters. */
export const $match: Stage = (documents, operand, options) => {
  if (!isDocument(operand))
    return fail('Location15959', 'the match filter must be an expression in an object')
  const stringKey = stringKeyOf(options)
  const matches = compileFilter(parseFilter(operand), { ...(stringKey ? { stringKey } : {}), ...(options.variables ? { variables: options.variables } : {}) })
  return documents.filter((document: unknown) => matches(fieldsSource(document as Fields)))
}

/** `$sort`, in MongoDB's order of values. */
export const $sort: Stage = (documents, operand, options) => {
  if (!isDocument(operand))
    return fail('Location15973', 'the $sort key specification must be an object')
  const { keyOf, compare } = compileSort(operand, stringKeyOf(options))
  return documents.transform((all: unknown[]) => {
    const keyed = (all as Fields[]).map(document => ({ document, key: keyOf(fieldsSource(document)) }))
    keyed.sort((a, b) => compare(a.key, b.key))
    return Lazy(keyed.map(({ document }) => document))
  })
}
