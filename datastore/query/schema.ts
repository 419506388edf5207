import type { Fields } from '../bson/decode.ts'
import { compareValues, sameValue } from '../bson/compare.ts'
import { isNumber, toNumber } from '../bson/numbers.ts'
import { fail } from '../errors.ts'
import { distinctValues } from '../expressions/accumulators.ts'
import { isDocument } from './paths.ts'
import { regexTest } from './regex-time.ts'
import { toRegExp } from './regex.ts'
import { typeCodeOf, typeCodes, typeName } from './types.ts'

/** A rule that a value does not keep, in the form of MongoDB's `schemaRulesNotSatisfied`. */
export interface Broken { operatorName: string, specifiedAs?: Fields, reason?: string, consideredValue?: unknown, [detail: string]: unknown }

/** The rules of a schema that a value breaks; none when it is valid. */
export type SchemaCheck = (value: unknown) => Broken[]

type Keyword = (operand: unknown, schema: Fields) => SchemaCheck

const JSON_TYPES: Record<string, string> = { object: 'object', array: 'array', number: 'number', boolean: 'bool', string: 'string', null: 'null' }

const typeError = (keyword: string, wanted: string): never => fail('TypeMismatch', `$jsonSchema keyword '${keyword}' must be ${wanted}`)

/** A keyword that says something of values of one kind and nothing of others. */
function about<T>(keyword: string, applies: (value: unknown) => value is T, holds: (value: T) => boolean, operand: unknown, reason: string): SchemaCheck {
  return value => !applies(value) || holds(value) ? [] : [{ operatorName: keyword, specifiedAs: { [keyword]: operand }, reason, consideredValue: value }]
}

const isText = (value: unknown): value is string => typeof value === 'string'
const isArray = (value: unknown): value is unknown[] => Array.isArray(value)

function count(keyword: string, operand: unknown): number {
  const number = isNumber(operand) ? toNumber(operand) : Number.NaN
  return Number.isInteger(number) && number >= 0 ? number : typeError(keyword, 'a non-negative integer')
}

const numeric = (keyword: string, operand: unknown): Parameters<typeof toNumber>[0] => isNumber(operand) ? operand : typeError(keyword, 'a number')
const texts = (keyword: string, operand: unknown): string[] => Array.isArray(operand) && operand.every(item => typeof item === 'string') ? operand : typeError(keyword, 'an array of strings')
const schemas = (keyword: string, operand: unknown): SchemaCheck[] => Array.isArray(operand) && operand.length > 0 ? (operand as unknown[]).map(compileInner) : typeError(keyword, 'a non-empty array of schemas')

function compileInner(schema: unknown): SchemaCheck {
  return isDocument(schema) ? compileSchema(schema) : fail('TypeMismatch', '$jsonSchema: a schema must be an object')
}

function typed(keyword: string, operand: unknown, codes: number[]): SchemaCheck {
  return value => codes.includes(typeCodeOf(value)) ? [] : [{ operatorName: keyword, specifiedAs: { [keyword]: operand }, reason: 'type did not match', consideredValue: value, consideredType: typeName(value) }]
}

function bound(keyword: string, operand: unknown, holds: (order: number) => boolean): SchemaCheck {
  const limit = numeric(keyword, operand)
  return about(keyword, isNumber, value => holds(compareValues(value, limit)), operand, 'comparison failed')
}

/** Some of several schemas, counted. */
function combined(keyword: string, operand: unknown, holds: (valid: number, all: number) => boolean): SchemaCheck {
  const checks = schemas(keyword, operand)
  return (value) => {
    const broken = checks.map(check => check(value))
    return holds(broken.filter(rules => rules.length === 0).length, checks.length) ? [] : [{ operatorName: keyword, schemasNotSatisfied: broken.flatMap((details, index) => details.length > 0 ? [{ index, details }] : []) }]
  }
}

