import { Decimal128, Double, Int32, Long, Timestamp } from 'bson'

/** Any of BSON's numbers as decoded: a JavaScript number, or a wrapper where that would lose the type or digits. */
export type BsonNumber = number | bigint | Long | Double | Int32 | Decimal128

/** Whether a decoded value is a BSON number of whatever type. */
export function isNumber(value: unknown): value is BsonNumber {
  // The class of timestamps is derived from that of int64.
  return typeof value === 'number' || typeof value === 'bigint' || (value instanceof Long && !(value instanceof Timestamp)) || value instanceof Double || value instanceof Int32 || value instanceof Decimal128
}

/** The nearest JavaScript number. */
export function toNumber(value: BsonNumber): number {
  if (typeof value === 'number')
    return value
  if (typeof value === 'bigint')
    return Number(value)
  if (value instanceof Long)
    return value.toNumber()
  if (value instanceof Decimal128)
    return Number(value.toString())
  return value.value
}

const INT64 = { least: -(2n ** 63n), most: 2n ** 63n - 1n }

/** A whole number within 64 bits, exactly; undefined for any other. */
export function wholeNumber(value: BsonNumber): bigint | undefined {
  const double = toNumber(value)
  if (!Number.isFinite(double) || Math.abs(double) > 2 ** 63)
    return undefined
  const { negative, coefficient, exponent } = toExact(value)
  if (exponent < 0)
    return undefined
  const magnitude = coefficient * 10n ** BigInt(exponent)
  const whole = negative ? -magnitude : magnitude
  return whole >= INT64.least && whole <= INT64.most ? whole : undefined
}

/** A finite number as sign · coefficient · 10^exponent, exactly. */
export interface ExactDecimal { negative: boolean, coefficient: bigint, exponent: number }

/** The exact decimal form of a finite number, without trailing zeros in its coefficient. */
export function toExact(value: BsonNumber): ExactDecimal {
  if (typeof value === 'bigint' || value instanceof Long)
    return normalize(typeof value === 'bigint' ? value : value.toBigInt(), 0)
  if (value instanceof Decimal128)
    return parseDecimal(value.toString())
  const double = toNumber(value)
  if (Number.isInteger(double))
    return normalize(BigInt(double), 0)
  return exactFraction(double)
}

const DOUBLE = new DataView(new ArrayBuffer(8))

/** m · 2^-k is m · 5^k · 10^-k, so every double has a finite decimal form. */
function exactFraction(double: number): ExactDecimal {
  DOUBLE.setFloat64(0, double)
  const bits = DOUBLE.getBigUint64(0)
  const biased = Number((bits >> 52n) & 0x7FFn)
  const fraction = bits & 0xFFFFFFFFFFFFFn
  const mantissa = biased === 0 ? fraction : fraction | 0x10000000000000n
  const power = (biased === 0 ? 1 : biased) - 1075
  const signed = double < 0 ? -mantissa : mantissa
  return power >= 0 ? normalize(signed << BigInt(power), 0) : normalize(signed * 5n ** BigInt(-power), power)
}

function parseDecimal(text: string): ExactDecimal {
  const [digits = '0', exponentText = '0'] = text.toUpperCase().split('E')
  const [whole = '0', fraction = ''] = digits.split('.')
  return normalize(BigInt(whole + fraction), Number(exponentText) - fraction.length, whole.startsWith('-'))
}

function normalize(signed: bigint, exponent: number, minus = signed < 0n): ExactDecimal {
  let coefficient = signed < 0n ? -signed : signed
  if (coefficient === 0n)
    return { negative: false, coefficient, exponent: 0 }
  let power = exponent
  while (coefficient % 10n === 0n) {
    coefficient /= 10n
    power++
  }
  return { negative: minus, coefficient, exponent: power }
}

/** Compares two exact decimals: negative, zero or positive. */
export function compareExact(a: ExactDecimal, b: ExactDecimal): number {
  if (a.coefficient === 0n || b.coefficient === 0n || a.negative !== b.negative)
    return signOf(a) - signOf(b)
  const magnitude = compareMagnitude(a, b)
  return a.negative ? -magnitude : magnitude
}

function signOf(value: ExactDecimal): number {
  return value.coefficient === 0n ? 0 : value.negative ? -1 : 1
}

function compareMagnitude(a: ExactDecimal, b: ExactDecimal): number {
  const aDigits = a.coefficient.toString()
  const bDigits = b.coefficient.toString()
  const byOrder = (aDigits.length + a.exponent) - (bDigits.length + b.exponent)
  if (byOrder !== 0)
    return byOrder
  const width = Math.max(aDigits.length, bDigits.length)
  const aPadded = aDigits.padEnd(width, '0')
  const bPadded = bDigits.padEnd(width, '0')
  return aPadded < bPadded ? -1 : aPadded > bPadded ? 1 : 0
}

function isNonFinite(value: BsonNumber): boolean {
  return !Number.isFinite(typeof value === 'number' ? value : value instanceof Decimal128 ? decimalClass(value) : value instanceof Double ? value.value : 0)
}

/** NaN, an infinity, or 0 for any finite decimal. */
export function decimalClass(value: Decimal128): number {
  const text = value.toString()
  return text === 'NaN' ? Number.NaN : text === 'Infinity' ? Infinity : text === '-Infinity' ? -Infinity : 0
}

function rank(value: BsonNumber): number {
  const special = value instanceof Decimal128 ? decimalClass(value) : toNumber(value)
  return Number.isNaN(special) ? -2 : special === -Infinity ? -1 : special === Infinity ? 1 : 0
}

/** MongoDB's one order of all numeric types: NaN below everything, equal values equal whatever their type. */
export function compareNumbers(a: BsonNumber, b: BsonNumber): number {
  if (typeof a === 'number' && typeof b === 'number') {
    if (a < b)
      return -1
    if (a > b)
      return 1
    if (a === b)
      return 0
    return (Number.isNaN(a) ? 0 : 1) - (Number.isNaN(b) ? 0 : 1)
  }
  if (isNonFinite(a) || isNonFinite(b))
    return rank(a) - rank(b)
  return compareExact(toExact(a), toExact(b))
}
