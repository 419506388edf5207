import type { Arbitrary } from 'fast-check'
import fc from 'fast-check'

/** Values that stand where others belong. */
const oddValue: Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(null, true, false, 0, -1, 1e300, 1790000000, '', '1790000000', '-5', '99999999999999999999', '\uD800', '__proto__', 'constructor', {}, [], [null], [[]]),
  fc.jsonValue({ maxDepth: 3 }),
)

/** Objects with a provider's words as keys and anything as values, some levels deep; keys that reach for prototypes among them. */
export function hostileObject(keys: readonly string[], values: readonly string[]): Arbitrary<unknown> {
  const key = fc.constantFrom(...keys, '__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty')
  const leaf = fc.oneof({ weight: 2, arbitrary: fc.constantFrom(...values) }, { weight: 3, arbitrary: oddValue })
  return fc.letrec(tie => ({
    node: fc.oneof({ maxDepth: 6, depthSize: 'medium' }, leaf, fc.array(tie('node'), { maxLength: 3 }), fc.array(fc.tuple(key, tie('node')), { maxLength: 6 }).map(asJsonObject)),
  })).node
}

/** As JSON.parse makes it: `__proto__` is a property like any other. */
function asJsonObject(entries: [string, unknown][]): unknown {
  const object: object = {}
  for (const [name, value] of entries) Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true })
  return object
}

/** Recorded bodies in which some values, anywhere, have become odd ones: the parser gets far before it meets them. */
export function mutated(bodies: readonly Record<string, unknown>[]): Arbitrary<Record<string, unknown>> {
  return fc.tuple(fc.constantFrom(...bodies), fc.array(fc.tuple(fc.nat(), oddValue), { minLength: 1, maxLength: 4 })).map(([body, changes]) => {
    const copy = structuredClone(body)
    for (const [at, value] of changes) {
      const places = placesOf(copy)
      const place = places[at % places.length]
      // A copy each time: one object in two places could come to hold itself.
      if (place !== undefined) Object.defineProperty(place.holder, place.key, { value: JSON.parse(JSON.stringify(value)) as unknown, enumerable: true, configurable: true, writable: true })
    }
    return copy
  })
}

/** Every place of a value at which something stands. */
function placesOf(holder: object): { holder: object, key: string }[] {
  return Object.entries(holder).flatMap(([key, value]: [string, unknown]) => [{ holder, key }, ...typeof value === 'object' && value !== null ? placesOf(value) : []])
}
