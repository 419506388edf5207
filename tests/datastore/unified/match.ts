import { Buffer } from 'node:buffer'
import { BSON } from 'mongodb'
import { isFields, numberOf, typeNames } from './bson-types.ts'
import { mismatch } from './mismatch.ts'

/** Where `$$matchesEntity` and `$$sessionLsid` find what they compare with. */
export interface MatchContext {
  /** The value saved under a name. */
  valueOf: (name: string) => unknown
  /** The logical session id of a session. */
  lsidOf: (name: string) => unknown
}

const show = (value: unknown): string => value === undefined ? 'nothing' : BSON.EJSON.stringify(value)

/**
 * Holds a value against what a case expects, after "Evaluating Matches" of the unified test format: numbers compare
 * by value, a root document may have further fields, `$$` operators decide for themselves.
 * @throws Mismatch naming the place where the two part
 */
export function match(expected: unknown, actual: unknown, context: MatchContext, options: { root?: boolean, place?: string } = {}): void {
  const { root = false, place = '' } = options
  const operator = operatorOf(expected)
  if (operator)
    return matchOperator(operator, actual, context, root, place)
  if (isFields(expected))
    return matchFields(expected, actual, context, root, place)
  if (Array.isArray(expected))
    return matchArray(expected, actual, context, false, place)
  matchValue(expected, actual, place)
}

/** Holds the documents that an iteration gave against those expected, each as a root document. */
export function matchDocuments(expected: readonly unknown[], actual: unknown, context: MatchContext, place = ''): void {
  matchArray(expected, actual, context, true, place)
}

function matchArray(expected: readonly unknown[], actual: unknown, context: MatchContext, roots: boolean, place: string): void {
  if (!Array.isArray(actual))
    return mismatch(place, `expected an array, found ${show(actual)}`)
  if (actual.length !== expected.length)
    mismatch(place, `expected ${expected.length} elements, found ${actual.length}: ${show(actual)}`)
  expected.forEach((item, i) => match(item, actual[i], context, { root: roots, place: `${place}[${i}]` }))
}

function matchFields(expected: Record<string, unknown>, given: unknown, context: MatchContext, root: boolean, place: string): void {
  // The driver keeps a sort as a Map, in the order it was given.
  const actual: unknown = given instanceof Map ? Object.fromEntries(given) : given
  if (!isFields(actual))
    return mismatch(place, `expected a document, found ${show(actual)}`)
  for (const [name, value] of Object.entries(expected)) {
    const at = place ? `${place}.${name}` : name
    const present = Object.hasOwn(actual, name) && actual[name] !== undefined
    if (!present && !operatorOf(value))
      mismatch(at, `expected ${show(value)}, found nothing`)
    match(value, present ? actual[name] : undefined, context, { place: at })
  }
  if (root)
    return
  const extra = Object.keys(actual).find(name => !Object.hasOwn(expected, name) && actual[name] !== undefined)
  if (extra !== undefined)
    mismatch(place ? `${place}.${extra}` : extra, `was not expected, found ${show(actual[extra])}`)
}

function operatorOf(expected: unknown): { name: string, operand: unknown } | undefined {
  if (!isFields(expected))
    return undefined
  const [name, ...more] = Object.keys(expected)
  return name?.startsWith('$$') && more.length === 0 ? { name, operand: expected[name] } : undefined
}

function matchOperator({ name, operand }: { name: string, operand: unknown }, actual: unknown, context: MatchContext, root: boolean, place: string): void {
  switch (name) {
    case '$$exists':
      if ((actual !== undefined) !== operand)
        mismatch(place, operand === true ? 'was expected to exist' : `was expected not to exist, found ${show(actual)}`)
      return
    case '$$type': {
      const types = actual === undefined ? [] : typeNames(actual)
      if (!([operand].flat() as unknown[]).some(type => types.includes(String(type))))
        mismatch(place, `expected type ${show(operand)}, found ${show(actual)}`)
      return
    }
    case '$$unsetOrMatches':
      if (actual !== undefined)
        match(operand, actual, context, { root, place })
      return
    case '$$matchesEntity':
      return match(context.valueOf(String(operand)), actual, context, { root, place })
    case '$$sessionLsid':
      return match(context.lsidOf(String(operand)), actual, context, { place })
    case '$$matchesHexBytes':
      if (typeof actual !== 'string' || actual !== hexBytes(operand).toString('latin1'))
        mismatch(place, `expected the bytes ${String(operand)}, found ${typeof actual === 'string' ? Buffer.from(actual, 'latin1').toString('hex') : show(actual)}`)
      return
    case '$$lte': {
      const [found, most] = [numberOf(actual), numberOf(operand)]
      if (found === undefined || most === undefined || found > most)
        mismatch(place, `expected at most ${show(operand)}, found ${show(actual)}`)
      return
    }
    case '$$matchAsDocument':
      return match(operand, typeof actual === 'string' ? BSON.EJSON.parse(actual) : mismatch(place, 'expected a text of extended JSON'), context, { place })
    case '$$matchAsRoot':
      return match(operand, actual, context, { root: true, place })
    default:
      mismatch(place, `the operator ${name} is not known`)
  }
}

/** The bytes that a text of hexadecimal digits stands for. @throws Mismatch for any other text */
export function hexBytes(text: unknown): Buffer {
  if (typeof text !== 'string' || !/^(?:[0-9a-f]{2})*$/i.test(text))
    return mismatch('hexadecimal text', `expected pairs of digits, found ${show(text)}`)
  return Buffer.from(text, 'hex')
}

function matchValue(expected: unknown, actual: unknown, place: string): void {
  const [wanted, found] = [numberOf(expected), numberOf(actual)]
  // 1n == 1 is what "flexible numeric comparison" asks for; neither side is text here.
  // eslint-disable-next-line eqeqeq
  const same = wanted !== undefined && found !== undefined ? wanted == found : wanted === found && actual !== undefined && canonical(expected) === canonical(actual)
  if (!same)
    mismatch(place, `expected ${show(expected)}, found ${show(actual)}`)
}

function canonical(value: unknown): string {
  return BSON.EJSON.stringify({ value }, { relaxed: false })
}
