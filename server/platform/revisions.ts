import type { Models } from '../models/index.ts'

/** Numbers every change, house-wide and growing, so that a client that was away can ask for what it missed. */
export interface Revisions {
  /** Reserves `n` numbers and gives the first; the rest follow without gaps. */
  reserve: (n: number) => Promise<number>
  /** The newest number that was reserved. */
  latest: () => Promise<number>
}

/**
 * Revisions kept in the `counters` collection: one atomic `$inc` reserves a batch. Where one process has the database to itself it takes `ahead` of them
 * at once and hands them out from memory; what an ended process had not handed out is skipped, and a gap harms nobody.
 */
export function createRevisions(models: Models, ahead = 0): Revisions {
  let next = 0
  let end = 0
  let taking: Promise<void> | null = null

  async function take(n: number): Promise<number> {
    const counter = await models.counters.findOneAndUpdate({ _id: 'revision' }, { $inc: { value: n } }, { upsert: true, returnDocument: 'after', lean: true })
    return (counter?.value ?? n) - n + 1
  }

  async function refill(): Promise<void> {
    next = await take(ahead)
    end = next + ahead
  }

  async function fromMemory(n: number): Promise<number> {
    while (end - next < n) {
      taking ??= refill().finally(() => { taking = null })
      await taking
    }
    const first = next
    next += n
    return first
  }

  return {
    reserve: n => n > ahead ? skipTo(take(n)) : fromMemory(n),
    async latest() {
      if (end > 0) return next - 1
      const counter = await models.counters.findById('revision').lean()
      return counter?.value ?? 0
    },
  }

  /** What was taken past the numbers in memory makes those too low to hand out. */
  async function skipTo(first: Promise<number>): Promise<number> {
    const taken = await first
    end = 0
    next = 0
    return taken
  }
}
