import type { Collection, IndexSpecification } from 'mongodb'
import { isDeepStrictEqual } from 'node:util'

/** A document that follows from its `_id`, its version and how often it was bumped, so that half of one is seen. */
export interface Item { _id: string, version: number, bumps: number, echo: number, key: string, lane: number, text: string, tags: string[] }

/** `version.bumps` of an item, or that there is none. */
export type ItemState = `${number}.${number}` | 'absent'

/** How long the text is: mostly within a page, now and then over several of them. */
const LENGTHS = [20, 60, 90, 140, 200, 250, 300, 700, 6_000, 70_000]

export function itemOf(_id: string, version: number, bumps: number): Item {
  const word = `${_id}/${version} `
  const length = LENGTHS[[...word].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) % 9973, 7) % LENGTHS.length]!
  return { _id, version, bumps, echo: bumps, key: `key of ${_id}`, lane: laneOf(_id), text: word.repeat(Math.ceil(length / word.length)), tags: [`v${version % 5}`, `l${laneOf(_id)}`, ...Array.from({ length: bumps % 4 }, () => 'more')] }
}

export function laneOf(_id: string): number {
  return Number(_id.split('-')[0])
}

/** The items that are there. @returns their states, and a sentence for each that is not whole */
export async function itemStates(items: Collection<Item>): Promise<{ states: Map<string, ItemState>, problems: string[] }> {
  const states = new Map<string, ItemState>()
  const problems: string[] = []
  for await (const item of items.find()) {
    states.set(item._id, `${item.version}.${item.bumps}`)
    if (!isDeepStrictEqual(item, itemOf(item._id, item.version, item.bumps)))
      problems.push(`${item._id} is half one and half another: ${JSON.stringify(item).slice(0, 300)}`)
  }
  return { states, problems }
}

/** Indexes that come and go while items are written; all of them hold every item. */
export const INDEXES: { name: string, key: IndexSpecification, options?: { unique?: true, sparse?: true, partialFilterExpression?: object, collation?: { locale: string, strength: number } } }[] = [
  { name: 'lane_version', key: { lane: 1, version: -1 } },
  { name: 'tags', key: { tags: 1, bumps: 1 } },
  { name: 'key', key: { key: 1 }, options: { unique: true } },
  { name: 'echo', key: { echo: 1 }, options: { sparse: true } },
  { name: 'bumped', key: { bumps: -1 }, options: { partialFilterExpression: { bumps: { $gte: 0 } } } },
  { name: 'text', key: { text: 1 }, options: { collation: { locale: 'en', strength: 2 } } },
]
