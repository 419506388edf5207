import type { Db, MongoClient } from 'mongodb'
import type { Expected } from './expected.ts'
import type { Item, ItemState } from './items.ts'
import { MongoServerError } from 'mongodb'
import { INDEXES, itemOf } from './items.ts'

const LANES = 6
/** A lane that has more items deletes some. */
const MOST_ITEMS = 40
/** ConflictingOperationInProgress */
const CONFLICTING_OPERATION = 117

export type Presence = 'there' | 'absent'

/** What a store is expected to hold. */
export interface House { items: Expected<ItemState>, indexes: Expected<Presence>, collections: Expected<Presence> }

/** Numbers from 0 to below 1. */
export type Random = () => number

/** Changes items from several lanes, and indexes and collections from another, each one after the other, until the connection breaks. @returns errors that the store answered */
export async function changeUntilCut(client: MongoClient, house: House, random: Random): Promise<string[]> {
  const database = client.db('house')
  const refused: string[] = []
  const repeat = async (step: () => Promise<void>): Promise<void> => {
    for (;;) {
      try {
        await step()
      }
      catch (error) {
        if (error instanceof MongoServerError && typeof error.code === 'number')
          refused.push(`${error.code}: ${error.message}`)
        return
      }
    }
  }
  const lanes = Array.from({ length: LANES }, (_, lane) => repeat(() => changeItems(database, house.items, lane, random)))
  await Promise.all([...lanes, repeat(() => changeIndexes(database, house.indexes, random)), repeat(() => changeCollections(database, house.collections, random))])
  return refused
}

const pick = <T>(list: readonly T[], random: Random): T => list[Math.floor(random() * list.length)]!

function numbersOf(state: ItemState): [version: number, bumps: number] {
  const [version = 0, bumps = 0] = state.split('.').map(Number)
  return [version, bumps]
}

async function changeItems(database: Db, expected: Expected<ItemState>, lane: number, random: Random): Promise<void> {
  const items = database.collection<Item>('items', { writeConcern: random() < 0.3 ? { w: 1, journal: true } : { w: 1 } })
  const own = expected.present().filter(name => name.startsWith(`${lane}-`))
  const next = (i = 0): string => `${lane}-${Math.floor(random() * 1e9).toString(36)}-${i}`
  if (own.length === 0 || (own.length < MOST_ITEMS && random() < 0.4)) {
    const made = Array.from({ length: random() < 0.5 ? 1 : 2 + Math.floor(random() * 12) }, (_, i) => itemOf(next(i), 1, 0))
    return expected.change(new Map<string, ItemState>(made.map(({ _id }) => [_id, '1.0'])), () => made.length === 1 ? items.insertOne(made[0]!) : items.insertMany(made, { ordered: random() < 0.5 }))
  }
  const _id = pick(own, random)
  const [version, bumps] = numbersOf(expected.stateOf(_id))
  const changed = itemOf(_id, version + 1, bumps)
  const { _id: _, ...fields } = changed
  const kind = own.length >= MOST_ITEMS ? 0 : random()
  if (kind < 0.15) {
    const gone = own.filter(() => random() < 0.3).concat(_id)
    return expected.change(new Map<string, ItemState>(gone.map(id => [id, 'absent'])), () => gone.length === 1 ? items.deleteOne({ _id }) : items.deleteMany({ _id: { $in: gone } }))
  }
  if (kind < 0.4)
    return expected.change(new Map<string, ItemState>([[_id, `${version + 1}.${bumps}`]]), () => items.updateOne({ _id }, { $set: fields }))
  if (kind < 0.6)
    return expected.change(new Map<string, ItemState>([[_id, `${version + 1}.${bumps}`]]), () => items.replaceOne({ _id }, fields))
  if (kind < 0.7)
    return expected.change(new Map<string, ItemState>([[_id, `${version + 1}.${bumps}`]]), () => items.findOneAndUpdate({ _id }, [{ $replaceWith: { $literal: changed } }], { returnDocument: 'after' }))
  if (kind < 0.8) {
    const fresh = next()
    return expected.change(new Map<string, ItemState>([[fresh, '1.0'], [_id, 'absent']]), () => items.bulkWrite([{ replaceOne: { filter: { _id: fresh }, replacement: itemOf(fresh, 1, 0), upsert: true } }, { deleteOne: { filter: { _id } } }]))
  }
  // Only those whose next bump adds a tag, which is what `$push` does to all of them.
  const bumped = own.filter(id => numbersOf(expected.stateOf(id))[1] % 4 !== 3)
  return expected.change(new Map(bumped.map((id) => {
    const [v, b] = numbersOf(expected.stateOf(id))
    return [id, `${v}.${b + 1}` as const]
  })), () => items.updateMany({ lane, _id: { $in: bumped } }, { $inc: { bumps: 1, echo: 1 }, $push: { tags: 'more' } }))
}

async function changeIndexes(database: Db, expected: Expected<Presence>, random: Random): Promise<void> {
  const { name, key, options } = pick(INDEXES, random)
  const items = database.collection('items')
  if (expected.stateOf(name) === 'there')
    return expected.change(new Map([[name, 'absent']]), () => items.dropIndex(name))
  return expected.change(new Map([[name, 'there']]), () => items.createIndex(key, { name, ...options }))
}

async function changeCollections(database: Db, expected: Expected<Presence>, random: Random): Promise<void> {
  const name = `side${Math.floor(random() * 5)}`
  await new Promise(resolve => setTimeout(resolve, random() * 40))
  if (random() < 0.03)
    return compact(database)
  if (expected.stateOf(name) === 'absent')
    return expected.change(new Map([[name, 'there']]), () => database.collection(name).insertMany(Array.from({ length: 20 }, (_, i) => ({ i }))))
  const free = [0, 1, 2, 3, 4].map(i => `side${i}`).find(other => expected.stateOf(other) === 'absent')
  if (free !== undefined && random() < 0.4)
    return expected.change(new Map<string, Presence>([[name, 'absent'], [free, 'there']]), () => database.renameCollection(name, free))
  return expected.change(new Map([[name, 'absent']]), () => database.dropCollection(name))
}

/** Compacts the files, unless other work that it would have to wait for is under way. */
async function compact(database: Db): Promise<void> {
  try {
    await database.command({ compact: 'items' })
  }
  catch (error) {
    if (!(error instanceof MongoServerError && error.code === CONFLICTING_OPERATION))
      throw error
  }
}
