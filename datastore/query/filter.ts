import type { StringKey } from '../bson/compare.ts'
import type { Fields } from '../bson/decode.ts'
import { BSONRegExp } from 'bson'
import { binaryOf, littleEndian, ORDER, typeOrder } from '../bson/compare.ts'
import { isNumber, toNumber, wholeNumber } from '../bson/numbers.ts'
import { fail } from '../errors.ts'
import { isDocument, splitPath } from './paths.ts'
import { toRegExp } from './regex.ts'
import { typeCodes } from './types.ts'

export type Comparison = 'eq' | 'gt' | 'gte' | 'lt' | 'lte'

/** One condition on the values at a path. */
export type Condition
  = | { op: Comparison, value: unknown }
    | { op: 'in', values: unknown[], regexes: RegExp[] }
    | { op: 'regex', regex: RegExp, source: BSONRegExp }
    | { op: 'exists' }
    | { op: 'type', codes: number[] }
    | { op: 'size', size: number }
    | { op: 'mod', divisor: bigint, remainder: bigint }
    | { op: 'all', conditions: Condition[] }
    | { op: 'elemValue', conditions: FieldTest[] }
    | { op: 'elemMatch', filter: FilterNode }
    | { op: 'bits', mode: 'allSet' | 'allClear' | 'anySet' | 'anyClear', mask: bigint }

/** A condition, or its negation over all values at the path. */
export type FieldTest = { condition: Condition, negated: boolean }

/** A parsed filter: what the matcher runs and the planner reads. */
export type FilterNode
  = | { kind: 'and' | 'or' | 'nor', nodes: FilterNode[] }
    | { kind: 'field', path: string, parts: string[], test: FieldTest }
    | { kind: 'expression', expression: unknown }
    | { kind: 'schema', schema: Fields }
    | { kind: 'constant', matches: boolean }

/** What a parsed filter depends on besides its document. */
export interface FilterContext { stringKey?: StringKey, variables?: Fields }

/** Fields of a DBRef, which are fields like any other. */
const REFERENCE = new Set(['$ref', '$id', '$db'])

const COMPARISONS: Record<string, Comparison> = { $eq: 'eq', $gt: 'gt', $gte: 'gte', $lt: 'lt', $lte: 'lte' }

/**
 * Parses a MongoDB filter document.
 * @throws DatastoreError BadValue (2) or FailedToParse (9) for what MongoDB would refuse
 */
export function parseFilter(filter: Fields): FilterNode {
  const nodes: FilterNode[] = []
  for (const [name, value] of Object.entries(filter)) {
    if (name.startsWith('$') && !REFERENCE.has(name))
      nodes.push(...parseTopLevel(name, value))
    else
      nodes.push(...parseField(name, value))
  }
  return nodes.length === 1 ? nodes[0]! : { kind: 'and', nodes }
}

function parseTopLevel(name: string, value: unknown): FilterNode[] {
  switch (name) {
    case '$and':
    case '$or':
    case '$nor': {
      if (!Array.isArray(value) || value.length === 0)
        fail('BadValue', `${name} must be a nonempty array`)
      const nodes = (value as unknown[]).map(item => isDocument(item) ? parseFilter(item) : fail('BadValue', `${name} entries need to be full objects`))
      return [{ kind: name.slice(1) as 'and' | 'or' | 'nor', nodes }]
    }
    case '$expr':
      return [{ kind: 'expression', expression: value }]
    case '$jsonSchema':
      return [{ kind: 'schema', schema: isDocument(value) ? value : fail('TypeMismatch', '$jsonSchema must be an object') }]
    case '$comment':
      return []
    case '$alwaysTrue':
      return [{ kind: 'constant', matches: true }]
    case '$alwaysFalse':
      return [{ kind: 'constant', matches: false }]
    case '$sampleRate':
      return [{ kind: 'expression', expression: { $lt: [{ $rand: {} }, rateOf(value)] } }]
    case '$where':
    case '$text':
      return fail('CommandNotSupported', `${name} is not supported by this store`)
    default:
      return fail('BadValue', `unknown top level operator: ${name}. If you have a field name that starts with a '$' symbol, consider using $getField or $setField.`)
  }
}

