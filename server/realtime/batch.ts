/** Collects the newest version of each thing while it is too early to hand it over. */
export interface Batch<T> {
  add: (key: string, item: T) => void
  /** Hands over what is there now. */
  flush: () => void
  stop: () => void
}

/**
 * Things are handed over as soon as the current work is done, but no sooner than `ms` after those before them: what changes several times in that while is handed
 * over once, in the order in which it first changed. `newer` says whether the second stands for the first from now on.
 */
export function createBatch<T>(options: { ms: number, newer: (before: T, after: T) => boolean, handle: (items: T[]) => void }): Batch<T> {
  const waiting = new Map<string, T>()
  let timer: NodeJS.Timeout | undefined
  let handedOver = -Infinity
  function flush(): void {
    clearTimeout(timer)
    timer = undefined
    if (waiting.size === 0) return
    const items = [...waiting.values()]
    waiting.clear()
    handedOver = performance.now()
    options.handle(items)
  }
  return {
    add(key, item) {
      const before = waiting.get(key)
      if (before === undefined || options.newer(before, item)) waiting.set(key, item)
      timer ??= setTimeout(flush, Math.max(0, handedOver + options.ms - performance.now()))
    },
    flush,
    stop() { clearTimeout(timer); timer = undefined; waiting.clear() },
  }
}
