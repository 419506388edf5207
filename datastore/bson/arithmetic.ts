import type { BsonNumber, ExactDecimal } from './numbers.ts'
import { Decimal128, Double, Int32, Long } from 'bson'
import { fail } from '../errors.ts'
import { decimalClass, isNumber, toExact, toNumber } from './numbers.ts'

export type Width = 'int' | 'long' | 'double' | 'decimal'

/** The numeric type of a decoded value; a JavaScript integer within 32 bits is an int. */
export function widthOf(value: BsonNumber): Width {
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
  const left = asWritten(a)
  const right = asWritten(b)
  if (operation === 'multiply')
    return toDecimal({ ...signed(coefficient(left) * coefficient(right)), exponent: left.exponent + right.exponent })
  const exponent = Math.min(left.exponent, right.exponent)
  return toDecimal({ ...signed(scaled(left, exponent) + scaled(right, exponent)), exponent })
}

/**
 * A finite number as an operand of decimal arithmetic. A decimal keeps the zeros it was written with, so that 1.10 + 2.20 is 3.30;
 * a double counts with 15 digits, as MongoDB converts it: 0.1 is 0.100000000000000.
 */
function asWritten(value: BsonNumber): ExactDecimal {
  const width = widthOf(value)
  if (width === 'int' || width === 'long')
    return toExact(value)
  const [, minus, whole = '', fraction = '', power = '0'] = /^(-?)(\d*)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(width === 'decimal' ? value.toString() : toNumber(value).toPrecision(15)) ?? []
  return { negative: minus === '-', coefficient: BigInt(whole + fraction), exponent: Number(power) - fraction.length }
}

/** An exact decimal, rounded to the 34 digits that a Decimal128 has. */
export function toDecimal(value: ExactDecimal): Decimal128 {
  return Decimal128.fromStringWithRounding(`${value.negative ? '-' : ''}${value.coefficient}E${value.exponent}`)
}

/** How many digits more than a Decimal128's 34 a quotient is worked out to before it is rounded. */
const QUOTIENT_DIGITS = 36

/** The quotient of two decimals; the divisor is not zero. */
export function divideDecimals(a: BsonNumber, b: BsonNumber): Decimal128 {
  const special = specialOf(a, b, (x, y) => x / y)
  if (special)
    return special
  const left = toExact(a)
  const right = toExact(b)
  const shift = Math.max(0, QUOTIENT_DIGITS + right.coefficient.toString().length - left.coefficient.toString().length)
  const numerator = left.coefficient * 10n ** BigInt(shift)
  const quotient = numerator / right.coefficient
  // A last digit that is not zero tells the rounding that something was left over.
  const sticky = quotient * 10n + (numerator % right.coefficient === 0n ? 0n : 1n)
  return toDecimal({ negative: left.negative !== right.negative, coefficient: sticky, exponent: left.exponent - right.exponent - shift - 1 })
}

/** What is left of a decimal divided by another towards zero; the divisor is not zero. */
export function remainderOfDecimals(a: BsonNumber, b: BsonNumber): Decimal128 {
  const special = specialOf(a, b, (x, y) => x % y)
  if (special)
    return special
  const [left, right] = [toExact(a), toExact(b)]
  const exponent = Math.min(left.exponent, right.exponent)
  return toDecimal({ ...signed(scaled(left, exponent) % scaled({ ...right, negative: false }, exponent)), exponent })
}

/** A decimal rounded to a number of places after the point, fewer than none included. */
export function roundDecimal(value: BsonNumber, places: number, mode: 'half even' | 'down' | 'floor' | 'ceiling'): Decimal128 {
  const special = specialOf(value, value, x => x)
  if (special)
    return special
  const { negative, coefficient: digits, exponent } = toExact(value)
  if (exponent >= -places)
    return toDecimal({ negative, coefficient: digits, exponent })
  const unit = 10n ** BigInt(-places - exponent)
  const whole = digits / unit
  const rest = digits % unit
  const half = rest * 2n === unit ? whole % 2n === 1n : rest * 2n > unit
  const up = mode === 'half even' ? half : mode === 'floor' ? negative && rest > 0n : mode === 'ceiling' ? !negative && rest > 0n : false
  return toDecimal({ negative, coefficient: whole + (up ? 1n : 0n), exponent: -places })
}

/** What JavaScript's arithmetic makes of operands of which one is not finite. */
function specialOf(a: BsonNumber, b: BsonNumber, operation: (x: number, y: number) => number): Decimal128 | undefined {
  const [x, y] = [a, b].map(value => value instanceof Decimal128 ? decimalClass(value) || (Number.isNaN(decimalClass(value)) ? Number.NaN : finite(value)) : toNumber(value)) as [number, number]
  if (Number.isFinite(x) && Number.isFinite(y))
    return undefined
  const result = operation(x, y)
  return Decimal128.fromString(Number.isNaN(result) ? 'NaN' : result === Infinity ? 'Infinity' : result === -Infinity ? '-Infinity' : String(result))
}

/** A finite decimal's sign is all that matters beside one that is not finite. */
function finite(value: Decimal128): number {
  return value.toString().startsWith('-') ? -1 : 1
}
