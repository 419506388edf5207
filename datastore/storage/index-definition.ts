import type { StringKey } from '../bson/compare.ts'
import type { Fields } from '../bson/decode.ts'
import type { FilterNode } from '../query/filter.ts'
import type { Matcher } from '../query/match.ts'
import type { IndexField } from './index-keys.ts'
import { isNumber, toNumber } from '../bson/numbers.ts'
import { fail } from '../errors.ts'
import { collationKey, describeCollation } from '../query/collation.ts'
import { parseFilter } from '../query/filter.ts'
import { compileFilter } from '../query/match.ts'
import { isDocument, splitPath } from '../query/paths.ts'

/** An index as the store works with it; `spec` is what `listIndexes` answers. */
export interface IndexDefinition {
  readonly number: number
  readonly name: string
  readonly spec: Fields
  readonly fields: readonly IndexField[]
  readonly unique: boolean
  readonly sparse: boolean
  readonly partial?: { node: FilterNode, matches: Matcher, filter: Fields }
  readonly expireAfterSeconds?: number
  readonly stringKey?: StringKey
  /** Per field, whether some document ever led through an array there. */
  multikey: boolean[]
  /** Whether some key was too long and was cut: the index then no longer gives an order. */
  cut: boolean
}

const OPTIONS = new Set(['v', 'key', 'name', 'ns', 'unique', 'sparse', 'background', 'partialFilterExpression', 'expireAfterSeconds', 'collation', 'hidden', 'weights', 'default_language', 'language_override', 'textIndexVersion', '2dsphereIndexVersion', 'prepareUnique', 'clustered'])

/** The name MongoDB gives an index whose specification has none: `a_1_b.c_-1`. */
export function defaultIndexName(key: Fields): string {
  return Object.entries(key).map(([path, direction]) => `${path}_${String(direction)}`).join('_')
}

/**
 * Reads an index specification.
 * @throws DatastoreError CannotCreateIndex (67) or TypeMismatch (14) for one this store cannot have
 */
export function defineIndex(spec: Fields, number: number): IndexDefinition {
  const key = isDocument(spec.key) ? spec.key : fail('FailedToParse', 'The \'key\' field is a required property of an index specification')
  if (Object.keys(key).length === 0)
    fail('CannotCreateIndex', 'Index keys cannot be empty.')
  const unknown = Object.keys(spec).find(name => !OPTIONS.has(name))
  if (unknown)
    fail('InvalidIndexSpecificationOption', `The field '${unknown}' is not valid for an index specification. Specification: ${JSON.stringify(spec)}`)
  const name = typeof spec.name === 'string' && spec.name !== '' ? spec.name : defaultIndexName(key)
  const collation = isDocument(spec.collation) ? describeCollation(spec.collation) : undefined
  const partial = spec.partialFilterExpression
  if (partial !== undefined && !isDocument(partial))
    fail('TypeMismatch', 'The field \'partialFilterExpression\' must be an object')
  const node = isDocument(partial) ? parseFilter(partial) : undefined
  const fields = Object.entries(key).map(([path, direction]) => indexField(path, direction))
  const sparse = isTrue(spec.sparse)
  if (isTrue(spec.unique) && Object.values(key).includes('hashed'))
    fail('Location16764', 'Currently hashed indexes cannot guarantee uniqueness. Use a regular index.')
  if (sparse && node)
    fail('CannotCreateIndex', 'cannot mix "partialFilterExpression" and "sparse" options')
  return {
    number,
    name,
    spec: cleanSpec(spec, key, name, collation),
    fields,
    unique: isTrue(spec.unique) || name === '_id_',
    sparse,
    ...(node && isDocument(partial) ? { partial: { node, filter: partial, matches: compileFilter(node) } } : {}),
    ...(spec.expireAfterSeconds === undefined ? {} : { expireAfterSeconds: expirySeconds(spec.expireAfterSeconds, fields) }),
    ...(collation ? { stringKey: collationKey(collation) } : {}),
    multikey: fields.map(() => false),
    cut: false,
  }
}

function isTrue(value: unknown): boolean {
  return value === true || (isNumber(value) && toNumber(value) !== 0)
}

function indexField(path: string, direction: unknown): IndexField {
  if (typeof direction === 'string' && direction !== 'hashed')
    fail('CannotCreateIndex', `Unknown index plugin '${direction}': this store has ordered indexes only`)
  // What a hashed index is asked for, equality, an ordered one answers too.
  if (direction !== 'hashed' && (!isNumber(direction) || toNumber(direction) === 0 || Number.isNaN(toNumber(direction))))
    fail('CannotCreateIndex', 'Values in v:2 index key pattern cannot be of this type. Only numbers > 0, numbers < 0, and strings are allowed.')
  const parts = splitPath(path)
  if (parts.includes(''))
    fail('CannotCreateIndex', 'Index keys cannot contain an empty field.')
  if (parts.some(part => part.startsWith('$')))
    fail('CannotCreateIndex', `Index key contains an illegal field name: field name starts with '$': ${path}`)
  return { path, parts, descending: isNumber(direction) && toNumber(direction) < 0 }
}

function expirySeconds(value: unknown, fields: readonly IndexField[]): number {
  if (!isNumber(value) || toNumber(value) < 0 || !Number.isFinite(toNumber(value)))
    fail('CannotCreateIndex', 'TTL index \'expireAfterSeconds\' option must be numeric, finite and not negative')
  if (fields.length !== 1 || fields[0]!.path === '_id')
    fail('CannotCreateIndex', 'TTL indexes are single-field indexes, compound indexes do not support TTL')
  return toNumber(value)
}

function cleanSpec(spec: Fields, key: Fields, name: string, collation: Fields | undefined): Fields {
  const { ns: _ns, background, v: _v, key: _key, name: _name, collation: _collation, ...rest } = spec
  return { v: 2, key, name, ...(background === undefined ? {} : { background }), ...rest, ...(collation ? { collation } : {}) }
}
