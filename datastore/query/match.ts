import type { Decimal128, Double, Int32 } from 'bson'
import type { FieldSource } from '../bson/stored-document.ts'
import type { Comparison, Condition, FieldTest, FilterContext, FilterNode } from './filter.ts'
import type { Trail } from './paths.ts'
import { Long, MaxKey, MinKey } from 'bson'
import { binaryOf, compareValues, littleEndian, ORDER, regexOf, sameValue, textOf, typeOrder } from '../bson/compare.ts'
import { isNumber, toNumber, wholeNumber } from '../bson/numbers.ts'
import { fieldsSource } from '../bson/stored-document.ts'
import { expressionTest, schemaTest } from './expressions.ts'
import { isDocument, someValue } from './paths.ts'
import { regexTest } from './regex-time.ts'
import { typeCodeOf } from './types.ts'

/** Says whether a document matches; with a trail it also notes the array position for the positional `$`. */
export type Matcher = (document: FieldSource, trail?: Trail) => boolean

/** Turns a parsed filter into a function that decides as MongoDB does. */
export function compileFilter(node: FilterNode, context: FilterContext = {}): Matcher {
  switch (node.kind) {
    case 'and': {
      const matchers = node.nodes.map(child => compileFilter(child, context))
      if (matchers.length === 0)
        return () => true
      return (document, trail) => matchers.every(matches => matches(document, trail))
    }
    case 'or': {
      const matchers = node.nodes.map(child => compileFilter(child, context))
      return (document, trail) => matchers.some(matches => matches(document, trail))
    }
    case 'nor': {
      const matchers = node.nodes.map(child => compileFilter(child, context))
      return document => !matchers.some(matches => matches(document))
    }
    case 'field': {
      const test = compileTest(node.test, context)
      return (document, trail) => test(document, node.parts, trail)
    }
    case 'expression':
      return expressionTest(node.expression, context)
    case 'schema':
      return schemaTest(node.schema)
    case 'constant':
      return () => node.matches
  }
}

type PathTest = (source: FieldSource, parts: readonly string[], trail?: Trail) => boolean

function compileTest(test: FieldTest, context: FilterContext): PathTest {
  const matches = compileCondition(test.condition, context)
  return test.negated ? (source, parts) => !matches(source, parts) : matches
}

function compileCondition(condition: Condition, context: FilterContext): PathTest {
  switch (condition.op) {
    case 'exists':
      return (source, parts, trail) => someValue(source, parts, value => value !== undefined, true, trail)
    case 'size':
      return (source, parts) => someValue(source, parts, value => Array.isArray(value) && value.length === condition.size, true)
    case 'elemMatch':
    case 'elemValue': {
      const matches = compileElement(condition, context)
      return (source, parts, trail) => someValue(source, parts, value => someElementMatches(value, matches, trail), true)
    }
    case 'all': {
      const tests = condition.conditions.map(child => compileCondition(child, context))
      if (tests.length === 0)
        return () => false
      return (source, parts, trail) => tests.every(test => test(source, parts, trail))
    }
    default: {
      const test = compileValueTest(condition, context)
      return (source, parts, trail) => someValue(source, parts, test, false, trail)
    }
  }
}

function compileElement(condition: Condition, context: FilterContext): (element: unknown) => boolean {
  if (condition.op === 'elemMatch') {
    const matches = compileFilter(condition.filter, context)
    return element => (isDocument(element) || Array.isArray(element)) && matches(fieldsSource(element as Record<string, unknown>))
  }
  const tests = condition.op === 'elemValue' ? condition.conditions.map(test => compileElementTest(test, context)) : []
  return element => tests.every(test => test(element))
}

/** A test of an array's element by itself: one that is an array is seen whole, its own elements are not looked at. */
function compileElementTest({ condition, negated }: FieldTest, context: FilterContext): (element: unknown) => boolean {
  const matches = compileElementCondition(condition, context)
  return negated ? element => !matches(element) : matches
}

function compileElementCondition(condition: Condition, context: FilterContext): (element: unknown) => boolean {
  switch (condition.op) {
    case 'exists':
      return () => true
    case 'size':
      return element => Array.isArray(element) && element.length === condition.size
    case 'elemMatch':
    case 'elemValue': {
      const matches = compileElement(condition, context)
      return element => someElementMatches(element, matches, undefined)
    }
    case 'all': {
      const tests = condition.conditions.map(child => compileElementCondition(child, context))
      return element => tests.length > 0 && tests.every(test => test(element))
    }
    default:
      return compileValueTest(condition, context)
  }
}

