import type { Fields } from '../bson/decode.ts'
import type { Store } from '../store.ts'
import type { PipelineOptions } from './memory.ts'
import type { OutputTarget } from './target.ts'
import { randomUUID } from 'node:crypto'
import { encodeDocument } from '../bson/encode.ts'
import { fail } from '../errors.ts'
import { isDocument } from '../query/paths.ts'
import { defineIndex } from '../storage/index-definition.ts'
import { insertable, insertDocument } from '../write/insert.ts'
import { mergeDocuments } from './merge.ts'
import { checkWritable, dropTemporary, inBatches, TEMPORARY_PREFIX } from './target.ts'

/** Writes the result of a pipeline where its last stage, `$out` or `$merge`, says. */
export async function writeOutput(store: Store, database: string, stage: Fields, documents: Fields[], options: PipelineOptions): Promise<void> {
  if ('$merge' in stage)
    return mergeDocuments(store, database, stage.$merge, documents, options)
  await replaceCollection(store, outTarget(database, stage.$out), documents, options)
}

function outTarget(database: string, given: unknown): OutputTarget {
  if (typeof given === 'string')
    return { database, name: given }
  if (!isDocument(given))
    return fail('Location16990', `$out only supports a string or object argument, but found ${typeof given}`)
  if (given.timeseries !== undefined)
    fail('CommandNotSupported', '$out to a time series is not supported by this store')
  const { db, coll, ...unknown } = given
  if (Object.keys(unknown).length > 0)
    fail('IDLUnknownField', `BSON field '$out.${Object.keys(unknown)[0]}' is an unknown field.`)
  return typeof db === 'string' && typeof coll === 'string' ? { database: db, name: coll } : fail('Location16994', 'If an object is passed to $out it must have exactly 2 fields: \'db\' and \'coll\'')
}

/** `$out`: the documents take the place of a collection's, whose options and indexes stay. Readers see the old ones until all are written. */
async function replaceCollection(store: Store, target: OutputTarget, documents: readonly Fields[], options: PipelineOptions): Promise<void> {
  checkWritable(store, target.database, target.name)
  const temporary = `${TEMPORARY_PREFIX}${randomUUID()}`
  await store.write(() => {
    const old = store.catalogue.lookup(target.database, target.name)
    const collection = store.catalogue.create(target.database, temporary, old?.options ?? {})
    collection.indexes = (old?.indexes ?? []).map(({ spec }) => defineIndex(spec, store.catalogue.nextNumber()))
  })
  const find = () => store.catalogue.lookup(target.database, temporary) ?? fail('NamespaceNotFound', `${target.database}.${temporary} was dropped while $out was writing`)
  try {
    await inBatches(store, documents, document => insertDocument(store, find(), insertable(encodeDocument(document)), options))
  }
  catch (error) {
    await dropTemporary(store, ({ database, name }) => database === target.database && name === temporary).catch(() => {})
    throw error
  }
  await store.write(() => {
    const old = store.catalogue.lookup(target.database, target.name)
    if (old)
      store.catalogue.drop(old)
    const collection = find()
    store.catalogue.rename(collection, target.database, target.name)
    store.changes.renamed(collection, target.database, target.name)
  })
}
