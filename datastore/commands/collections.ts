import type { Buffer } from 'node:buffer'
import type { Fields } from '../bson/decode.ts'
import type { CommandContext, CommandTable } from './command.ts'
import { Binary } from 'bson'
import { checkWritable } from '../aggregate/target.ts'
import { mayRead } from '../auth/access.ts'
import { encodeDocument } from '../bson/encode.ts'
import { fieldsSource } from '../bson/stored-document.ts'
import { fail } from '../errors.ts'
import { parseFilter } from '../query/filter.ts'
import { compileFilter } from '../query/match.ts'
import { collectionName, flag, int32, int64, optionalCount, optionalDocument } from './command.ts'
import { firstBatch, listBatches } from './cursors.ts'
import { ID_INDEX } from './indexes.ts'

async function drop(context: CommandContext): Promise<Fields> {
  const { store, database } = context
  const name = collectionName(context, 'drop')
  return store.write(() => {
    const view = store.catalogue.views.lookup(database, name)
    if (view) {
      store.catalogue.views.remove(view)
      return { ns: `${database}.${name}` }
    }
    const collection = store.catalogue.lookup(database, name)
    if (!collection)
      return {}
    const indexes = collection.indexes.length + 1
    store.catalogue.drop(collection)
    store.changes.dropped(collection)
    return { nIndexesWas: int32(indexes), ns: `${database}.${name}` }
  })
}

async function dropDatabase({ store, database }: CommandContext): Promise<Fields> {
  await store.write(() => {
    const collections = store.catalogue.list(database)
    for (const collection of collections) {
      store.catalogue.drop(collection)
      store.changes.dropped(collection)
    }
    for (const view of store.catalogue.views.list(database))
      store.catalogue.views.remove(view)
    if (collections.length > 0)
      store.changes.databaseDropped(database, collections)
  })
  return { dropped: database }
}

async function listCollections(context: CommandContext): Promise<Buffer> {
  const { store, database, body } = context
  const matches = compileFilter(parseFilter(optionalDocument(body, 'filter') ?? {}))
  const nameOnly = flag(body, 'nameOnly')
  const cursor = optionalDocument(body, 'cursor')
  const batchSize = cursor ? optionalCount(cursor, 'batchSize') : undefined
  const described = [
    ...store.catalogue.list(database).map((collection): Fields => ({ name: collection.name, type: 'collection', options: collection.options, info: { readOnly: false, uuid: new Binary(collection.uuid, 4) }, ...(collection.options.clusteredIndex ? {} : { idIndex: ID_INDEX }) })),
    ...store.catalogue.views.list(database).map((view): Fields => ({ name: view.name, type: 'view', options: { viewOn: view.viewOn, pipeline: view.pipeline, ...(view.collation ? { collation: view.collation } : {}) }, info: { readOnly: true } })),
  ]
    .sort((a, b) => String(a.name) < String(b.name) ? -1 : 1)
    .filter(fields => matches(fieldsSource(fields)))
    .map(fields => encodeDocument(nameOnly ? { name: fields.name, type: fields.type } : fields))
  return firstBatch(context, `${database}.$cmd.listCollections`, listBatches(described), batchSize === undefined ? {} : { batchSize })
}

function listDatabases({ store, server, session, body }: CommandContext): Fields {
  const matches = compileFilter(parseFilter(optionalDocument(body, 'filter') ?? {}))
  const nameOnly = flag(body, 'nameOnly')
  const names = [...new Set(store.catalogue.list().map(collection => collection.database))].sort().filter(name => mayRead(session, server.users, name))
  const databases = names
    .map((name): Fields => ({ name, sizeOnDisk: int64(store.sizeOf(store.catalogue.list(name))), empty: false }))
    .filter(fields => matches(fieldsSource(fields)))
  if (nameOnly)
    return { databases: databases.map(({ name }) => ({ name })) }
  return { databases, totalSize: int64(names.reduce((sum, name) => sum + store.sizeOf(store.catalogue.list(name)), 0)) }
}

async function renameCollection(context: CommandContext): Promise<Fields> {
  const { store, body } = context
  const [from, to] = [splitNamespace(body.renameCollection), splitNamespace(body.to)]
  return store.write(() => {
    for (const { database, name } of [from, to])
      checkWritable(store, database, name)
    const collection = store.catalogue.lookup(from.database, from.name) ?? fail('NamespaceNotFound', `Source collection ${from.database}.${from.name} does not exist`)
    const target = store.catalogue.lookup(to.database, to.name)
    if (target === collection)
      fail('IllegalOperation', 'Can\'t rename a collection to itself')
    if (target && !flag(body, 'dropTarget'))
      fail('NamespaceExists', 'target namespace exists')
    if (target)
      store.catalogue.drop(target)
    store.catalogue.rename(collection, to.database, to.name)
    store.changes.renamed(collection, to.database, to.name)
    return {}
  })
}

function splitNamespace(value: unknown): { database: string, name: string } {
  const dot = typeof value === 'string' ? value.indexOf('.') : -1
  if (typeof value !== 'string' || dot < 1)
    return fail('InvalidNamespace', `Invalid namespace specified '${String(value)}'`)
  return { database: value.slice(0, dot), name: value.slice(dot + 1) }
}

export const collectionCommands: CommandTable = { drop, dropDatabase, listCollections, listDatabases, renameCollection }
