import type { StoredDocument } from '../bson/stored-document.ts'
import type { DocumentStream } from './plan.ts'
import { PAUSE } from './plan.ts'

/** How long a scan may keep the thread before others get their turn. */
const SLICE_MILLIS = 6

/** Waits until whatever else is ready has had its turn. */
export function othersTurn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}

/** Knows when a scan has kept the thread for its share of time. */
export class TurnClock {
  private until = performance.now() + SLICE_MILLIS

  /** Whether it is time to let others go first. */
  isOver(): boolean {
    return performance.now() > this.until
  }

  /** Lets others have their turn. */
  async pause(): Promise<void> {
    await othersTurn()
    this.until = performance.now() + SLICE_MILLIS
  }
}

/** Runs through a stream to its end, letting others have their turn. */
export async function forEachDocument(stream: DocumentStream, visit: (document: StoredDocument) => void): Promise<void> {
  const clock = new TurnClock()
  let seen = 0
  for (const document of stream) {
    if (document !== PAUSE)
      visit(document)
    if ((document === PAUSE || ++seen % 32 === 0) && clock.isOver())
      await clock.pause()
  }
}

/** The last number of a counting scan. */
export async function lastCount(counting: Generator<number | typeof PAUSE>): Promise<number> {
  const clock = new TurnClock()
  let n = 0
  for (const step of counting) {
    if (step !== PAUSE)
      n = step
    else if (clock.isOver())
      await clock.pause()
  }
  return n
}
