import type { Fields } from '../bson/decode.ts'
import type { Store } from '../store.ts'
import type { Tree } from './page-file.ts'
import { Buffer } from 'node:buffer'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { isFree } from '../backup/files.ts'
import { decodeDocument } from '../bson/decode.ts'
import { StoredDocument } from '../bson/stored-document.ts'
import { DatastoreError, fail } from '../errors.ts'
import { beginBuilding } from '../indexing/build.ts'
import { isDocument } from '../query/paths.ts'
import { lockDirectory } from '../storage/directory-lock.ts'
import { defineIndex } from '../storage/index-definition.ts'
import { openSeal } from '../storage/sealed.ts'
import { openStore } from '../store.ts'
import { insertDocument } from '../write/insert.ts'
import { DamagedPage, PageFile, readTree } from './page-file.ts'

/** What was saved of a collection, of how many documents it counted, and the indexes that could not be made again. */
export interface Saved { namespace: string, documents: number, counted: number, withoutIndexes: string[] }

export interface SalvageOptions {
  /** The directory of the damaged store. */
  from: string
  /** A new directory. */
  dir: string
  now?: () => Date
}

const AT_ONCE = 500

/**
 * Saves what can be read of a damaged store into a new one: every collection that is described, every document that is as it was written, and the indexes, made
 * anew. Pages that do not hold together are passed over.
 * @returns what was saved
 * @throws DatastoreError OperationFailed when the damaged store is in use or nothing of it can be read
 */
export async function salvageStore(options: SalvageOptions): Promise<Saved[]> {
  const from = resolve(options.from)
  const unlock = lockDirectory(from)
  try {
    const { catalogue, documents } = readTables(from)
    if (!isFree(resolve(options.dir)))
      fail('OperationFailed', `${options.dir} is not empty: what is saved needs a directory of its own`)
    const store = openStore(resolve(options.dir), options.now ?? (() => new Date()))
    try {
      return await refill(store, catalogue, documents)
    }
    finally {
      await store.close()
    }
  }
  finally {
    unlock()
  }
}

interface Entry { key: Buffer, value: Buffer }

function readTables(dir: string): { catalogue: Entry[], documents: () => Generator<Entry> } {
  const path = join(dir, 'data.mdb')
  if (!existsSync(path))
    fail('OperationFailed', `There is no store in ${dir}`)
  try {
    const file = new PageFile(path)
    const tables = new Map([...entriesOf(file, file.main)].filter(({ value }) => value.length >= 48).map(({ key, value }) => [key.toString().replace(/\0$/, ''), readTree(value)]))
    const catalogue = [...entriesOf(file, tables.get('catalogue') ?? fail('OperationFailed', `The list of collections in ${path} cannot be read`))]
    const tree = tables.get('documents') ?? fail('OperationFailed', `The documents in ${path} cannot be read`)
    return { catalogue, documents: () => entriesOf(file, tree) }
  }
  catch (error) {
    return error instanceof DamagedPage ? fail('OperationFailed', `Nothing of ${path} can be read: ${error.message}`) : fail('OperationFailed', error instanceof Error ? error.message : String(error))
  }
}

/** The entries of a tree in their order, without those on damaged pages. */
function* entriesOf(file: PageFile, tree: Tree): Generator<Entry> {
  const visit = function* (number: number, depth: number): Generator<Entry> {
    let page
    try {
      page = file.read(number, true)
    }
    catch (error) {
      if (error instanceof DamagedPage)
        return
      throw error
    }
    if (page.isLeaf !== (depth === tree.depth))
      return
    for (const { key, value, child } of page.nodes) {
      if (page.isLeaf)
        yield { key, value }
      else
        yield* visit(child, depth + 1)
    }
  }
  if (tree.root >= 0)
    yield* visit(tree.root, 1)
}

async function refill(store: Store, catalogue: readonly Entry[], documents: () => Generator<Entry>): Promise<Saved[]> {
  const described = catalogue.filter(({ key }) => key.toString('latin1').startsWith('collection\0')).map(({ value }) => describe(value)).filter(description => description !== undefined)
  const saved = new Map<number, Saved>()
  for (const { database, name, number, options } of described) {
    await store.write(() => void store.catalogue.create(database, name, options))
    saved.set(number, { namespace: `${database}.${name}`, documents: 0, counted: countOf(catalogue, number), withoutIndexes: [] })
  }
  let batch: { number: number, document: StoredDocument }[] = []
  const flush = async (): Promise<void> => {
    const entries = batch
    batch = []
    await store.write(() => {
      for (const { number, document } of entries) {
        const { database, name } = described.find(description => description.number === number)!
        if (succeeds(() => insertDocument(store, store.catalogue.obtain(database, name), document, { bypassValidation: true })))
          saved.get(number)!.documents++
      }
    }, 'soon')
  }
  for (const { key, value } of documents()) {
    const number = key.length > 4 ? key.readUInt32BE(0) : -1
    const bytes = saved.has(number) ? openSeal(value) : undefined
    if (bytes)
      batch.push({ number, document: new StoredDocument(Buffer.from(bytes)) })
    if (batch.length >= AT_ONCE)
      await flush()
  }
  await flush()
  for (const { database, name, number, indexes } of described) {
    for (const spec of indexes)
      await buildIndex(store, database, name, spec).catch(() => saved.get(number)!.withoutIndexes.push(String(spec.name)))
  }
  return [...saved.values()]
}

async function buildIndex(store: Store, database: string, name: string, spec: Fields): Promise<void> {
  let built: Promise<void> | undefined
  await store.write(() => {
    built = beginBuilding(store, store.catalogue.obtain(database, name), [defineIndex(spec, store.catalogue.nextNumber())])
  })
  await built
}

/** Whether a document could be taken: one of two that claim the same `_id` is not. */
function succeeds(work: () => void): boolean {
  try {
    work()
    return true
  }
  catch (error) {
    if (error instanceof DatastoreError)
      return false
    throw error
  }
}

interface Description { database: string, name: string, number: number, options: Fields, indexes: Fields[] }

/** A collection's description as the catalogue keeps it; undefined for one that does not hold together. */
function describe(bytes: Buffer): Description | undefined {
  try {
    const { database, name, number, options, indexes } = decodeDocument(Buffer.from(bytes))
    return { database: String(database), name: String(name), number: Number(number), options: isDocument(options) ? options : {}, indexes: (indexes as Fields[]).map(({ spec }) => spec as Fields) }
  }
  catch {
    return undefined
  }
}

function countOf(catalogue: readonly Entry[], number: number): number {
  const key = Buffer.concat([Buffer.from('count\0'), Buffer.alloc(4)])
  key.writeUInt32BE(number, key.length - 4)
  const entry = catalogue.find(candidate => candidate.key.equals(key))
  return entry && entry.value.length === 8 ? entry.value.readDoubleBE(0) : 0
}
