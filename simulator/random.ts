/** A source of chance that gives the same numbers for the same seed, so that a run can be repeated. */
export type Random = {
  /** 0 ≤ x < 1. */
  next: () => number
  /** A whole number, both ends included. */
  between: (low: number, high: number) => number
}

/** mulberry32: 32 bits of state, good enough for delays and drawings. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6D2B79F5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return { next, between: (low, high) => low + Math.floor(next() * (high - low + 1)) }
}

/** A seed made of a name: FNV-1a over its UTF-16 units. */
export function seedOf(name: string): number {
  let hash = 0x811C9DC5
  for (let i = 0; i < name.length; i++)
    hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
  return hash >>> 0
}
