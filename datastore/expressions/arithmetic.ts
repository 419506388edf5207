import type { BsonNumber } from '../bson/numbers.ts'
import type { ExpressionTable } from './operator.ts'
import { Decimal128, Double, Long } from 'bson'
import { calculate, divideDecimals, remainderOfDecimals, roundDecimal } from '../bson/arithmetic.ts'
import { isNumber, toNumber } from '../bson/numbers.ts'
import { fail } from '../errors.ts'
import { plainFields } from '../query/plain.ts'
import { typeName } from '../query/types.ts'
import { argumentsOf, isNothing, withArguments } from './operator.ts'

/** Numbers that JavaScript's arithmetic is right for; the others are decimals and longs beyond 2^53. */
const isPlain = (value: unknown): value is number => typeof value === 'number'

const plainNumber = (value: unknown): BsonNumber => plainFields(value) as BsonNumber

/** The sum of two numbers in the wider of their types. */
export function add(a: BsonNumber, b: BsonNumber): BsonNumber {
  return isPlain(a) && isPlain(b) ? a + b : widened('add', a, b)
}

function multiply(a: BsonNumber, b: BsonNumber): BsonNumber {
  return isPlain(a) && isPlain(b) ? a * b : widened('multiply', a, b)
}

/** A sum or product beyond 64 bits becomes a double, as MongoDB has it in expressions. */
function widened(operation: 'add' | 'multiply', a: BsonNumber, b: BsonNumber): BsonNumber {
  const exact = [a, b].some(value => value instanceof Decimal128) || [a, b].every(value => !isPlain(value) || Number.isInteger(value))
  const [x, y] = [toNumber(a), toNumber(b)]
  const rough = operation === 'add' ? x + y : x * y
  if (!exact || (Math.abs(rough) >= 2 ** 63 && ![a, b].some(value => value instanceof Decimal128)))
    return rough
  return plainNumber(calculate(operation, ...([a, b].map(value => isPlain(value) && Number.isInteger(value) ? Long.fromNumber(value) : value) as [BsonNumber, BsonNumber])))
}

function negate(value: BsonNumber): BsonNumber {
  return isPlain(value) ? -value : value instanceof Decimal128 ? multiply(value, -1) : value instanceof Long ? plainNumber(value.negate()) : -toNumber(value)
}

/** The quotient of two numbers: a double, or a decimal when one of them is. @throws DatastoreError BadValue (2) for a divisor of zero */
export function divide(a: BsonNumber, b: BsonNumber): BsonNumber {
  if (toNumber(b) === 0)
    fail('BadValue', 'can\'t $divide by zero')
  return a instanceof Decimal128 || b instanceof Decimal128 ? divideDecimals(a, b) : toNumber(a) / toNumber(b)
}

function remainder(a: BsonNumber, b: BsonNumber): BsonNumber {
  if (toNumber(b) === 0)
    fail('Location16610', 'can\'t $mod by zero')
  if (a instanceof Decimal128 || b instanceof Decimal128)
    return remainderOfDecimals(a, b)
  return isPlain(a) && isPlain(b) ? a % b : a instanceof Long && Number.isInteger(toNumber(b)) ? plainNumber(a.modulo(Long.fromValue(b instanceof Long ? b : toNumber(b)))) : toNumber(a) % toNumber(b)
}

/** Adds numbers, and at most one date. */
function sum(values: readonly unknown[]): unknown {
  let total: BsonNumber = 0
  let date = false
  for (const value of values) {
    if (isNothing(value))
      return null
    if (value instanceof Date) {
      if (date)
        fail('Location16612', 'only one date allowed in an $add expression')
      date = true
      total = add(total, value.getTime())
    }
    else {
      total = add(total, isNumber(value) ? value : fail('TypeMismatch', `$add only supports numeric or date types, not ${typeName(value)}`))
    }
  }
  return date ? dateOf(Math.round(toNumber(total)), '$add') : total
}

function dateOf(millis: number, operator: string): Date {
  const date = new Date(millis)
  return Number.isNaN(date.getTime()) ? fail('Overflow', `date overflow in ${operator}`) : date
}

