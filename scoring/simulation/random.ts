/** Numbers that look random and are the same for the same seed. */
export type Random = {
  /** Evenly in 0…1. */
  next: () => number
  chance: (p: number) => boolean
  /** Exponential with the given mean. */
  wait: (mean: number) => number
  normal: () => number
  pick: <T>(of: readonly (readonly [T, number])[]) => T
}

/** Mulberry32: 32 bits of state, enough for simulated customers and nothing secret. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6D2B79F5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  return {
    next,
    chance: p => next() < p,
    wait: mean => -mean * Math.log(1 - next()),
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    pick: (of) => {
      let at = next() * of.reduce((sum, [, share]) => sum + share, 0)
      for (const [value, share] of of) { at -= share; if (at < 0) return value }
      return of.at(-1)![0]
    },
  }
}
