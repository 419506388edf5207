import { BoundedMap } from '../state/bounded.ts'

/** WhatsApp lets one number send one person a message every six seconds, with a burst of 45 above that (Cloud API, throughput). */
const everyMs = 6_000
const burst = 45

/** A bucket per pair of number and person. */
export class PairRate {
  readonly #buckets = new BoundedMap<{ left: number, atMs: number }>(5_000)

  /** Takes one message out of the pair's bucket; false when it is empty. */
  take(pair: string, nowMs: number): boolean {
    const bucket = this.#buckets.get(pair) ?? { left: burst, atMs: nowMs }
    const left = Math.min(burst, bucket.left + (nowMs - bucket.atMs) / everyMs)
    if (left < 1) {
      this.#buckets.set(pair, { left, atMs: nowMs })
      return false
    }
    this.#buckets.set(pair, { left: left - 1, atMs: nowMs })
    return true
  }
}
