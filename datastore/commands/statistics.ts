import type { Fields } from '../bson/decode.ts'
import type { Collection } from '../storage/collection.ts'
import type { Expectation } from '../storage/verify.ts'
import type { Store } from '../store.ts'
import type { CommandContext, CommandTable } from './command.ts'
import { fail } from '../errors.ts'
import { TurnClock } from '../planner/drain.ts'
import { prefixed } from '../storage/environment.ts'
import { ReadView } from '../storage/read-view.ts'
import { expectationOf, verifyCollection } from '../storage/verify.ts'
import { collectionName, int32, int64, optionalCount } from './command.ts'

/** So many entries of an index are measured, to tell how many bytes it has in all. */
const SAMPLE = 64
const NO_BYTES = new Uint8Array()
const PLACE_MILLIS = 20

/**
 * Sizes are those of documents and entries themselves, reckoned from the first of them: pages belong to no collection in this store.
 * https://www.mongodb.com/docs/manual/reference/command/collStats/
 */
function collStats(context: CommandContext): Fields {
  const { store, database, body } = context
  const name = collectionName(context, 'collStats' in body ? 'collStats' : 'collstats')
  const scale = scaleOf(body)
  const collection = store.catalogue.lookup(database, name)
  const size = collection ? store.sizeOf([collection]) : 0
  const count = collection?.count ?? 0
  const indexes = collection ? indexSizes(store, collection) : {}
  const totalIndexSize = Object.values(indexes).reduce((sum, bytes) => sum + bytes, 0)
  const scaled = (bytes: number): ReturnType<typeof int64> => int64(Math.round(bytes / scale))
  return {
    ns: `${database}.${name}`,
    size: scaled(size),
    count: int64(count),
    avgObjSize: int64(count === 0 ? 0 : Math.round(size / count)),
    numOrphanDocs: int64(0),
    storageSize: scaled(size),
    totalIndexSize: scaled(totalIndexSize),
    totalSize: scaled(size + totalIndexSize),
    indexSizes: Object.fromEntries(Object.entries(indexes).map(([index, bytes]) => [index, scaled(bytes)])),
    nindexes: int32(collection ? collection.indexes.length + 1 : 0),
    indexBuilds: collection?.building.map(({ index }) => index.name) ?? [],
    capped: false,
    scaleFactor: int32(scale),
  }
}

/** https://www.mongodb.com/docs/manual/reference/command/dbStats/ */
function dbStats({ store, database, body }: CommandContext): Fields {
  const scale = scaleOf(body)
  const collections = store.catalogue.list(database)
  const size = store.sizeOf(collections)
  const objects = collections.reduce((sum, collection) => sum + collection.count, 0)
  const indexSize = collections.reduce((sum, collection) => sum + Object.values(indexSizes(store, collection)).reduce((total, bytes) => total + bytes, 0), 0)
  const scaled = (bytes: number): ReturnType<typeof int64> => int64(Math.round(bytes / scale))
  return {
    db: database,
    collections: int64(collections.length),
    views: int64(store.catalogue.views.list(database).length),
    objects: int64(objects),
    avgObjSize: objects === 0 ? 0 : size / objects,
    dataSize: scaled(size),
    storageSize: scaled(size),
    indexes: int64(collections.reduce((sum, collection) => sum + collection.indexes.length + 1, 0)),
    indexSize: scaled(indexSize),
    totalSize: scaled(size + indexSize),
    scaleFactor: int32(scale),
  }
}

function scaleOf(body: Fields): number {
  return optionalCount(body, 'scale') || 1
}

/** About how many bytes the entries of each index have; the documents are their own index by `_id`. */
function indexSizes(store: Store, collection: Collection): Record<string, number> {
  const sizes: Record<string, number> = { _id_: 0 }
  for (const { name, number } of collection.indexes) {
    let bytes = 0
    let read = 0
    for (const { key, value } of store.environment.indexes.getRange({ start: prefixed(number, NO_BYTES), end: prefixed(number + 1, NO_BYTES), limit: SAMPLE })) {
      bytes += key.length + value.length
      read++
    }
    sizes[name] = read < SAMPLE ? bytes : bytes / read * collection.count
  }
  return sizes
}

/**
 * Compares a collection's indexes and counter with its documents as they are at one moment, while others read and write.
 * https://www.mongodb.com/docs/manual/reference/command/validate/
 */
async function validate(context: CommandContext): Promise<Fields> {
  const { store, database } = context
  const name = collectionName(context, 'validate')
  const view = new ReadView(store.environment)
  try {
    let expectation: Expectation | undefined
    const look = (): void => {
      const collection = store.catalogue.lookup(database, name)
      expectation = collection && expectationOf(collection)
    }
    while (!await view.hold(look))
      await new Promise(resolve => setTimeout(resolve, PLACE_MILLIS))
    if (!expectation)
      return fail('NamespaceNotFound', `Collection '${database}.${name}' does not exist to validate.`)
    const errors = await drain(verifyCollection(view, expectation), new TurnClock(context.limit, view))
    const { count, indexes } = expectation
    return { ns: `${database}.${name}`, nInvalidDocuments: int64(errors.filter(error => error.includes('damaged document')).length), nrecords: int64(count), nIndexes: int32(indexes.length + 1), valid: errors.length === 0, errors, warnings: [] }
  }
  finally {
    view.release()
  }
}

async function drain(steps: Generator<null, string[]>, clock: TurnClock): Promise<string[]> {
  for (;;) {
    const step = steps.next()
    if (step.done)
      return step.value
    if (clock.isOver())
      await clock.pause()
  }
}

export const statisticsCommands: CommandTable = { collStats, collstats: collStats, dbStats, dbstats: dbStats, validate }
