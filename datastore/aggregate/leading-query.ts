import type { Fields } from '../bson/decode.ts'
import type { Query } from '../planner/plan.ts'
import { isNumber, toNumber } from '../bson/numbers.ts'
import { isDocument } from '../query/paths.ts'

/** The stages at the start of a pipeline that are one query: matches, then at most one sort, one skip and one limit. */
export function leadingQuery(stages: readonly Fields[]): { query: Query, rest: Fields[] } {
  const query: Query = { filter: {} }
  const filters: Fields[] = []
  let at = 0
  while (isDocument(stages[at]?.$match))
    filters.push(stages[at++]!.$match as Fields)
  if (filters.length > 0)
    query.filter = filters.length === 1 ? filters[0]! : { $and: filters }
  if (isDocument(stages[at]?.$sort))
    query.sort = stages[at++]!.$sort as Fields
  const skip = stages[at]?.$skip
  if (isNumber(skip) && toNumber(skip) >= 0) {
    query.skip = toNumber(skip)
    at++
  }
  const limit = stages[at]?.$limit
  if (isNumber(limit) && toNumber(limit) > 0) {
    query.limit = toNumber(limit)
    at++
  }
  return { query, rest: stages.slice(at) }
}
