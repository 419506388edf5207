import type { ClientSession, MongoClient } from 'mongodb'
import type { OperationTable } from './operation.ts'
import { clientBulkResult, clientWriteModels } from './models.ts'

/** What a case may do with a client. */
export const clientOperations: OperationTable<MongoClient> = {
  appendMetadata: async (client, { driverInfoOptions }) => client.appendMetadata(driverInfoOptions),
  clientBulkWrite: async (client, { models, ...options }) => clientBulkResult(await client.bulkWrite(clientWriteModels(models), options)),
  close: client => client.close(),
  listDatabaseNames: async (client, options) => (await client.db('admin').admin().listDatabases({ ...options, nameOnly: true })).databases.map(({ name }) => name),
  listDatabaseObjects: async (client, options) => (await client.db('admin').admin().listDatabases(options)).databases,
  listDatabases: async (client, options) => (await client.db('admin').admin().listDatabases(options)).databases,
}

/** What a case may do with a session, transactions apart from their callback. */
export const sessionOperations: OperationTable<ClientSession> = {
  abortTransaction: session => session.abortTransaction(),
  commitTransaction: session => session.commitTransaction(),
  endSession: session => session.endSession(),
  startTransaction: async (session, options) => session.startTransaction(options),
}
