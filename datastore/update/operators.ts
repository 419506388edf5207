import type { Fields } from '../bson/decode.ts'
import type { Operator, OperatorContext } from './operator.ts'
import { Int32, Long, Timestamp } from 'bson'
import { calculate, integerOf } from '../bson/arithmetic.ts'
import { compareValues, sameValue } from '../bson/compare.ts'
import { isNumber, toNumber } from '../bson/numbers.ts'
import { fail } from '../errors.ts'
import { isDocument } from '../query/paths.ts'
import { pullTest } from './pull.ts'
import { applyPush } from './push.ts'

/** An operator left the place as it was. */
export const UNCHANGED = Symbol('unchanged')
/** An operator takes the place away. */
export const REMOVED = Symbol('removed')

export const OPERATORS: Record<string, Operator> = {
  $set: (_current, operand) => operand,
  $setOnInsert: (_current, operand, { inserting }) => inserting ? operand : UNCHANGED,
  $unset: () => REMOVED,
  $inc: (current, operand, { path }) => arithmetic('add', '$inc', current, operand, path),
  $mul: (current, operand, { path }) => arithmetic('multiply', '$mul', current === undefined ? calculate('multiply', operandNumber('$mul', operand, path), 0) : current, operand, path),
  $min: (current, operand, { stringKey }) => current === undefined || compareValues(operand, current, stringKey) < 0 ? operand : UNCHANGED,
  $max: (current, operand, { stringKey }) => current === undefined || compareValues(operand, current, stringKey) > 0 ? operand : UNCHANGED,
  $currentDate: (_current, operand, { now }) => currentDate(operand, now),
  $bit: bitwise,
  $push: applyPush,
  $addToSet: addToSet,
  $pop: pop,
  $pull: (current, operand, context) => keepElements('$pull', current, operand => !operand, pullTest(operand, context.stringKey), context.path),
  $pullAll: (current, operand, context) => {
    const unwanted = Array.isArray(operand) ? operand as unknown[] : fail('BadValue', '$pullAll requires an array argument')
    return keepElements('$pullAll', current, matched => !matched, item => unwanted.some(value => sameValue(value, item, context.stringKey)), context.path)
  },
}

function operandNumber(name: string, operand: unknown, path: string): unknown {
  return isNumber(operand) ? operand : fail('TypeMismatch', `Cannot ${name === '$inc' ? 'increment' : 'multiply'} with non-numeric argument: {${path}: ${JSON.stringify(operand)}}`)
}

function arithmetic(operation: 'add' | 'multiply', name: string, current: unknown, operand: unknown, path: string): unknown {
  operandNumber(name, operand, path)
  if (current === undefined)
    return operand
  if (!isNumber(current))
    fail('TypeMismatch', `Cannot apply ${name} to a value of non-numeric type. The field '${path}' is not a number`)
  return calculate(operation, current, operand)
}

function currentDate(operand: unknown, now: Date): unknown {
  const type = operand === true || operand === false ? 'date' : isDocument(operand) ? operand.$type : undefined
  if (type === 'date')
    return now
  if (type === 'timestamp')
    return new Timestamp({ t: Math.floor(now.getTime() / 1000), i: 1 })
  return fail('BadValue', 'The \'$type\' string field is required to be \'date\' or \'timestamp\': {$currentDate: {field : {$type: \'date\'}}}')
}

function bitwise(current: unknown, operand: unknown, { path }: OperatorContext): unknown {
  if (!isDocument(operand) || Object.keys(operand).length === 0)
    return fail('BadValue', `The $bit modifier is not compatible with a non-document operand on '${path}'`)
  let value = current ?? 0
  for (const [name, mask] of Object.entries(operand)) {
    if (!isInteger(value) || !isInteger(mask))
      return fail('BadValue', `The $bit modifier field must be an Integer(32/64 bit) on '${path}'`)
    const [x, y] = [integerOf(value), integerOf(mask)]
    const result = name === 'and' ? x & y : name === 'or' ? x | y : name === 'xor' ? x ^ y : fail('BadValue', `The $bit modifier only supports 'and', 'or', and 'xor', not '${name}'`)
    value = value instanceof Long || mask instanceof Long ? Long.fromBigInt(result) : Number(BigInt.asIntN(32, result))
  }
  return value
}

function isInteger(value: unknown): value is number | Long | Int32 {
  return value instanceof Long || value instanceof Int32 || (typeof value === 'number' && Number.isInteger(value))
}

function addToSet(current: unknown, operand: unknown, { path, stringKey }: OperatorContext): unknown {
  if (current !== undefined && !Array.isArray(current))
    return fail('BadValue', `Cannot apply $addToSet to non-array field. Field named '${path}' has non-array type`)
  const items = [...(current as unknown[] | undefined ?? [])]
  const wanted = isDocument(operand) && '$each' in operand ? eachOf('$addToSet', operand) : [operand]
  for (const value of wanted) {
    if (!items.some(item => sameValue(item, value, stringKey)))
      items.push(value)
  }
  return current !== undefined && items.length === (current as unknown[]).length ? UNCHANGED : items
}

/** The array under `$each`. */
export function eachOf(name: string, operand: Fields): unknown[] {
  return Array.isArray(operand.$each) ? operand.$each as unknown[] : fail('BadValue', `The argument to $each in ${name} must be an array`)
}

function pop(current: unknown, operand: unknown, { path }: OperatorContext): unknown {
  const direction = isNumber(operand) ? toNumber(operand) : Number.NaN
  if (direction !== 1 && direction !== -1)
    fail('FailedToParse', '$pop expects 1 or -1')
  if (current === undefined)
    return UNCHANGED
  if (!Array.isArray(current))
    return fail('TypeMismatch', `Path '${path}' contains an element of non-array type`)
  return direction === 1 ? current.slice(0, -1) : current.slice(1)
}

function keepElements(name: string, current: unknown, keep: (matched: boolean) => boolean, test: (item: unknown) => boolean, path: string): unknown {
  if (current === undefined)
    return UNCHANGED
  if (!Array.isArray(current))
    return fail('BadValue', `Cannot apply ${name} to a non-array value at '${path}'`)
  const kept = (current as unknown[]).filter(item => keep(test(item)))
  return kept.length === current.length ? UNCHANGED : kept
}
