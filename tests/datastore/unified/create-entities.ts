import type { ClientSessionOptions, CollectionOptions, DbOptions, GridFSBucketOptions, MongoClientOptions } from 'mongodb'
import type { Entities } from './entities.ts'
import type { Observation } from './events.ts'
import type { Fields } from './format.ts'
import { GridFSBucket, MongoClient } from 'mongodb'
import { isFields } from './bson-types.ts'
import { EventLog } from './events.ts'
import { mismatch, Skip } from './mismatch.ts'

/** Makes the entities a file or an operation asks for, in their order. */
export function createEntities(entities: Entities, uri: string, wanted: readonly Fields[]): void {
  for (const entity of wanted) {
    const [kind = ''] = Object.keys(entity)
    const given = entity[kind]
    if (!isFields(given) || typeof given.id !== 'string')
      return mismatch(`createEntities.${kind}`, 'an entity is a document with an id')
    create(entities, uri, kind, given.id, given)
  }
}

// The options below come from a case, whose author meant them for the driver: it is the driver's to judge them.
function create(entities: Entities, uri: string, kind: string, id: string, given: Fields): void {
  switch (kind) {
    case 'client':
      return createClient(entities, uri, id, given)
    case 'database':
      return entities.add('database', id, entities.get('client', given.client).db(String(given.databaseName), given.databaseOptions as DbOptions | undefined))
    case 'collection':
      return entities.add('collection', id, entities.get('database', given.database).collection(String(given.collectionName), (given.collectionOptions ?? {}) as CollectionOptions))
    case 'session':
      return entities.add('session', id, entities.get('client', given.client).startSession(sessionOptions(entities, given.sessionOptions)))
    case 'bucket':
      return entities.add('bucket', id, new GridFSBucket(entities.get('database', given.database), given.bucketOptions as GridFSBucketOptions | undefined))
    case 'thread':
      return entities.add('thread', id, { work: Promise.resolve() })
    case 'clientEncryption':
      throw new Skip('client-side encryption is the driver\'s')
    default:
      mismatch(`createEntities.${kind}`, 'is not a kind of entity')
  }
}

function createClient(entities: Entities, uri: string, id: string, given: Fields): void {
  if (given.observeLogMessages !== undefined || given.observeTracingMessages !== undefined)
    throw new Skip('log messages and traces are the driver\'s')
  if (given.autoEncryptOpts !== undefined)
    throw new Skip('client-side encryption is the driver\'s')
  const url = new URL(uri)
  for (const [name, value] of Object.entries(isFields(given.uriOptions) ? given.uriOptions : {}))
    url.searchParams.set(name, String(value))
  const client = new MongoClient(url.toString(), {
    monitorCommands: true,
    ...(isFields(given.serverApi) ? { serverApi: given.serverApi as unknown as NonNullable<MongoClientOptions['serverApi']> } : {}),
  })
  entities.add('client', id, client)
  entities.logs.set(id, new EventLog(client, given as Observation))
}

function sessionOptions(entities: Entities, given: unknown): ClientSessionOptions {
  const options = isFields(given) ? { ...given } : {}
  if (typeof options.snapshotTime === 'string')
    options.snapshotTime = entities.valueOf(options.snapshotTime)
  return options as ClientSessionOptions
}