function parseField(path: string, value: unknown): FilterNode[] {
  const parts = splitPath(path)
  return parseTests(value).map(test => ({ kind: 'field', path, parts, test }))
}

/** Whether a value in a filter is a document of operators, such as `{$gt: 1}`, rather than one to equal. */
export function isOperatorDocument(value: unknown): value is Fields {
  if (!isDocument(value))
    return false
  const [name = ''] = Object.keys(value)
  return name.startsWith('$') && !REFERENCE.has(name)
}

function parseTests(value: unknown): FieldTest[] {
  if (value instanceof RegExp || value instanceof BSONRegExp)
    return [{ condition: regexCondition(value, undefined), negated: false }]
  if (!isOperatorDocument(value))
    return [{ condition: { op: 'eq', value }, negated: false }]
  const tests: FieldTest[] = []
  for (const [name, operand] of Object.entries(value))
    tests.push(...parseOperator(name, operand, value))
  return tests
}

const is = (condition: Condition): FieldTest[] => [{ condition, negated: false }]
const isNot = (condition: Condition): FieldTest[] => [{ condition, negated: true }]

function parseOperator(name: string, operand: unknown, siblings: Fields): FieldTest[] {
  const comparison = COMPARISONS[name]
  if (comparison) {
    if (comparison !== 'eq' && (operand instanceof BSONRegExp || operand instanceof RegExp))
      fail('BadValue', `Can't have RegEx as arg to predicate over field`)
    return is({ op: comparison, value: operand })
  }
  switch (name) {
    case '$ne':
      if (operand instanceof BSONRegExp || operand instanceof RegExp)
        fail('BadValue', 'Can\'t have regex as arg to $ne.')
      return isNot({ op: 'eq', value: operand })
    case '$in':
      return is(parseIn(name, operand))
    case '$nin':
      return isNot(parseIn(name, operand))
    case '$exists':
      return [{ condition: { op: 'exists' }, negated: operand === false || operand === null || (isNumber(operand) && toNumber(operand) === 0) }]
    case '$not':
      return parseNot(operand)
    case '$regex':
      return is(regexCondition(operand, siblings.$options))
    case '$options':
      return '$regex' in siblings ? [] : fail('BadValue', '$options needs a $regex')
    case '$type':
      return is({ op: 'type', codes: typeCodes(operand) })
    case '$size':
      return is({ op: 'size', size: sizeOf(operand) })
    case '$mod':
      return is(parseMod(operand))
    case '$all':
      return is(parseAll(operand))
    case '$elemMatch':
      return is(parseElemMatch(operand))
    case '$bitsAllSet':
    case '$bitsAllClear':
    case '$bitsAnySet':
    case '$bitsAnyClear':
      return is(parseBits(name, operand))
    case '$comment':
      return []
    case '$geoWithin':
    case '$geoIntersects':
    case '$near':
    case '$nearSphere':
      return fail('CommandNotSupported', `${name} is not supported by this store`)
    default:
      return fail('BadValue', `unknown operator: ${name}`)
  }
}

function parseIn(name: string, operand: unknown): Condition {
  if (!Array.isArray(operand))
    return fail('BadValue', `${name} needs an array`)
  const values: unknown[] = []
  const regexes: RegExp[] = []
  for (const item of operand as unknown[]) {
    if (isOperatorDocument(item))
      fail('BadValue', `cannot nest $ under ${name}`)
    if (item instanceof BSONRegExp || item instanceof RegExp)
      regexes.push(toRegExp(item, undefined))
    values.push(item)
  }
  return { op: 'in', values, regexes }
}

function parseNot(operand: unknown): FieldTest[] {
  if (operand instanceof BSONRegExp || operand instanceof RegExp)
    return isNot(regexCondition(operand, undefined))
  if (!isOperatorDocument(operand))
    return fail('BadValue', '$not needs a regex or a document')
  const tests = parseTests(operand)
  if (tests.length === 1)
    return [{ condition: tests[0]!.condition, negated: !tests[0]!.negated }]
  return isNot({ op: 'elemValue', conditions: tests })
}

