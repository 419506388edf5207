import type { Connection } from 'mongoose'
import type { Models } from '../models/index.ts'
import type { Config } from './config.ts'
import type { WriteOptions } from './writes.ts'
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createConnection } from 'mongoose'
import { makeDirectory, startDatastore } from '#datastore'
import { defineModels, prepareModels } from '../models/index.ts'

/** Name of the database in the embedded store; with MONGODB_URI the address names it. */
export const databaseName = 'loupe'

/**
 * Options of a write that can be made again from what is on disk, as all of intake's can be from the deliveries: it is answered before it is on disk
 * itself. Whatever was written later is not there without it, so that an end at any moment leaves what intake completes.
 */
export const derived: WriteOptions = { writeConcern: { w: 1, j: false } }

/** Of a write that nobody could make again: it is answered when it is on disk. */
export const durable: WriteOptions = { writeConcern: { w: 1, j: true } }

/** The house's database, whichever it is. Models may be used at once: what is asked before it is open waits. */
export interface Database {
  connection: Connection
  models: Models
  /** Starts the embedded store where no other is configured, connects, and creates what is missing. */
  open: () => Promise<void>
  close: () => Promise<void>
}

/**
 * The database of a configuration: MONGODB_URI, or the embedded store under DATA_DIR. Nothing is touched before `open`. `inThread` gives the embedded store
 * a thread of its own, so that its work does not hold up requests.
 */
export function createDatabase(config: Pick<Config, 'mongodbUri' | 'dataDir'>, { inThread = false }: { inThread?: boolean } = {}): Database {
  const connection = createConnection()
  const models = defineModels(connection)
  let stop = async () => {}
  return {
    connection,
    models,
    async open() {
      let uri = config.mongodbUri
      if (uri === null) {
        const store = await startDatastore({ dir: storeDirectory(config.dataDir), worker: inThread })
        uri = store.uriFor(databaseName)
        keepAddress(config.dataDir, uri)
        stop = async () => {
          rmSync(addressFile(config.dataDir), { force: true })
          await store.close()
        }
      }
      await connection.openUri(uri, { maxPoolSize: 40, serverSelectionTimeoutMS: 10_000, autoIndex: false, autoCreate: false, writeConcern: { journal: true } })
      await prepareModels(models)
      // Several processes on one database hear of each other by its changes. Where it has none, that is said now and not when the first page stays still.
      if (config.mongodbUri !== null) await seeChanges(connection)
    },
    async close() {
      await connection.close()
      await stop()
    },
  }
}

/** @throws MongoServerError 40573 where the database does not tell of its changes */
async function seeChanges(connection: Connection): Promise<void> {
  const stream = connection.collection('settings').watch([], { maxAwaitTimeMS: 1 })
  try { await stream.tryNext() }
  finally { await stream.close() }
}

/** Where the embedded store keeps its files. */
export function storeDirectory(dataDir: string): string {
  return join(dataDir, 'store')
}

/**
 * Address of the embedded store that is running over this directory, for a command beside the server: the store's files belong to one process at a
 * time, its socket to everyone who may read this file, which is its owner. Null when none is running.
 */
export function runningStore(dataDir: string): string | null {
  try {
    return readFileSync(addressFile(dataDir), 'utf8')
  }
  catch {
    return null
  }
}

function addressFile(dataDir: string): string {
  return join(dataDir, 'store.address')
}

function keepAddress(dataDir: string, uri: string): void {
  makeDirectory(dataDir)
  writeFileSync(addressFile(dataDir), uri, { mode: 0o600 })
  // An older file keeps its own rights when it is written over.
  chmodSync(addressFile(dataDir), 0o600)
}
