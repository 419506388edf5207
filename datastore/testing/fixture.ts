import type { Datastore, DatastoreOptions } from '../index.ts'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MongoClient } from 'mongodb'
import { startDatastore } from '../index.ts'

/** A store in a directory of its own, with a driver connected to it. */
export interface Fixture {
  dir: string
  datastore: Datastore
  client: MongoClient
  close: () => Promise<void>
}

export async function startFixture(options: Partial<DatastoreOptions> = {}): Promise<Fixture> {
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'datastore-test-'))
  const datastore = await startDatastore({ ...options, dir })
  const client = await MongoClient.connect(datastore.uri)
  return {
    dir,
    datastore,
    client,
    close: async () => {
      await client.close()
      await datastore.close()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
