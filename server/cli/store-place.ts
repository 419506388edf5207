import { resolve } from 'node:path'
import { coreEnvironment, readEnvironment } from '../platform/config.ts'
import { storeDirectory } from '../platform/database.ts'

/**
 * The directory of the store that a command is about: the one named, or the embedded one under DATA_DIR. Nothing else of the configuration has to be right.
 * @throws Error with a sentence when the house's data is in another database
 */
export function storePlace(named: string | undefined): string {
  if (named !== undefined) return resolve(named)
  const environment = readEnvironment()
  if (environment.MONGODB_URI) throw new Error('MONGODB_URI is set: this house\'s data is in that database, whose own tools (mongodump, mongorestore) copy it. Name a directory with --dir for an embedded store.')
  return storeDirectory(resolve(coreEnvironment.shape.DATA_DIR.parse(environment.DATA_DIR || undefined)))
}