function someElementMatches(value: unknown, matches: (element: unknown) => boolean, trail: Trail | undefined): boolean {
  if (!Array.isArray(value))
    return false
  for (let i = 0; i < value.length; i++) {
    if (matches(value[i])) {
      if (trail)
        trail.index = i
      return true
    }
  }
  return false
}

function compileValueTest(condition: Condition, context: FilterContext): (value: unknown) => boolean {
  switch (condition.op) {
    case 'eq':
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return compileComparison(condition.op, condition.value, context)
    case 'in': {
      const tests = condition.values.map(value => compileComparison('eq', value, context))
      const regexes = condition.regexes.map(regexTest)
      const strings = context.stringKey ? undefined : simpleStrings(condition.values)
      if (strings)
        return value => typeof value === 'string' && strings.has(value)
      return value => tests.some(test => test(value)) || (regexes.length > 0 && typeOrder(value) === ORDER.string && regexes.some(test => test(textOf(value))))
    }
    case 'regex': {
      const { pattern, options } = condition.source
      const test = regexTest(condition.regex)
      return (value) => {
        if (typeof value === 'string')
          return test(value)
        const order = typeOrder(value)
        if (order === ORDER.regex) {
          const other = regexOf(value)
          return other.pattern === pattern && other.options === options
        }
        return order === ORDER.string && test(textOf(value))
      }
    }
    case 'type':
      return value => condition.codes.includes(typeCodeOf(value))
    case 'mod':
      return value => isNumber(value) && Number.isFinite(toNumber(value)) && toBigInt(value) % condition.divisor === condition.remainder
    case 'bits':
      return (value) => {
        const bits = bitsOf(value)
        if (bits === undefined)
          return false
        const set = bits & condition.mask
        switch (condition.mode) {
          case 'allSet': return set === condition.mask
          case 'allClear': return set === 0n
          case 'anySet': return set !== 0n
          case 'anyClear': return set !== condition.mask
        }
      }
    default:
      return () => false
  }
}

/** The bits of a whole number within 64 bits, its sign repeated without end, or of a binary. */
function bitsOf(value: unknown): bigint | undefined {
  if (typeOrder(value) === ORDER.binary)
    return littleEndian(binaryOf(value).bytes)
  return isNumber(value) ? wholeNumber(value) : undefined
}

function simpleStrings(values: unknown[]): Set<string> | undefined {
  return values.length > 4 && values.every(value => typeof value === 'string') ? new Set(values as string[]) : undefined
}

function toBigInt(value: number | bigint | Long | Double | Int32 | Decimal128): bigint {
  return value instanceof Long ? value.toBigInt() : typeof value === 'bigint' ? value : BigInt(Math.trunc(toNumber(value)))
}

function compileComparison(op: Comparison, operand: unknown, context: FilterContext): (value: unknown) => boolean {
  if (operand instanceof MinKey || operand instanceof MaxKey)
    return value => holds(op, compareValues(value === undefined ? null : value, operand))
  const key = context.stringKey
  if (op === 'eq') {
    if (typeof operand === 'string' && !key)
      return value => value === operand || (typeof value === 'object' && sameValue(value, operand))
    if (operand === null || operand === undefined)
      return value => value === null || value === undefined
    return value => value !== undefined && value !== null && sameValue(value, operand, key)
  }
  if (typeof operand === 'number' && Number.isNaN(operand))
    return value => (op === 'gte' || op === 'lte') && isNumber(value) && Number.isNaN(toNumber(value))
  const order = typeOrder(operand)
  return (value) => {
    if (typeOrder(value) !== order)
      return false
    if (order === ORDER.number && isNumber(value) && Number.isNaN(toNumber(value)))
      return false
    return holds(op, compareValues(value, operand, key))
  }
}

function holds(op: Comparison, order: number): boolean {
  switch (op) {
    case 'eq': return order === 0
    case 'gt': return order > 0
    case 'gte': return order >= 0
    case 'lt': return order < 0
    case 'lte': return order <= 0
  }
}
