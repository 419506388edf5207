import type { Fields } from '../bson/decode.ts'
import type { FieldSource } from '../bson/stored-document.ts'
import type { FilterContext } from './filter.ts'
import { evalExpr } from 'mingo/core'
import { decodeDocument, setField } from '../bson/decode.ts'
import { StoredDocument } from '../bson/stored-document.ts'
import { fail } from '../errors.ts'
import { aggregationOptions } from './mingo.ts'
import { isDocument } from './paths.ts'
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

const VARIABLE_NAME = /^[a-z\u0080-\uFFFF][\w\u0080-\uFFFF]*$/

/**
 * The values of a command's `let`: each is an expression that no document is there for.
 * @throws DatastoreError FailedToParse (9) for a name that is none, Location4890500 for an expression that asks for a field
 */
export function letVariables(given: unknown): Fields | undefined {
  if (given === undefined)
    return undefined
  if (!isDocument(given))
    return fail('TypeMismatch', 'BSON field \'let\' is the wrong type, expected type \'object\'')
  const values: Fields = {}
  for (const [name, expression] of Object.entries(given)) {
    if (!VARIABLE_NAME.test(name))
      fail('FailedToParse', `'${name}' starts with an invalid character for a user variable name`)
    if (asksForField(expression))
      fail('Location4890500', 'Command let Expression tried to access a field, but this is not allowed because command let expressions run before the query examines any documents.')
    setField(values, name, evaluate({}, expression))
  }
  return values
}

function asksForField(expression: unknown): boolean {
  if (typeof expression === 'string')
    return (expression.startsWith('$') && !expression.startsWith('$$')) || /^\$\$(?:ROOT|CURRENT)\b/.test(expression)
  if (Array.isArray(expression))
    return expression.some(asksForField)
  return isDocument(expression) && !('$literal' in expression) && Object.values(expression).some(asksForField)
}

/** `$jsonSchema` is not part of this store yet; saying so is better than matching wrongly. */
export function matchesSchema(_document: FieldSource, _schema: Fields): boolean {
  return fail('CommandNotSupported', '$jsonSchema is not supported by this store')
}