const KEYWORDS: Record<string, Keyword> = {
  bsonType: operand => typed('bsonType', operand, typeCodes(operand)),
  type: operand => typed('type', operand, ([operand].flat() as unknown[]).flatMap(name => typeCodes(JSON_TYPES[String(name)] ?? fail('BadValue', `Unknown type name alias: ${String(name)}`)))),
  enum: (operand) => {
    const allowed = isArray(operand) && operand.length > 0 ? operand : typeError('enum', 'a non-empty array')
    return value => allowed.some(item => sameValue(item, value)) ? [] : [{ operatorName: 'enum', specifiedAs: { enum: allowed }, reason: 'value was not found in enum', consideredValue: value }]
  },
  minimum: (operand, schema) => bound('minimum', operand, order => schema.exclusiveMinimum === true ? order > 0 : order >= 0),
  maximum: (operand, schema) => bound('maximum', operand, order => schema.exclusiveMaximum === true ? order < 0 : order <= 0),
  exclusiveMinimum: (operand, schema) => typeof operand === 'boolean' && 'minimum' in schema ? () => [] : fail('FailedToParse', '$jsonSchema keyword \'exclusiveMinimum\' must be a boolean beside \'minimum\''),
  exclusiveMaximum: (operand, schema) => typeof operand === 'boolean' && 'maximum' in schema ? () => [] : fail('FailedToParse', '$jsonSchema keyword \'exclusiveMaximum\' must be a boolean beside \'maximum\''),
  multipleOf: (operand) => {
    const divisor = toNumber(numeric('multipleOf', operand))
    return about('multipleOf', isNumber, value => toNumber(value) % divisor === 0, operand, 'considered value is not a multiple of the specified value')
  },
  minLength: operand => about('minLength', isText, value => [...value].length >= count('minLength', operand), operand, 'specified string length was not satisfied'),
  maxLength: operand => about('maxLength', isText, value => [...value].length <= count('maxLength', operand), operand, 'specified string length was not satisfied'),
  pattern: (operand) => {
    const regex = toRegExp(operand, undefined)
    const test = regexTest(regex)
    return about('pattern', isText, test, operand, 'regular expression did not match')
  },
  minItems: operand => about('minItems', isArray, value => value.length >= count('minItems', operand), operand, 'array did not match specified length'),
  maxItems: operand => about('maxItems', isArray, value => value.length <= count('maxItems', operand), operand, 'array did not match specified length'),
  uniqueItems: operand => about('uniqueItems', isArray, value => operand !== true || distinctValues(value).length === value.length, operand, 'found a duplicate item'),
  items: (operand, schema) => itemsCheck(operand, schema.additionalItems),
  additionalItems: () => () => [],
  minProperties: operand => about('minProperties', isDocument, value => Object.keys(value).length >= count('minProperties', operand), operand, 'specified number of properties was not satisfied'),
  maxProperties: operand => about('maxProperties', isDocument, value => Object.keys(value).length <= count('maxProperties', operand), operand, 'specified number of properties was not satisfied'),
  required: (operand) => {
    const names = texts('required', operand)
    return (value) => {
      const missingProperties = isDocument(value) ? names.filter(name => !Object.hasOwn(value, name)) : []
      return missingProperties.length === 0 ? [] : [{ operatorName: 'required', specifiedAs: { required: names }, missingProperties }]
    }
  },
  properties: operand => propertiesCheck(operand),
  patternProperties: () => () => [],
  additionalProperties: (_operand, schema) => additionalCheck(schema),
  dependencies: operand => dependenciesCheck(operand),
  allOf: operand => combined('allOf', operand, (valid, all) => valid === all),
  anyOf: operand => combined('anyOf', operand, valid => valid > 0),
  oneOf: operand => combined('oneOf', operand, valid => valid === 1),
  not: (operand) => {
    const check = compileInner(operand)
    return value => check(value).length > 0 ? [] : [{ operatorName: 'not', reason: 'child expression matched' }]
  },
  title: operand => isText(operand) ? () => [] : typeError('title', 'a string'),
  description: operand => isText(operand) ? () => [] : typeError('description', 'a string'),
}

/**
 * Reads a `$jsonSchema`: draft 4 with `bsonType`, as https://www.mongodb.com/docs/manual/reference/operator/query/jsonSchema/ has it.
 * @throws DatastoreError FailedToParse (9) for an unknown keyword, TypeMismatch (14) for one of a wrong type
 */
