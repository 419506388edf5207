import type { StoredDocument } from '../bson/stored-document.ts'
import type { ReadView } from '../storage/read-view.ts'
import type { TimeLimit } from '../time-limit.ts'
import type { DocumentStream } from './plan.ts'
import { PAUSE } from './plan.ts'

/** How long a scan may keep the thread before others get their turn. */
const SLICE_MILLIS = 6

/** Waits until whatever else is ready has had its turn. */
export function othersTurn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}

/** Knows when a scan has kept the thread for its share of time, and when it has had all the time it was given. */
export class TurnClock {
  private until = performance.now() + SLICE_MILLIS
  private readonly limit: TimeLimit | undefined
  private readonly view: ReadView | undefined

  /**
   * @param limit how long the whole scan may take
   * @param view what the scan reads: it is held at the first pause, so that the scan sees one moment
   */
  constructor(limit?: TimeLimit, view?: ReadView) {
    this.limit = limit
    this.view = view
  }

  /** Whether it is time to let others go first. @throws DatastoreError MaxTimeMSExpired (50) */
  isOver(): boolean {
    const over = performance.now() > this.until
    if (over)
      this.limit?.check()
    return over
  }

  /** Lets others have their turn. */
  async pause(): Promise<void> {
    await this.view?.hold()
    await othersTurn()
    this.until = performance.now() + SLICE_MILLIS
  }
}

/** Runs through a stream to its end, letting others have their turn. */
export async function forEachDocument(stream: DocumentStream, visit: (document: StoredDocument) => void, clock = new TurnClock()): Promise<void> {
  let seen = 0
  for (const document of stream) {
    if (document !== PAUSE)
      visit(document)
    if ((document === PAUSE || ++seen % 32 === 0) && clock.isOver())
      await clock.pause()
  }
}

/** The last number of a counting scan. */
export async function lastCount(counting: Generator<number | typeof PAUSE>, clock = new TurnClock()): Promise<number> {
  let n = 0
  for (const step of counting) {
    if (step !== PAUSE)
      n = step
    else if (clock.isOver())
      await clock.pause()
  }
  return n
}
