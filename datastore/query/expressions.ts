import type { Fields } from '../bson/decode.ts'
import type { FieldSource } from '../bson/stored-document.ts'
import type { FilterContext } from './filter.ts'
import { decodeDocument, setField } from '../bson/decode.ts'
import { StoredDocument } from '../bson/stored-document.ts'
import { fail } from '../errors.ts'
import { compileExpression } from '../expressions/context.ts'
import { isTrue } from '../expressions/logic.ts'
import { isDocument } from './paths.ts'
import { compileSchema } from './schema.ts'

/** A test whether an aggregation expression is true of a document (`$expr`). */
export function expressionTest(expression: unknown, context: FilterContext): (document: FieldSource) => boolean {
  const evaluate = compileExpression(expression, context.variables)
  return document => isTrue(evaluate(plainDocument(document)))
}

/** A document with plain numbers. */
function plainDocument(document: FieldSource): Fields {
  if (document instanceof StoredDocument)
    return decodeDocument(document.bytes, 0, 'plain')
  return document.fields ?? fail('BadValue', '$expr can only be applied to the top-level document')
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
    setField(values, name, compileExpression(expression)({}))
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

/** A test whether a document keeps a `$jsonSchema`. */
export function schemaTest(schema: Fields): (document: FieldSource) => boolean {
  const check = compileSchema(schema)
  return document => check(document instanceof StoredDocument ? document.toFields() : document.fields ?? {}).length === 0
}
