import type { Models } from '../models/index.ts'

/** Numbers every change, house-wide and growing, so that a client that was away can ask for what it missed. */
export interface Revisions {
  /** Reserves `n` numbers and gives the first; the rest follow without gaps. */
  reserve: (n: number) => Promise<number>
  /** The newest number that was reserved. */
  latest: () => Promise<number>
}

/** Revisions kept in the `counters` collection: one atomic `$inc` reserves a batch. */
export function createRevisions(models: Models): Revisions {
  return {
    async reserve(n) {
      const counter = await models.counters.findOneAndUpdate({ _id: 'revision' }, { $inc: { value: n } }, { upsert: true, returnDocument: 'after', lean: true })
      return (counter?.value ?? n) - n + 1
    },
    async latest() {
      const counter = await models.counters.findById('revision').lean()
      return counter?.value ?? 0
    },
  }
}
