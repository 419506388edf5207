import type { Catalogue } from '../storage/catalogue.ts'
import type { Collection, IndexBuild } from '../storage/collection.ts'
import type { IndexDefinition } from '../storage/index-definition.ts'
import type { Store } from '../store.ts'
import { Buffer } from 'node:buffer'
import { StoredDocument } from '../bson/stored-document.ts'
import { DatastoreError, fail } from '../errors.ts'
import { othersTurn } from '../planner/drain.ts'
import { prefixed } from '../storage/environment.ts'
import { unseal } from '../storage/sealed.ts'

/** How long one step may keep the thread, and how many documents it reads at a time. */
const STEP_MILLIS = 8
const CHUNK = 64
const NO_BYTES = new Uint8Array()
const ZERO = Buffer.from([0])

/**
 * Begins to fill new indexes of a collection, inside a write transaction. What one step does not finish goes on in the background, while every write keeps the
 * indexes up to date; no query sees them before they are whole. A value that is there twice, or a crash, leaves nothing of them.
 * @returns what resolves when the indexes are there, and rejects when they are not going to be
 * @throws whatever the first step has found
 */
export function beginBuilding(store: Store, collection: Collection, indexes: readonly IndexDefinition[]): Promise<void> {
  const builds = indexes.map((index): IndexBuild => ({ index }))
  const next = fill(store, collection, builds, prefixed(collection.number, NO_BYTES))
  const failure = failureOf(builds)
  if (failure !== undefined) {
    for (const { number } of indexes)
      store.catalogue.leftovers.leave('indexes', number)
    throw failure
  }
  if (!next) {
    finish(store, collection, builds)
    return Promise.resolve()
  }
  collection.building = [...collection.building, ...builds]
  for (const { number } of indexes)
    store.catalogue.leftovers.hold('indexes', number)
  const finished = goOn(store, collection.number, builds, next)
  // Whoever waits for it is told; nobody need.
  finished.catch(() => {})
  for (const build of builds)
    build.finished = finished
  return finished
}

async function goOn(store: Store, number: number, builds: readonly IndexBuild[], start: Buffer): Promise<void> {
  let next: Buffer | undefined = start
  try {
    do {
      await othersTurn()
      const from: Buffer = next
      next = await store.write(() => step(store, number, builds, from), 'soon')
    } while (next)
  }
  catch (error) {
    // Also when a transaction did not happen: the collections have been read afresh from disk then and know nothing of the building.
    for (const { index } of builds)
      store.catalogue.leftovers.release('indexes', index.number)
    throw error
  }
}

/** One step, inside a write transaction. @returns where the next one begins, undefined when all is done */
function step(store: Store, number: number, builds: readonly IndexBuild[], from: Buffer): Buffer | undefined {
  const collection = store.catalogue.numbered(number) ?? fail('IndexBuildAborted', 'Index build failed: the collection was dropped')
  if (!builds.every(build => collection.building.includes(build)))
    fail('IndexBuildAborted', `Index build failed: an index of ${collection.namespace} was dropped while it was being built`)
  const next = fill(store, collection, builds, from)
  const failure = failureOf(builds)
  if (failure === undefined && next)
    return next
  collection.building = collection.building.filter(build => !builds.includes(build))
  if (failure !== undefined)
    throw failure
  finish(store, collection, builds)
  return undefined
}

/** Enters documents from a key on, for as long as one step takes. @returns the key to go on from */
function fill(store: Store, collection: Collection, builds: readonly IndexBuild[], start: Buffer): Buffer | undefined {
  const until = performance.now() + STEP_MILLIS
  const end = prefixed(collection.number + 1, NO_BYTES)
  for (let from = start; ;) {
    const chunk = Array.from(store.environment.documents.getRange({ start: from, end, limit: CHUNK }))
    for (const { value } of chunk) {
      const document = new StoredDocument(unseal(value))
      for (const build of builds)
        enter(collection, build, document)
    }
    if (chunk.length < CHUNK || failureOf(builds) !== undefined)
      return undefined
    from = Buffer.concat([chunk.at(-1)!.key, ZERO])
    if (performance.now() > until)
      return from
  }
}

function enter(collection: Collection, build: IndexBuild, document: StoredDocument): void {
  if (build.failure !== undefined)
    return
  try {
    collection.addToIndex(build.index, document)
  }
  catch (error) {
    if (!(error instanceof DatastoreError))
      throw error
    build.failure = error
  }
}

function failureOf(builds: readonly IndexBuild[]): unknown {
  return builds.find(({ failure }) => failure !== undefined)?.failure
}

function finish(store: Store, collection: Collection, builds: readonly IndexBuild[]): void {
  collection.indexes = [...collection.indexes, ...builds.map(({ index }) => index)]
  collection.described = true
  for (const { index } of builds)
    store.catalogue.leftovers.forget('indexes', index.number)
}

/** Ends all building, before the files are closed. What was begun is removed when they are opened again. */
export async function abandonBuilding(catalogue: Catalogue): Promise<void> {
  const builds = catalogue.list().flatMap(collection => collection.building.splice(0))
  await Promise.allSettled(builds.map(({ finished }) => finished))
}
