import type { Fields } from '../bson/decode.ts'
import type { Collection } from '../storage/collection.ts'
import type { Store } from '../store.ts'
import { fail } from '../errors.ts'

/** How many documents are written in one transaction, so that others get their turn. */
const BATCH = 500

/** The name of a collection that is not complete yet begins with it. */
export const TEMPORARY_PREFIX = 'tmp.agg_out.'

/** A collection by its names. */
export interface OutputTarget { database: string, name: string }

/** @throws DatastoreError CommandNotSupportedOnView (166) for the name of a view */
export function checkWritable(store: Store, database: string, name: string): void {
  if (store.catalogue.views.lookup(database, name))
    fail('CommandNotSupportedOnView', `Namespace ${database}.${name} is a view, not a collection`)
}

/** Runs something for every document, so many in a transaction. */
export async function inBatches(store: Store, documents: readonly Fields[], each: (document: Fields) => void): Promise<void> {
  for (let at = 0; at < documents.length; at += BATCH)
    await store.write(() => documents.slice(at, at + BATCH).forEach(each))
}

/** Drops collections that will never be complete: of an `$out` that failed or, when the store starts, of any. Change streams are told, as of what was written there. */
export async function dropTemporary(store: Pick<Store, 'catalogue' | 'changes' | 'write'>, which: (collection: OutputTarget) => boolean = () => true): Promise<void> {
  const wanted = (): Collection[] => store.catalogue.list().filter(collection => collection.name.startsWith(TEMPORARY_PREFIX) && which(collection))
  if (wanted().length === 0)
    return
  await store.write(() => {
    for (const collection of wanted()) {
      store.catalogue.drop(collection)
      store.changes.dropped(collection)
    }
  })
}
