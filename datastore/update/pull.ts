import type { StringKey } from '../bson/compare.ts'
import { BSONRegExp } from 'bson'
import { sameValue } from '../bson/compare.ts'
import { fieldsSource } from '../bson/stored-document.ts'
import { isOperatorDocument, parseFilter } from '../query/filter.ts'
import { compileFilter } from '../query/match.ts'
import { isDocument } from '../query/paths.ts'

/** Operators that join conditions on a whole document. */
const LOGICAL = new Set(['$and', '$or', '$nor'])

/** Which elements a `$pull` takes: those equal to a value, or those that a condition or filter holds for. */
export function pullTest(operand: unknown, stringKey?: StringKey): (item: unknown) => boolean {
  const context = stringKey ? { stringKey } : {}
  if (isDocument(operand) && LOGICAL.has(Object.keys(operand)[0] ?? '')) {
    const matches = compileFilter(parseFilter(operand), context)
    return item => isDocument(item) && matches(fieldsSource(item))
  }
  if (operand instanceof RegExp || operand instanceof BSONRegExp || isOperatorDocument(operand)) {
    const matches = compileFilter(parseFilter({ item: operand }), context)
    return item => matches(fieldsSource({ item }))
  }
  if (isDocument(operand)) {
    const matches = compileFilter(parseFilter(operand), context)
    return item => isDocument(item) && matches(fieldsSource(item))
  }
  return item => sameValue(item, operand, stringKey)
}
