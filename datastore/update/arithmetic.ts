import type { BsonNumber, ExactDecimal } from '../bson/numbers.ts'
import { Decimal128, Double, Int32, Long } from 'bson'
import { isNumber, toExact, toNumber } from '../bson/numbers.ts'
import { fail } from '../errors.ts'

type Width = 'int' | 'long' | 'double' | 'decimal'

function widthOf(value: BsonNumber): Width {
  if (value instanceof Decimal128)
    return 'decimal'
  if (value instanceof Long || typeof value === 'bigint')
    return 'long'
  if (value instanceof Int32)
    return 'int'
  if (value instanceof Double)
    return 'double'
  return Number.isInteger(value) && Math.abs(value) <= 0x7FFFFFFF && !Object.is(value, -0) ? 'int' : 'double'
}

/** A double as a decoded value: one that would be written as an int32 keeps its type by a wrapper. */
export function doubleValue(value: number): number | Double {
  return Number.isInteger(value) && Math.abs(value) <= 0x80000000 ? new Double(value) : value
}

/** The sum or product of two BSON numbers in the wider of their types; an int that overflows becomes a long. */
export function calculate(operation: 'add' | 'multiply', a: unknown, b: unknown): unknown {
  if (!isNumber(a) || !isNumber(b))
    return fail('TypeMismatch', 'Cannot apply an arithmetic update to a value of non-numeric type')
  const widths = [widthOf(a), widthOf(b)]
  if (widths.includes('decimal'))
    return decimal(operation, a, b)
  if (widths.includes('double')) {
    const [x, y] = [toNumber(a), toNumber(b)]
    return doubleValue(operation === 'add' ? x + y : x * y)
  }
  const [x, y] = [integerOf(a), integerOf(b)]
  const result = operation === 'add' ? x + y : x * y
  if (!widths.includes('long') && result >= -0x80000000n && result <= 0x7FFFFFFFn)
    return Number(result)
  if (BigInt.asIntN(64, result) !== result)
    fail('BadValue', `Failed to apply an arithmetic update: integer overflow`)
  return Long.fromBigInt(result)
}

/** A whole number's exact value. */
export function integerOf(value: BsonNumber): bigint {
  return value instanceof Long ? value.toBigInt() : typeof value === 'bigint' ? value : BigInt(toNumber(value))
}

const coefficient = (value: ExactDecimal): bigint => value.negative ? -value.coefficient : value.coefficient
const scaled = (value: ExactDecimal, exponent: number): bigint => coefficient(value) * 10n ** BigInt(value.exponent - exponent)
const signed = (value: bigint): { negative: boolean, coefficient: bigint } => ({ negative: value < 0n, coefficient: value < 0n ? -value : value })

function decimal(operation: 'add' | 'multiply', a: BsonNumber, b: BsonNumber): Decimal128 {
  const [x, y] = [toNumber(a), toNumber(b)]
  const rough = operation === 'add' ? x + y : x * y
  if (!Number.isFinite(x) || !Number.isFinite(y))
    return Decimal128.fromString(Number.isNaN(rough) ? 'NaN' : rough > 0 ? 'Infinity' : '-Infinity')
  const left = toExact(a)
  const right = toExact(b)
  if (operation === 'multiply')
    return toDecimal({ ...signed(coefficient(left) * coefficient(right)), exponent: left.exponent + right.exponent })
  const exponent = Math.min(left.exponent, right.exponent)
  return toDecimal({ ...signed(scaled(left, exponent) + scaled(right, exponent)), exponent })
}

function toDecimal(value: ExactDecimal): Decimal128 {
  return Decimal128.fromStringWithRounding(`${value.negative ? '-' : ''}${value.coefficient}E${value.exponent}`)
}