export function compileSchema(schema: Fields): SchemaCheck {
  const checks = Object.entries(schema).map(([keyword, operand]) => Object.hasOwn(KEYWORDS, keyword) ? KEYWORDS[keyword]!(operand, schema) : fail('FailedToParse', `Unknown $jsonSchema keyword: ${keyword}`))
  if ('patternProperties' in schema && !('additionalProperties' in schema))
    checks.push(additionalCheck(schema))
  return value => checks.flatMap(check => check(value))
}

function itemsCheck(operand: unknown, additional: unknown): SchemaCheck {
  const each = Array.isArray(operand) ? (operand as unknown[]).map(compileInner) : undefined
  const rest = each ? (additional === false ? () => [{ operatorName: 'additionalItems', reason: 'found additional items' }] : isDocument(additional) ? compileSchema(additional) : () => []) : compileInner(operand)
  return (value) => {
    if (!Array.isArray(value))
      return []
    const at = value.findIndex((item, i) => (each?.[i] ?? rest)(item).length > 0)
    return at < 0 ? [] : [{ operatorName: 'items', reason: 'At least one item did not match the sub-schema', itemIndex: at, details: (each?.[at] ?? rest)(value[at]) }]
  }
}

function propertiesCheck(operand: unknown): SchemaCheck {
  const checks = isDocument(operand) ? Object.entries(operand).map(([name, schema]) => ({ name, check: compileInner(schema), description: isDocument(schema) ? schema.description : undefined })) : typeError('properties', 'an object')
  return (value) => {
    if (!isDocument(value))
      return []
    const broken = checks.flatMap(({ name, check, description }) => {
      const details = Object.hasOwn(value, name) ? check(value[name]) : []
      return details.length === 0 ? [] : [{ propertyName: name, ...(isText(description) ? { description } : {}), details }]
    })
    return broken.length === 0 ? [] : [{ operatorName: 'properties', propertiesNotSatisfied: broken }]
  }
}

/** Properties that are not named: by pattern, and all others. */
function additionalCheck({ properties, patternProperties, additionalProperties }: Fields): SchemaCheck {
  const named = isDocument(properties) ? properties : {}
  const patterns = Object.entries(isDocument(patternProperties) ? patternProperties : {}).map(([pattern, schema]) => ({ fits: regexTest(toRegExp(pattern, undefined)), check: compileInner(schema) }))
  const others = isDocument(additionalProperties) ? compileSchema(additionalProperties) : undefined
  return (value) => {
    if (!isDocument(value))
      return []
    const unexpected: string[] = []
    const broken = Object.entries(value).flatMap(([name, inner]) => {
      const fitting = patterns.filter(({ fits }) => fits(name))
      const unnamed = fitting.length === 0 && !Object.hasOwn(named, name)
      if (unnamed && additionalProperties === false)
        unexpected.push(name)
      const details = unnamed ? others?.(inner) ?? [] : fitting.flatMap(({ check }) => check(inner))
      return details.length === 0 ? [] : [{ propertyName: name, details }]
    })
    return [
      ...(unexpected.length > 0 ? [{ operatorName: 'additionalProperties', specifiedAs: { additionalProperties: false }, additionalProperties: unexpected }] : []),
      ...(broken.length > 0 ? [{ operatorName: 'patternProperties', propertiesNotSatisfied: broken }] : []),
    ]
  }
}

function dependenciesCheck(operand: unknown): SchemaCheck {
  const rules = isDocument(operand) ? Object.entries(operand).map(([name, rule]) => ({ name, check: Array.isArray(rule) ? KEYWORDS.required!(rule, {}) : compileInner(rule) })) : typeError('dependencies', 'an object')
  return (value) => {
    const failing = isDocument(value) ? rules.filter(({ name, check }) => Object.hasOwn(value, name) && check(value).length > 0) : []
    return failing.length === 0 ? [] : [{ operatorName: 'dependencies', failingDependencies: failing.map(({ name }) => ({ conditionalProperty: name })) }]
  }
}
