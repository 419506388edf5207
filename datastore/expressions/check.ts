import { fail } from '../errors.ts'
import { isDocument } from '../query/paths.ts'
import { ACCUMULATORS, EXPRESSIONS } from './context.ts'
import { checkedPath } from './field-path.ts'

/** Accumulators that are expressions too. */
const AS_EXPRESSIONS = new Set(['$firstN', '$lastN', '$maxN', '$minN', '$median', '$percentile', '$stdDevPop', '$stdDevSamp'])
/** Operators of MongoDB that this store does not have. */
const REFUSED = new Set(['$function', '$accumulator', '$meta', '$encStrContains', '$encStrEndsWith', '$encStrNormalizedEq', '$encStrStartsWith'])

/**
 * Refuses an expression that names an unknown operator or a path that is none, before any document is seen.
 * @throws DatastoreError InvalidPipelineOperator (168), Location15983, and what is wrong with a path
 */
export function checkExpression(expression: unknown): void {
  if (typeof expression === 'string')
    return checkPath(expression)
  if (Array.isArray(expression))
    return expression.forEach(checkExpression)
  if (!isDocument(expression))
    return
  const names = Object.keys(expression)
  const operator = names.find(name => name.startsWith('$'))
  if (operator === undefined)
    return Object.values(expression).forEach(checkExpression)
  if (names.length > 1)
    fail('Location15983', `an expression specification must contain exactly one field, the name of the expression. Found ${names.length} fields in { ${names.join(', ')} }`)
  if (REFUSED.has(operator))
    fail('CommandNotSupported', `${operator} is not supported by this store`)
  if (!isExpression(operator))
    fail('InvalidPipelineOperator', `Unrecognized expression '${operator}'`)
  if (operator !== '$literal')
    checkOperand(expression[operator])
}

/** Whether there is such an operator of expressions, if only one that is refused. */
export function isExpression(operator: string): boolean {
  return Object.hasOwn(EXPRESSIONS, operator) || (AS_EXPRESSIONS.has(operator) && Object.hasOwn(ACCUMULATORS, operator)) || REFUSED.has(operator)
}

/** An operand may be a document of named arguments, which are expressions themselves. */
function checkOperand(operand: unknown): void {
  if (isDocument(operand) && !Object.keys(operand).some(name => name.startsWith('$')))
    Object.values(operand).forEach(checkExpression)
  else
    checkExpression(operand)
}

function checkPath(text: string): void {
  if (!text.startsWith('$'))
    return
  if (text === '$')
    fail('Location16872', '\'$\' by itself is not a valid FieldPath')
  const path = text.startsWith('$$') ? text.slice(2) : text.slice(1)
  if (path === '')
    fail('FailedToParse', 'empty variable names are not allowed')
  checkedPath(path)
}
