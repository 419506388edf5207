import type { Fields } from '../bson/decode.ts'
import type { Environment } from './environment.ts'
import { Buffer } from 'node:buffer'
import { randomUUID } from 'node:crypto'
import { Binary } from 'bson'
import { decodeDocument } from '../bson/decode.ts'
import { encodeDocument } from '../bson/encode.ts'
import { fail } from '../errors.ts'
import { Collection } from './collection.ts'
import { defineIndex } from './index-definition.ts'
import { Leftovers } from './leftovers.ts'
import { Views } from './views.ts'

const DESCRIPTION = Buffer.from('collection\0')
const COUNTER = Buffer.from('count\0')
const NEXT = Buffer.from('next')

/** All collections, in memory and on disk. Its writing methods are called inside a write transaction only. */
export class Catalogue {
  /** What dropped collections and indexes leave behind. */
  readonly leftovers: Leftovers
  readonly views: Views
  private readonly environment: Environment
  private readonly collections = new Map<string, Collection>()
  private next = 1

  constructor(environment: Environment) {
    this.environment = environment
    this.leftovers = new Leftovers(environment)
    this.views = new Views(environment)
    this.load()
  }

  /** Reads everything afresh from the disk: at the start, and after a transaction that did not happen. */
  load(): void {
    this.collections.clear()
    this.leftovers.load()
    this.views.load()
    const next = this.environment.catalogue.getBinary(NEXT)
    this.next = next ? next.readUInt32BE(0) : 1
    for (const { value } of this.environment.catalogue.getRange({ start: DESCRIPTION, end: Buffer.from('collection\u0001') })) {
      const collection = this.read(decodeDocument(Buffer.from(value)))
      this.collections.set(collection.namespace, collection)
    }
  }

  lookup(database: string, name: string): Collection | undefined {
    return this.collections.get(`${database}.${name}`)
  }

  /** The collection with a number, whatever it is called by now. */
  numbered(number: number): Collection | undefined {
    return this.list().find(collection => collection.number === number)
  }

  /** All collections, or those of one database. */
  list(database?: string): Collection[] {
    return [...this.collections.values()].filter(collection => database === undefined || collection.database === database)
  }

  /** The collection, made if there is none. */
  obtain(database: string, name: string): Collection {
    return this.lookup(database, name) ?? this.create(database, name, {})
  }

  /** @throws DatastoreError NamespaceExists (48) or InvalidNamespace (73) */
  create(database: string, name: string, options: Fields): Collection {
    checkNamespace(database, name)
    if (this.lookup(database, name))
      fail('NamespaceExists', `Collection ${database}.${name} already exists.`)
    if (this.views.lookup(database, name))
      fail('NamespaceExists', `Namespace ${database}.${name} is a view`)
    const collection = new Collection(this.environment, { database, name, number: this.nextNumber(), options, uuid: Buffer.from(randomUUID().replaceAll('-', ''), 'hex'), indexes: [], count: 0, cut: false })
    this.collections.set(collection.namespace, collection)
    return collection
  }

  /** Gives a collection another name. */
  rename(collection: Collection, database: string, name: string): void {
    checkNamespace(database, name)
    this.collections.delete(collection.namespace)
    this.environment.catalogue.remove(descriptionKey(collection.database, collection.name))
    const renamed = new Collection(this.environment, { database, name, number: collection.number, options: collection.options, uuid: collection.uuid, indexes: collection.indexes, count: collection.count, cut: collection.primary.cut })
    renamed.building = collection.building
    this.collections.set(renamed.namespace, renamed)
  }

  /** Removes a collection's documents, indexes and description. */
  drop(collection: Collection): void {
    this.collections.delete(collection.namespace)
    this.environment.catalogue.remove(descriptionKey(collection.database, collection.name))
    this.environment.catalogue.remove(counterKey(collection.number))
    this.leftovers.leave('documents', collection.number)
    for (const index of collection.indexes)
      this.leftovers.leave('indexes', index.number)
  }

  /** A number no other collection or index has had. */
  nextNumber(): number {
    const number = this.next++
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32BE(this.next, 0)
    this.environment.catalogue.put(NEXT, bytes)
    return number
  }

  /** Writes what changed of descriptions and counters; called as the last thing in each transaction. */
  save(): void {
    for (const collection of this.collections.values()) {
      if (collection.described) {
        this.environment.catalogue.put(descriptionKey(collection.database, collection.name), encodeDocument({
          database: collection.database,
          name: collection.name,
          number: collection.number,
          options: collection.options,
          cut: collection.primary.cut,
          uuid: new Binary(collection.uuid, 4),
          indexes: collection.indexes.map(index => ({ number: index.number, spec: index.spec, multikey: index.multikey, cut: index.cut })),
        }))
        collection.described = false
      }
      if (collection.counted) {
        const bytes = Buffer.alloc(8)
        bytes.writeDoubleBE(collection.count, 0)
        this.environment.catalogue.put(counterKey(collection.number), bytes)
        collection.counted = false
      }
    }
  }

  private read(description: Fields): Collection {
    const number = Number(description.number)
    const counter = this.environment.catalogue.getBinary(counterKey(number))
    const collection = new Collection(this.environment, {
      database: String(description.database),
      name: String(description.name),
      number,
      options: description.options as Fields,
      cut: description.cut === true,
      uuid: Buffer.from((description.uuid as Binary).buffer),
      count: counter ? counter.readDoubleBE(0) : 0,
      indexes: (description.indexes as Fields[]).map((stored) => {
        const index = defineIndex(stored.spec as Fields, Number(stored.number))
        index.multikey = stored.multikey as boolean[]
        index.cut = stored.cut === true
        return index
      }),
    })
    collection.described = false
    collection.counted = false
    return collection
  }
}

function descriptionKey(database: string, name: string): Buffer {
  return Buffer.concat([DESCRIPTION, Buffer.from(`${database}.${name}`)])
}

function counterKey(number: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(number, 0)
  return Buffer.concat([COUNTER, bytes])
}

/** Names under `system.` that a client may make in any database, and those of the database of users, where this store keeps what they sign in by as well. */
const SYSTEM = new Set(['system.users', 'system.js', 'system.views', 'system.profile'])
const SYSTEM_OF_ADMIN = new Set(['system.roles', 'system.version', 'system.keys', 'system.backup_users', 'system.secrets'])

/** @throws DatastoreError InvalidNamespace (73) for a name MongoDB would not take */
export function checkNamespace(database: string, name: string): void {
  if (database === '' || database.length > 63 || /[/\\. "$\0]/.test(database))
    fail('InvalidNamespace', `Invalid database name: '${database}'`)
  if (name === '' || name.includes('$') || name.includes('\0') || name.startsWith('.') || name.endsWith('.') || Buffer.byteLength(name) > 255)
    fail('InvalidNamespace', `Invalid collection name: ${name}`)
  if (name.startsWith('system.') && !SYSTEM.has(name) && !(database === 'admin' && SYSTEM_OF_ADMIN.has(name)))
    fail('InvalidNamespace', `Invalid system namespace: ${database}.${name}`)
}
