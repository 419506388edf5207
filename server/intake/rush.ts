/** Whether more deliveries are coming in than intake should compete with: the answers to the provider come first, and what is stored can wait. */
export interface Rush {
  /** `n` deliveries were accepted at `now` (milliseconds). */
  accepted: (n: number, now: number) => void
  /** How long intake should hold back after its last batch, in milliseconds; 0: not at all. */
  holdBack: (now: number, last: BatchTimes) => number
  /** Deliveries that a batch may take now: few while answers are waited for, so that none of them waits long. */
  most: (now: number) => number
}

/** When a batch ended, and how long it took, in milliseconds. */
export interface BatchTimes { ended: number, took: number }

/** The pace of intake's work, in pieces between which answers to the provider have their turn. */
export interface Pace {
  /** Waits for as long as intake should hold back. @returns how many deliveries the next piece of work may have */
  turn: () => Promise<number>
  /** The piece that the last turn was for is done. */
  done: () => void
}

/** A pace that follows the rush, by a clock in milliseconds. Nothing is waited for once `stopped` says so. */
export function createPace(rush: Rush, now: () => number, stopped: () => boolean): Pace {
  let begun = 0
  let last: BatchTimes = { ended: 0, took: 0 }
  return {
    async turn() {
      for (let hold = rush.holdBack(now(), last); hold > 0 && !stopped(); hold = rush.holdBack(now(), last)) await new Promise(resolve => setTimeout(resolve, hold))
      begun = now()
      return rush.most(begun)
    },
    done() {
      const ended = now()
      last = { ended, took: ended - begun }
    },
  }
}

/** Deliveries a second from which it is a rush, well above the busiest minute of the largest house. */
const rushPerSecond = 2_500
/** From here on, which is more than intake could keep up with, it leaves half of the time to the answers. */
const pressPerSecond = 500
/** From here on batches are smaller, so that no answer waits for a large one. */
const busyPerSecond = 200
const windowMs = 100
/** Accepted deliveries that are not yet in the store, from which on bringing them there goes first. */
const manyWaiting = 1_000
/** However long the rush, this often a batch is taken, so that a thread never stands still. */
const longestHoldMs = 1_500
const batchInPress = 8
const batchWhenBusy = 25
const batch = 100

/** Watches the arrivals of the last tenth of a second, and how many accepted deliveries are not in the store yet. */
export function createRush(waiting: () => number = () => 0): Rush {
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
    accepted(n, now) {
      turn(now)
      count += n
    },
    holdBack(now, { ended, took }) {
      const pace = perSecond(now)
      const pause = pace > rushPerSecond || waiting() > manyWaiting ? longestHoldMs : pace > pressPerSecond ? Math.min(took, longestHoldMs) : 0
      return Math.max(0, Math.min(windowMs, ended + pause - now))
    },
    most(now) {
      const pace = perSecond(now)
      return pace > pressPerSecond ? batchInPress : pace > busyPerSecond ? batchWhenBusy : batch
    },
  }
}
