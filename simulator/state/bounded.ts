/** A map that forgets what was longest untouched once it holds more than `most` entries, or once their sizes pass `mostTotal`. */
export class BoundedMap<V> {
  readonly #entries = new Map<string, V>()
  readonly #most: number
  readonly #sizeOf: (value: V) => number
  readonly #mostTotal: number
  #total = 0

  constructor(most: number, limit: { sizeOf: (value: V) => number, mostTotal: number } = { sizeOf: () => 0, mostTotal: Infinity }) {
    this.#most = most
    this.#sizeOf = limit.sizeOf
    this.#mostTotal = limit.mostTotal
  }

  get(key: string): V | undefined {
    const value = this.#entries.get(key)
    if (value !== undefined) {
      this.#entries.delete(key)
      this.#entries.set(key, value)
    }
    return value
  }

  set(key: string, value: V): void {
    this.delete(key)
    this.#entries.set(key, value)
    this.#total += this.#sizeOf(value)
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#most && this.#total <= this.#mostTotal) break
      if (oldest === key) break
      this.delete(oldest)
    }
  }

  delete(key: string): void {
    const value = this.#entries.get(key)
    if (value === undefined) return
    this.#entries.delete(key)
    this.#total -= this.#sizeOf(value)
  }

  has(key: string): boolean {
    return this.#entries.has(key)
  }

  values(): IterableIterator<V> {
    return this.#entries.values()
  }

  get size(): number {
    return this.#entries.size
  }
}
