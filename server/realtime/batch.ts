/** Collects the newest version of each thing for a moment and then hands all of them over. */
export interface Batch<T> {
  add: (key: string, item: T) => void
  /** Hands over what is there now. */
  flush: () => void
  stop: () => void
}

/**
 * Things that change several times within `ms` are handed over once, in the order in which they first changed. `newer` says whether the second stands for
 * the first from now on.
 */
export function createBatch<T>(options: { ms: number, newer: (before: T, after: T) => boolean, handle: (items: T[]) => void }): Batch<T> {
  const waiting = new Map<string, T>()
  let timer: NodeJS.Timeout | undefined
  function flush(): void {
    clearTimeout(timer)
    timer = undefined
    if (waiting.size === 0) return
    const items = [...waiting.values()]
    waiting.clear()
    options.handle(items)
  }
  return {
    add(key, item) {
      const before = waiting.get(key)
      if (before === undefined || options.newer(before, item)) waiting.set(key, item)
      timer ??= setTimeout(flush, options.ms)
    },
    flush,
    stop() { clearTimeout(timer); timer = undefined; waiting.clear() },
  }
}
