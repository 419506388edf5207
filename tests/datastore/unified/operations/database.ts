import type { Db, Document, RunCommandCursor } from 'mongodb'
import type { Arguments, OperationTable } from './operation.ts'

/** What a case may do with a database. */
export const databaseOperations: OperationTable<Db> = {
  aggregate: (database, { pipeline, ...options }) => database.aggregate(pipeline, options).toArray(),
  createCollection: async (database, { collection, ...options }) => void await database.createCollection(collection, options),
  dropCollection: (database, { collection, ...options }) => database.dropCollection(collection, options),
  listCollectionNames: async (database, { filter, ...options }) => (await database.listCollections(filter, { ...options, nameOnly: true }).toArray()).map(({ name }) => name),
  listCollectionObjects: (database, { filter, ...options }) => database.listCollections(filter, options).toArray(),
  listCollections: (database, { filter, ...options }) => database.listCollections(filter, options).toArray(),
  modifyCollection: (database, { collection, ...options }) => database.command({ collMod: collection, ...options }),
  runCommand: (database, { command, commandName: _, ...options }) => database.command(command as Document, options),
  runCursorCommand: (database, given) => commandCursor(database, given).toArray(),
}

/** A cursor over what a command answers, with the options for its further batches. */
export function commandCursor(database: Db, given: Arguments): RunCommandCursor {
  const { command, commandName: _, batchSize, maxTimeMS, comment, ...options } = given
  const cursor = database.runCursorCommand(command as Document, options)
  if (batchSize !== undefined)
    cursor.setBatchSize(batchSize)
  if (maxTimeMS !== undefined)
    cursor.setMaxTimeMS(maxTimeMS)
  if (comment !== undefined)
    cursor.setComment(comment)
  return cursor
}
