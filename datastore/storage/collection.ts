import type { Fields } from '../bson/decode.ts'
import type { FieldSource } from '../bson/stored-document.ts'
import type { Environment } from './environment.ts'
import type { IndexDefinition } from './index-definition.ts'
import type { DocumentKeys } from './index-keys.ts'
import { Buffer } from 'node:buffer'
import { sameElement, StoredDocument } from '../bson/stored-document.ts'
import { DatastoreError, fail } from '../errors.ts'
import { printValue } from '../print.ts'
import { prefixed } from './environment.ts'
import { defineIndex } from './index-definition.ts'
import { documentKeys } from './index-keys.ts'
import { encodeId, MAX_ID_BYTES } from './keys.ts'
import { seal, unseal } from './sealed.ts'

/** What changed, for whoever keeps an ordered log of changes. */
export type Change
  = | { kind: 'insert', id: Buffer, document: StoredDocument }
    | { kind: 'update', id: Buffer, before: StoredDocument, document: StoredDocument }
    | { kind: 'delete', id: Buffer, before: StoredDocument }

/** An index that is being built, why that cannot succeed, and when it is over. */
export interface IndexBuild { readonly index: IndexDefinition, failure?: unknown, finished?: Promise<void> }

/** A collection: its documents by `_id` and its indexes. Its writing methods are called inside a write transaction only. */
export class Collection {
  readonly database: string
  readonly name: string
  readonly number: number
  /** Replaced whole when they change. */
  options: Fields
  readonly uuid: Buffer
  indexes: IndexDefinition[]
  /** Indexes that are being built: kept up to date by every write, seen by no query. */
  building: IndexBuild[] = []
  /** The order of the documents themselves, seen as an index. */
  readonly primary: IndexDefinition
  count: number
  /** Counts the writes since the collection was read from disk. */
  writes = 0
  /** Set when the description or the counter has to be written with the transaction. */
  described = true
  counted = true
  private readonly environment: Environment

  constructor(environment: Environment, description: { database: string, name: string, number: number, options: Fields, uuid: Buffer, indexes: IndexDefinition[], count: number, cut: boolean }) {
    this.environment = environment
    this.database = description.database
    this.name = description.name
    this.number = description.number
    this.options = description.options
    this.uuid = description.uuid
    this.indexes = description.indexes
    this.primary = defineIndex({ key: { _id: 1 }, name: '_id_' }, description.number)
    this.primary.cut = description.cut
    this.count = description.count
  }

  get namespace(): string {
    return `${this.database}.${this.name}`
  }

  /** The document with this `_id` key (`encodeId`), or undefined. */
  get(idKey: Buffer): StoredDocument | undefined {
    const bytes = this.environment.documents.getBinary(prefixed(this.number, idKey))
    return bytes && new StoredDocument(unseal(bytes))
  }

  /** @throws DatastoreError DuplicateKey (11000) when the `_id` or a unique index has the value already; then nothing is written */
  insert(document: StoredDocument): Change {
    const id = document.get('_id')
    const idKey = encodeId(id)
    const key = prefixed(this.number, idKey)
    if (this.environment.documents.doesExist(key))
      this.duplicate('_id_', { _id: 1 }, { _id: id })
    const planned = this.indexes.map(index => this.keysFor(index, document))
    this.indexes.forEach((index, i) => this.checkUnique(index, planned[i]!, idKey))
    this.writes++
    this.environment.documents.put(key, seal(document.bytes))
    this.indexes.forEach((index, i) => this.putEntries(index, planned[i]!, idKey))
    this.follow(undefined, document, idKey)
    if (idKey.length > MAX_ID_BYTES && !this.primary.cut) {
      this.primary.cut = true
      this.described = true
    }
    this.count++
    this.counted = true
    return { kind: 'insert', id: idKey, document }
  }

  /**
   * Puts `after` in the place of `before`, which has the same `_id`. Only the fields in `touched` may differ; any, when it is undefined.
   * @throws DatastoreError DuplicateKey (11000), with nothing written
   */
  replace(before: StoredDocument, after: StoredDocument, touched?: ReadonlySet<string>): Change {
    const idKey = encodeId(before.get('_id'))
    const changed = touched && new Set([...touched].filter(name => !sameElement(before, after, name)))
    const affected = changed ? this.indexes.filter(index => dependsOn(index, changed)) : this.indexes
    const old = affected.map(index => this.keysFor(index, before))
    const planned = affected.map(index => this.keysFor(index, after))
    const changes = affected.map((_, i) => difference(old[i]!.keys, planned[i]!.keys))
    affected.forEach((index, i) => this.checkUnique(index, planned[i]!, idKey))
    this.writes++
    this.environment.documents.put(prefixed(this.number, idKey), seal(after.bytes))
    affected.forEach((index, i) => {
      this.removeEntries(index, changes[i]!.gone, idKey)
      this.putEntries(index, { ...planned[i]!, keys: changes[i]!.fresh }, idKey)
    })
    this.follow(before, after, idKey)
    return { kind: 'update', id: idKey, before, document: after }
  }

