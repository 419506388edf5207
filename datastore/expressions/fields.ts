import type { Options } from 'mingo/types'
import type { ExpressionTable } from './operator.ts'
import { getField, setField } from '../bson/decode.ts'
import { fail } from '../errors.ts'
import { isDocument } from '../query/paths.ts'
import { typeName } from '../query/types.ts'
import { isNothing, valueOf } from './operator.ts'

/** A field's name as it stands: dots and dollars are part of it. */
function nameOf(operator: string, document: unknown, given: unknown, options: Options): string {
  const name = valueOf(document, given, options)
  return typeof name === 'string' ? name : fail('Location5654602', `${operator} requires 'field' to evaluate to type String, but got ${typeName(name)}`)
}

function changed(operator: '$setField' | '$unsetField'): ExpressionTable[`$${string}`] {
  return (document, operand, options) => {
    if (!isDocument(operand) || !('field' in operand) || !('input' in operand))
      return fail('Location4161100', `${operator} requires 'field' and 'input' to be specified`)
    const name = nameOf(operator, document, operand.field, options)
    const input = valueOf(document, operand.input, options)
    if (isNothing(input))
      return null
    if (!isDocument(input))
      return fail('Location4161105', `${operator} requires 'input' to evaluate to type Object`)
    const value = operator === '$setField' ? valueOf(document, operand.value, options) : undefined
    const copy = { ...input }
    if (value === undefined)
      delete copy[name]
    else
      setField(copy, name, value)
    return copy
  }
}

/** Fields by their names, whatever is in them. https://www.mongodb.com/docs/manual/reference/operator/aggregation/#miscellaneous-operators */
export const fieldOperators: ExpressionTable = {
  $getField: (document, operand, options) => {
    const { field, input } = isDocument(operand) && 'field' in operand ? operand : { field: operand, input: '$$CURRENT' }
    const holder = valueOf(document, input ?? '$$CURRENT', options)
    const name = nameOf('$getField', document, field, options)
    return isDocument(holder) ? getField(holder, name) : isNothing(holder) ? holder : undefined
  },
  $literal: (_document, operand) => operand,
  $setField: changed('$setField'),
  $unsetField: changed('$unsetField'),
}
