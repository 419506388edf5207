import type { Collection } from 'mongodb'
import type { OperationTable } from './operation.ts'
import { bulkResult, updateResult, writeModels } from './models.ts'

/** What a case may do with a collection, after the CRUD and index management specifications. */
export const collectionOperations: OperationTable<Collection> = {
  aggregate: (collection, { pipeline, ...options }) => collection.aggregate(pipeline, options).toArray(),
  bulkWrite: async (collection, { requests, ...options }) => bulkResult(await collection.bulkWrite(writeModels(requests), options)),
  // `count` is deprecated, which is not the store's affair.
  count: (collection, { filter, ...options }) => collection.count(filter, options),
  countDocuments: (collection, { filter, ...options }) => collection.countDocuments(filter, options),
  createIndex: (collection, { keys, ...options }) => collection.createIndex(keys, options),
  createSearchIndex: (collection, { model }) => collection.createSearchIndex(model),
  createSearchIndexes: (collection, { models }) => collection.createSearchIndexes(models),
  deleteMany: (collection, { filter, ...options }) => collection.deleteMany(filter, options),
  deleteOne: (collection, { filter, ...options }) => collection.deleteOne(filter, options),
  distinct: (collection, { fieldName, filter, ...options }) => collection.distinct(fieldName, filter ?? {}, options),
  drop: (collection, options) => collection.drop(options),
  dropIndex: (collection, { name, ...options }) => collection.dropIndex(name, options),
  dropIndexes: (collection, options) => collection.dropIndexes(options),
  dropSearchIndex: (collection, { name }) => collection.dropSearchIndex(name),
  estimatedDocumentCount: (collection, options) => collection.estimatedDocumentCount(options),
  find: (collection, { filter, ...options }) => collection.find(filter, options).toArray(),
  findOne: (collection, { filter, ...options }) => collection.findOne(filter, options),
  findOneAndDelete: (collection, { filter, ...options }) => collection.findOneAndDelete(filter, options),
  findOneAndReplace: (collection, { filter, replacement, ...options }) => collection.findOneAndReplace(filter, replacement, options),
  findOneAndUpdate: (collection, { filter, update, ...options }) => collection.findOneAndUpdate(filter, update, options),
  insertMany: (collection, { documents, ...options }) => collection.insertMany(documents, options),
  insertOne: (collection, { document, ...options }) => collection.insertOne(document, options),
  listIndexes: (collection, options) => collection.listIndexes(options).toArray(),
  listIndexNames: async (collection, options) => (await collection.listIndexes(options).toArray()).map(({ name }) => name as unknown),
  listSearchIndexes: (collection, { name, aggregationOptions }) => collection.listSearchIndexes(name, aggregationOptions).toArray(),
  rename: (collection, { to, ...options }) => collection.rename(to, options),
  replaceOne: async (collection, { filter, replacement, ...options }) => updateResult(await collection.replaceOne(filter, replacement, options)),
  updateMany: async (collection, { filter, update, ...options }) => updateResult(await collection.updateMany(filter, update, options)),
  updateOne: async (collection, { filter, update, ...options }) => updateResult(await collection.updateOne(filter, update, options)),
  updateSearchIndex: (collection, { name, definition }) => collection.updateSearchIndex(name, definition),
}
