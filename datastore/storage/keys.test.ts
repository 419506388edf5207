import { Buffer } from 'node:buffer'
import { Binary, Decimal128, Double, Long, MaxKey, MinKey, ObjectId } from 'bson'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { boundedKey, encodeId, KeyWriter, MAX_KEY_BYTES } from './keys.ts'

const key = (value: unknown, descending = false): Buffer => new KeyWriter().value(value, descending).take()

/** MongoDB's order written once more, and only for these tests: a rank of types, then within a type. */
const RANKS = ['minKey', 'null', 'number', 'string', 'object', 'array', 'binary', 'objectId', 'bool', 'date', 'maxKey'] as const

interface Sample { rank: typeof RANKS[number], value: unknown, compare: unknown }

/** Numbers as fractions over a power of ten, exact for what is generated here. */
const SCALE = 10n ** 30n
const numbers: fc.Arbitrary<Sample> = fc.oneof(
  fc.integer().map(n => ({ value: n as unknown, scaled: BigInt(n) * SCALE })),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(n => ({ value: Long.fromBigInt(n) as unknown, scaled: n * SCALE })),
  fc.integer({ min: -(2 ** 40), max: 2 ** 40 }).map(n => ({ value: n / 1024 as unknown, scaled: BigInt(n) * SCALE / 1024n })),
  fc.integer().map(n => ({ value: new Double(n) as unknown, scaled: BigInt(n) * SCALE })),
  fc.tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.integer({ min: 0, max: 25 })).map(([n, places]) => ({ value: Decimal128.fromString(`${n}E-${places}`) as unknown, scaled: n * SCALE / 10n ** BigInt(places) })),
  fc.bigInt({ min: 2n ** 53n - 3n, max: 2n ** 53n + 3n }).map(n => ({ value: Long.fromBigInt(n) as unknown, scaled: n * SCALE })),
).map(({ value, scaled }) => ({ rank: 'number', value, compare: scaled }))

const strings: fc.Arbitrary<Sample> = fc.string({ unit: 'binary', maxLength: 6 }).map(text => ({ rank: 'string', value: text, compare: Buffer.from(text) }))
const simple: fc.Arbitrary<Sample> = fc.oneof(
  fc.constant<Sample>({ rank: 'minKey', value: new MinKey(), compare: 0n }),
  fc.constant<Sample>({ rank: 'maxKey', value: new MaxKey(), compare: 0n }),
  fc.constantFrom(null, undefined).map((value): Sample => ({ rank: 'null', value, compare: 0n })),
  fc.boolean().map((value): Sample => ({ rank: 'bool', value, compare: value ? 1n : 0n })),
  fc.date({ noInvalidDate: true }).map((value): Sample => ({ rank: 'date', value, compare: BigInt(value.getTime()) })),
  fc.uint8Array({ minLength: 12, maxLength: 12 }).map((bytes): Sample => ({ rank: 'objectId', value: new ObjectId(bytes), compare: Buffer.from(bytes) })),
)
const scalars = fc.oneof(numbers, strings, simple)
const containers: fc.Arbitrary<Sample> = fc.oneof(
  fc.array(scalars, { maxLength: 3 }).map((items): Sample => ({ rank: 'array', value: items.map(({ value }) => value ?? null), compare: items })),
  fc.array(fc.tuple(fc.constantFrom('a', 'b', 'ab'), scalars), { maxLength: 2 }).map((pairs): Sample => {
    const fields = new Map(pairs)
    return { rank: 'object', value: Object.fromEntries(Array.from(fields, ([name, { value }]) => [name, value ?? null])), compare: [...fields] }
  }),
)
const values = fc.oneof({ weight: 3, arbitrary: scalars }, containers)

function reference(a: Sample, b: Sample): number {
  if (a.rank !== b.rank)
    return RANKS.indexOf(a.rank) - RANKS.indexOf(b.rank)
  if (typeof a.compare === 'bigint')
    return a.compare < (b.compare as bigint) ? -1 : a.compare > (b.compare as bigint) ? 1 : 0
  if (Buffer.isBuffer(a.compare))
    return Buffer.compare(a.compare, b.compare as Buffer)
  if (a.rank === 'array')
    return inOrder(a.compare as Sample[], b.compare as Sample[], reference)
  return inOrder(a.compare as [string, Sample][], b.compare as [string, Sample][], ([nameA, x], [nameB, y]) =>
    RANKS.indexOf(x.rank) - RANKS.indexOf(y.rank) || Buffer.compare(Buffer.from(nameA), Buffer.from(nameB)) || reference(x, y))
}

function inOrder<T>(a: T[], b: T[], compare: (x: T, y: T) => number): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const order = compare(a[i]!, b[i]!)
    if (order !== 0)
      return order
  }
  return a.length - b.length
}

describe('an encoded key', () => {
  it('orders as MongoDB orders the values, ascending and descending', () => {
    fc.assert(fc.property(values, values, (a, b) => {
      const expected = Math.sign(reference(a, b))
      expect(Math.sign(Buffer.compare(key(a.value), key(b.value)))).toBe(expected)
      expect(Math.sign(Buffer.compare(key(a.value, true), key(b.value, true)))).toBe(expected === 0 ? 0 : -expected)
    }), { numRuns: 4000 })
  })

  it('orders numbers of all types in one order', () => {
    fc.assert(fc.property(numbers, numbers, (a, b) => {
      expect(Math.sign(Buffer.compare(key(a.value), key(b.value)))).toBe(Math.sign(reference(a, b)))
    }), { numRuns: 4000 })
  })

  it('is never the beginning of another value\'s key', () => {
    fc.assert(fc.property(values, values, (a, b) => {
      const [short, long] = [key(a.value), key(b.value)]
      if (!short.equals(long))
        expect(long.subarray(0, short.length).equals(short)).toBe(false)
    }), { numRuns: 2000 })
  })

  it('puts NaN below every number and knows no negative zero', () => {
    expect(Buffer.compare(key(Number.NaN), key(-Infinity))).toBeLessThan(0)
    expect(key(-0)).toEqual(key(0))
    expect(key(Decimal128.fromString('1.0'))).toEqual(key(1))
    expect(key(Decimal128.fromString('0.1'))).not.toEqual(key(0.1))
  })

  it('orders binary data by length, then subtype, then bytes', () => {
    const ordered = [new Binary(Buffer.from([9]), 0), new Binary(Buffer.from([1]), 4), new Binary(Buffer.from([1, 1]), 0), new Binary(Buffer.from([1, 2]), 0)].map(value => key(value))
    expect([...ordered].sort(Buffer.compare)).toEqual(ordered)
  })

  it('is cut when too long, and then still tells values apart', () => {
    const [a, b] = ['a', 'b'].map(end => boundedKey(key('x'.repeat(MAX_KEY_BYTES) + end)))
    expect(a!.cut).toBe(true)
    expect(a!.key.length).toBeLessThan(1900)
    expect(a!.key).not.toEqual(b!.key)
    expect(encodeId('x'.repeat(5000)).length).toBeLessThan(700)
  })
})