function difference(a: unknown, b: unknown): unknown {
  if (isNothing(a) || isNothing(b))
    return null
  if (isNumber(a) && isNumber(b))
    return add(a, negate(b))
  if (a instanceof Date && b instanceof Date)
    return a.getTime() - b.getTime()
  if (a instanceof Date && isNumber(b))
    return dateOf(a.getTime() - Math.round(toNumber(b)), '$subtract')
  return fail('TypeMismatch', `can't $subtract ${typeName(b)} from ${typeName(a)}`)
}

/** An operator of two numbers that is null when one of them is missing or null. */
function ofNumbers(name: string, calculateBoth: (a: BsonNumber, b: BsonNumber) => unknown, code: 'TypeMismatch' | 'Location16611' = 'TypeMismatch'): ExpressionTable[`$${string}`] {
  return withArguments(name, 2, (a, b) => {
    if (isNothing(a) || isNothing(b))
      return null
    return isNumber(a) && isNumber(b) ? calculateBoth(a, b) : fail(code, `${name} only supports numeric types, not ${typeName(a)} and ${typeName(b)}`)
  })
}

function ofNumber(name: string, calculateOne: (value: BsonNumber) => unknown): ExpressionTable[`$${string}`] {
  return withArguments(name, 1, value => isNothing(value) ? null : isNumber(value) ? calculateOne(value) : fail('Location28765', `${name} only supports numeric types, not ${typeName(value)}`))
}

/** `$round` and `$trunc`: of a number, to so many places. */
function toPlaces(name: string, mode: 'half even' | 'down'): ExpressionTable[`$${string}`] {
  return (document, operand, options) => {
    const [value, places = 0] = argumentsOf(document, operand, options)
    if (isNothing(value) || isNothing(places))
      return null
    if (!isNumber(value))
      return fail('Location51081', `${name} only supports numeric types, not ${typeName(value)}`)
    const count = isNumber(places) ? toNumber(places) : Number.NaN
    if (!Number.isInteger(count))
      fail('Location51082', 'precision argument to  $round must be a integral value')
    if (count < -20 || count > 100)
      fail('Location51083', `cannot apply ${name} with precision value ${count} value must be in [-20, 100]`)
    if (value instanceof Decimal128)
      return roundDecimal(value, count, mode)
    if (value instanceof Long || !Number.isFinite(toNumber(value)) || (Number.isInteger(toNumber(value)) && count >= 0))
      return value
    // The shortest decimal form of a double is what is rounded, as a reader of it would.
    return Number(roundDecimal(Decimal128.fromString(String(toNumber(value))), count, mode).toString())
  }
}

/** Arithmetic that is exact for decimals and longs. https://www.mongodb.com/docs/manual/reference/operator/aggregation/#arithmetic-expression-operators */
export const arithmeticOperators: ExpressionTable = {
  $add: (document, operand, options) => sum(argumentsOf(document, operand, options)),
  $subtract: withArguments('$subtract', 2, difference),
  $multiply: (document, operand, options) => {
    let product: BsonNumber = 1
    for (const value of argumentsOf(document, operand, options)) {
      if (isNothing(value))
        return null
      product = multiply(product, isNumber(value) ? value : fail('TypeMismatch', `$multiply only supports numeric types, not ${typeName(value)}`))
    }
    return product
  },
  $divide: ofNumbers('$divide', divide),
  $mod: ofNumbers('$mod', remainder, 'Location16611'),
  $abs: ofNumber('$abs', value => isPlain(value) ? Math.abs(value) : toNumber(value) < 0 ? negate(value) : value),
  $floor: ofNumber('$floor', value => value instanceof Decimal128 ? roundDecimal(value, 0, 'floor') : value instanceof Long ? value : Math.floor(toNumber(value))),
  $ceil: ofNumber('$ceil', value => value instanceof Decimal128 ? roundDecimal(value, 0, 'ceiling') : value instanceof Long ? value : Math.ceil(toNumber(value))),
  $round: toPlaces('$round', 'half even'),
  $trunc: toPlaces('$trunc', 'down'),
}

/** A double that mingo's own operators can calculate with. */
export function roughNumber(value: unknown): unknown {
  return value instanceof Decimal128 || value instanceof Long || value instanceof Double ? toNumber(value) : value
}
