import type { Store } from '../store.ts'

/** Prunes the log of changes from time to time and whenever it is too large; `stop` ends that, `idle` waits for what is under way. */
export function startPruning(store: Store, everyMillis: number): { stop: () => void, idle: () => Promise<void> } {
  let round: Promise<void> | undefined
  let stopped = false
  const prune = (): void => {
    // What cannot be pruned now (on a full disk, say) is left for the next round.
    round ??= pruneChanges(store, () => stopped).catch(() => {}).finally(() => round = undefined)
  }
  const timer = setInterval(prune, everyMillis)
  timer.unref()
  store.changes.onTooLarge(prune)
  return {
    stop: () => {
      stopped = true
      clearInterval(timer)
    },
    idle: async () => round,
  }
}

/** Removes from the log what is too old or too much, some in each transaction so that other writes get between, and ends interests that are over. */
export async function pruneChanges({ changes, write }: Store, isStopped: () => boolean = () => false): Promise<void> {
  while (changes.isPruneDue && !isStopped())
    await write(() => changes.prune())
}
