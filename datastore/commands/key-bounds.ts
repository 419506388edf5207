import type { Fields } from '../bson/decode.ts'
import type { Collection } from '../storage/collection.ts'
import type { IndexField } from '../storage/index-keys.ts'
import { sameValue } from '../bson/compare.ts'
import { fail } from '../errors.ts'
import { isDocument } from '../query/paths.ts'
import { optionalDocument } from './command.ts'

/**
 * A find's `min` and `max`, keys of the hinted index between which it looks, as a filter; undefined when it has none.
 * @throws DatastoreError Location51173 without a hint, Location51174 for keys that are not of that index
 */
export function boundsFilter(body: Fields, collection: Collection): Fields | undefined {
  const [min, max] = [optionalDocument(body, 'min') ?? {}, optionalDocument(body, 'max') ?? {}]
  if (Object.keys(min).length === 0 && Object.keys(max).length === 0)
    return undefined
  const { hint } = body
  if (hint === undefined || (isDocument(hint) && '$natural' in hint))
    fail('Location51173', 'When using min()/max() a hint of which index to use must be provided')
  const index = [collection.primary, ...collection.indexes].find(({ name, spec }) => isDocument(hint) ? sameValue(spec.key, hint) : name === hint)
    ?? fail('BadValue', 'error processing query: planner returned error: hint provided does not correspond to an existing index')
  for (const bound of [min, max]) {
    const names = Object.keys(bound)
    if (names.length > 0 && (names.length !== index.fields.length || !index.fields.every(({ path }, i) => path === names[i])))
      fail('Location51174', 'The index chosen is not compatible with min/max')
  }
  return { $and: [from(min, index.fields), before(max, index.fields)].filter(filter => Object.keys(filter).length > 0) }
}

/** Keys not below a given one, in the order of the index. */
function from(min: Fields, fields: readonly IndexField[]): Fields {
  return lexicographic(min, fields, ({ descending }, last) => `$${descending ? 'lt' : 'gt'}${last ? 'e' : ''}`)
}

/** Keys below a given one. */
function before(max: Fields, fields: readonly IndexField[]): Fields {
  return lexicographic(max, fields, ({ descending }) => descending ? '$gt' : '$lt')
}

function lexicographic(key: Fields, fields: readonly IndexField[], operator: (field: IndexField, last: boolean) => string): Fields {
  if (Object.keys(key).length === 0)
    return {}
  const branches = fields.map((field, i) => ({
    $and: [
      ...fields.slice(0, i).map(({ path }) => ({ [path]: { $eq: key[path] } })),
      { [field.path]: { [operator(field, i === fields.length - 1)]: key[field.path] } },
    ],
  }))
  return { $or: branches }
}
