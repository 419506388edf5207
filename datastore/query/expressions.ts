import type { Fields } from '../bson/decode.ts'
import type { FieldSource } from '../bson/stored-document.ts'
import type { FilterContext } from './filter.ts'
import { evalExpr } from 'mingo/core'
import { decodeDocument } from '../bson/decode.ts'
import { StoredDocument } from '../bson/stored-document.ts'
import { fail } from '../errors.ts'
import { aggregationOptions } from './mingo.ts'
import { plainFields } from './plain.ts'

/** Whether an aggregation expression is true of a document (`$expr`). */
export function matchesExpression(document: FieldSource, expression: unknown, context: FilterContext): boolean {
  if (!(document instanceof StoredDocument))
    fail('BadValue', '$expr can only be applied to the top-level document')
  const value = evaluate(decodeDocument(document.bytes, 0, 'plain'), expression, context.variables)
  return value !== false && value !== null && value !== undefined && value !== 0
}

/** The value of an aggregation expression for a document decoded with plain numbers. */
export function evaluate(document: Fields, expression: unknown, variables: Fields = {}): unknown {
  return evalExpr(document, plainFields(expression), aggregationOptions({ variables: plainFields(variables) }))
}

/** `$jsonSchema` is not part of this store yet; saying so is better than matching wrongly. */
export function matchesSchema(_document: FieldSource, _schema: Fields): boolean {
  return fail('CommandNotSupported', '$jsonSchema is not supported by this store')
}