  /** Removes a document and its index entries. */
  remove(document: StoredDocument): Change {
    const idKey = encodeId(document.get('_id'))
    this.writes++
    this.environment.documents.remove(prefixed(this.number, idKey))
    for (const index of this.indexes)
      this.removeEntries(index, this.keysFor(index, document).keys, idKey)
    this.follow(document, undefined, idKey)
    this.count--
    this.counted = true
    return { kind: 'delete', id: idKey, before: document }
  }

  /** Adds one document to an index that is being built. */
  addToIndex(index: IndexDefinition, document: StoredDocument): void {
    const idKey = encodeId(document.get('_id'))
    const planned = this.keysFor(index, document)
    this.checkUnique(index, planned, idKey)
    this.putEntries(index, planned, idKey)
  }

  /** Does to indexes that are being built what a write does to documents. What cannot be done ends the building, not the write: the index is not there yet. */
  private follow(before: StoredDocument | undefined, after: StoredDocument | undefined, idKey: Buffer): void {
    for (const build of this.building) {
      if (build.failure !== undefined)
        continue
      try {
        const { index } = build
        const old = before ? this.keysFor(index, before).keys : []
        const planned = after ? this.keysFor(index, after) : undefined
        if (planned)
          this.checkUnique(index, planned, idKey)
        const { gone, fresh } = difference(old, planned?.keys ?? [])
        // The entry may be that of another document with the same values, whose turn came first.
        this.removeEntries(index, gone.filter(key => !index.unique || this.holds(index, key, idKey)), idKey)
        if (planned)
          this.putEntries(index, { ...planned, keys: fresh }, idKey)
      }
      catch (error) {
        if (!(error instanceof DatastoreError))
          throw error
        build.failure = error
      }
    }
  }

  /** The entries that a document has in some indexes of this collection. */
  entriesOf(document: StoredDocument, indexes: readonly IndexDefinition[]): { index: IndexDefinition, key: Buffer, id: Buffer }[] {
    const id = encodeId(document.get('_id'))
    return indexes.flatMap(index => this.keysFor(index, document).keys.map(key => ({ index, key: this.entryKey(index, key, id), id })))
  }

  private keysFor(index: IndexDefinition, document: FieldSource): DocumentKeys {
    if (index.partial && !index.partial.matches(document))
      return { keys: [], multikey: [], cut: false, values: [], anyPresent: false }
    const planned = documentKeys(document, index.fields, index.stringKey)
    return index.sparse && !planned.anyPresent ? { ...planned, keys: [] } : planned
  }

  private entryKey(index: IndexDefinition, key: Buffer, idKey: Buffer): Buffer {
    return index.unique ? prefixed(index.number, key) : prefixed(index.number, Buffer.concat([key, idKey]))
  }

  private checkUnique(index: IndexDefinition, planned: DocumentKeys, idKey: Buffer): void {
    if (!index.unique)
      return
    for (let i = 0; i < planned.keys.length; i++) {
      if (this.holds(index, planned.keys[i]!, idKey) === false) {
        const values: Fields = {}
        index.fields.forEach((field, at) => values[field.path] = planned.values[i]?.[at] ?? null)
        this.duplicate(index.name, index.spec.key as Fields, values)
      }
    }
  }

  /** Whether a unique index has a key for this document, or for another; undefined for none. */
  private holds(index: IndexDefinition, key: Buffer, idKey: Buffer): boolean | undefined {
    const holder = this.environment.indexes.getBinaryFast(prefixed(index.number, key))
    return holder && Buffer.compare(holder.subarray(0, holder.length), idKey) === 0
  }

  private putEntries(index: IndexDefinition, planned: DocumentKeys, idKey: Buffer): void {
    for (const key of planned.keys)
      this.environment.indexes.put(this.entryKey(index, key, idKey), idKey)
    if (planned.cut && !index.cut) {
      index.cut = true
      this.described = true
    }
    for (let i = 0; i < planned.multikey.length; i++) {
      if (planned.multikey[i] && !index.multikey[i]) {
        index.multikey[i] = true
        this.described = true
      }
    }
  }

  private removeEntries(index: IndexDefinition, keys: Buffer[], idKey: Buffer): void {
    for (const key of keys)
      this.environment.indexes.remove(this.entryKey(index, key, idKey))
  }

  private duplicate(name: string, keyPattern: Fields, keyValue: Fields): never {
    return fail('DuplicateKey', `E11000 duplicate key error collection: ${this.namespace} index: ${name} dup key: ${printValue(keyValue)}`, { keyPattern, keyValue })
  }
}

function dependsOn(index: IndexDefinition, touched: ReadonlySet<string>): boolean {
  return index.partial !== undefined || index.fields.some(field => touched.has(field.parts[0]!))
}

function difference(old: Buffer[], planned: Buffer[]): { gone: Buffer[], fresh: Buffer[] } {
  if (old.length === 1 && planned.length === 1)
    return old[0]!.equals(planned[0]!) ? { gone: [], fresh: [] } : { gone: old, fresh: planned }
  const before = new Set(old.map(key => key.toString('latin1')))
  const after = new Set(planned.map(key => key.toString('latin1')))
  return { gone: old.filter(key => !after.has(key.toString('latin1'))), fresh: planned.filter(key => !before.has(key.toString('latin1'))) }
}
