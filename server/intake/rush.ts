/** Whether more deliveries are coming in than intake should compete with: the answers to the provider come first, and what is stored can wait. */
export interface Rush {
  /** `n` deliveries were stored at `now` (milliseconds). */
  stored: (n: number, now: number) => void
  /** How long intake should hold back, in milliseconds, when its last batch ended at `lastBatch`; 0: not at all. */
  holdBack: (now: number, lastBatch: number) => number
  /** Deliveries that a batch may take now: few while answers are waited for, so that none of them waits long. */
  most: (now: number) => number
}

/** Deliveries a second from which it is a rush: more than intake could keep up with, and well above the busiest minute of the largest house. */
const rushPerSecond = 1_200
/** From here on batches are smaller, so that no answer waits for a large one. */
const busyPerSecond = 200
const windowMs = 100
/** However long the rush, this often a batch is taken, so that a thread never stands still. */
const longestHoldMs = 1_500
const batchInRush = 8
const batchWhenBusy = 25
const batch = 100

/** Watches the arrivals of the last tenth of a second. */
export function createRush(): Rush {
  let begun = 0
  let count = 0
  let before = 0

  function turn(now: number): void {
    if (now - begun < windowMs) return
    before = now - begun < 2 * windowMs ? count : 0
    count = 0
    begun = now
  }

  function perSecond(now: number): number {
    turn(now)
    return Math.max(count, before) * 1_000 / windowMs
  }

  return {
    stored(n, now) {
      turn(now)
      count += n
    },
    holdBack(now, lastBatch) {
      if (perSecond(now) <= rushPerSecond) return 0
      return Math.max(0, Math.min(windowMs, lastBatch + longestHoldMs - now))
    },
    most(now) {
      const pace = perSecond(now)
      return pace > rushPerSecond ? batchInRush : pace > busyPerSecond ? batchWhenBusy : batch
    },
  }
}