function regexCondition(pattern: unknown, options: unknown): Condition {
  const regex = toRegExp(pattern, options)
  const source = pattern instanceof BSONRegExp ? pattern : new BSONRegExp(typeof pattern === 'string' ? pattern : regex.source, regex.flags.replace(/[^ims]/g, ''))
  return { op: 'regex', regex, source: typeof options === 'string' ? new BSONRegExp(source.pattern, [...options].sort().join('')) : source }
}

function rateOf(operand: unknown): number {
  if (!isNumber(operand))
    return fail('BadValue', 'argument to $sampleRate must be a numeric type')
  const rate = toNumber(operand)
  return rate >= 0 && rate <= 1 ? rate : fail('BadValue', `numeric value for $sampleRate must be between 0 and 1 but found ${rate}`)
}

function sizeOf(operand: unknown): number {
  if (!isNumber(operand))
    return fail('BadValue', `Failed to parse $size. Expected a number`)
  const size = toNumber(operand)
  if (!Number.isInteger(size) || size < 0)
    return fail('BadValue', 'Failed to parse $size. Expected a non-negative integer')
  return size
}

function parseMod(operand: unknown): Condition {
  if (!Array.isArray(operand) || operand.length !== 2)
    return fail('BadValue', 'malformed mod, needs to be an array of two elements')
  const [divisor, remainder] = (operand as unknown[]).map(item => isNumber(item) && Number.isFinite(toNumber(item)) ? BigInt(Math.trunc(toNumber(item))) : fail('BadValue', 'malformed mod, divisor and remainder have to be numbers'))
  if (divisor === 0n)
    return fail('BadValue', 'divisor cannot be 0')
  return { op: 'mod', divisor: divisor ?? 1n, remainder: remainder ?? 0n }
}

function parseAll(operand: unknown): Condition {
  if (!Array.isArray(operand))
    return fail('BadValue', '$all needs an array')
  return {
    op: 'all',
    conditions: (operand as unknown[]).map((item): Condition => {
      if (isDocument(item) && '$elemMatch' in item)
        return parseElemMatch(item.$elemMatch)
      if (isOperatorDocument(item))
        return fail('BadValue', 'no $ expressions in $all')
      return item instanceof BSONRegExp || item instanceof RegExp ? regexCondition(item, undefined) : { op: 'eq', value: item }
    }),
  }
}

function parseElemMatch(operand: unknown): Condition {
  if (!isDocument(operand))
    return fail('BadValue', '$elemMatch needs an Object')
  const [first] = Object.keys(operand)
  if (first?.startsWith('$') && !REFERENCE.has(first) && !['$and', '$or', '$nor', '$expr', '$where'].includes(first))
    return { op: 'elemValue', conditions: parseTests(operand) }
  return { op: 'elemMatch', filter: parseFilter(operand) }
}

function parseBits(name: string, operand: unknown): Condition {
  const mode = `${name[5]!.toLowerCase()}${name.slice(6)}` as 'allSet' | 'allClear' | 'anySet' | 'anyClear'
  if (Array.isArray(operand)) {
    let mask = 0n
    for (const bit of operand as unknown[])
      mask |= 1n << BigInt(isNumber(bit) && toNumber(bit) >= 0 ? Math.trunc(toNumber(bit)) : fail('BadValue', `bit positions must be integers >= 0`))
    return { op: 'bits', mode, mask }
  }
  if (typeOrder(operand) === ORDER.binary)
    return { op: 'bits', mode, mask: littleEndian(binaryOf(operand).bytes) }
  const mask = isNumber(operand) ? wholeNumber(operand) : undefined
  if (mask === undefined || mask < 0n)
    return fail('BadValue', `${name} takes an Array, a number, or a BinData but received: ${typeof operand}`)
  return { op: 'bits', mode, mask }
}
