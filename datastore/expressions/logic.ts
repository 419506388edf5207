import type { ExpressionTable } from './operator.ts'
import { isNumber, toNumber } from '../bson/numbers.ts'
import { fail } from '../errors.ts'
import { isDocument } from '../query/paths.ts'
import { argumentsOf, isNothing, valueOf } from './operator.ts'

/** Whether a value counts as true: all but false, null, what is missing, and zero. */
export function isTrue(value: unknown): boolean {
  return !isNothing(value) && value !== false && !(isNumber(value) && toNumber(value) === 0)
}

const listOf = (operand: unknown): unknown[] => Array.isArray(operand) ? operand : [operand]

/** Boolean and conditional operators. They evaluate no more of their operands than the result needs. */
export const logicOperators: ExpressionTable = {
  $and: (document, operand, options) => listOf(operand).every(item => isTrue(valueOf(document, item, options))),
  $or: (document, operand, options) => listOf(operand).some(item => isTrue(valueOf(document, item, options))),
  $not: (document, operand, options) => {
    const given = argumentsOf(document, operand, options)
    return given.length === 1 ? !isTrue(given[0]) : fail('Location16020', `Expression $not takes exactly 1 arguments. ${given.length} were passed in.`)
  },
  $cond: (document, operand, options) => {
    const [condition, then, otherwise] = branchesOf(operand)
    return valueOf(document, isTrue(valueOf(document, condition, options)) ? then : otherwise, options)
  },
  $ifNull: (document, operand, options) => {
    const given = listOf(operand)
    if (given.length < 2)
      fail('Location1257300', `$ifNull needs at least two arguments, had: ${given.length}`)
    let value: unknown
    for (const item of given) {
      value = valueOf(document, item, options)
      if (!isNothing(value))
        return value
    }
    return value
  },
  $switch: (document, operand, options) => {
    if (!isDocument(operand))
      return fail('Location40060', '$switch requires an object as an argument')
    const branches = Array.isArray(operand.branches) ? operand.branches as unknown[] : fail('Location40061', '$switch expected an array for \'branches\'')
    for (const branch of branches) {
      if (!isDocument(branch) || !('case' in branch))
        return fail('Location40064', '$switch requires each branch to have a \'case\' expression')
      if (!('then' in branch))
        fail('Location40065', '$switch requires each branch to have a \'then\' expression')
      if (isTrue(valueOf(document, branch.case, options)))
        return valueOf(document, branch.then, options)
    }
    return 'default' in operand ? valueOf(document, operand.default, options) : fail('Location40066', '$switch could not find a matching branch for an input, and no default was specified.')
  },
}

function branchesOf(operand: unknown): unknown[] {
  if (Array.isArray(operand))
    return operand.length === 3 ? operand : fail('Location16020', `Expression $cond takes exactly 3 arguments. ${operand.length} were passed in.`)
  if (!isDocument(operand))
    return fail('Location17080', 'Expression $cond takes exactly 3 arguments. 1 were passed in.')
  const unknown = Object.keys(operand).find(name => !['if', 'then', 'else'].includes(name))
  if (unknown)
    fail('Location17083', `Unrecognized parameter to $cond: ${unknown}`)
  const missing = (['if', 'then', 'else'] as const).find(name => !(name in operand))
  if (missing)
    fail(missing === 'if' ? 'Location17080' : missing === 'then' ? 'Location17081' : 'Location17082', `Missing '${missing}' parameter to $cond`)
  return [operand.if, operand.then, operand.else]
}
