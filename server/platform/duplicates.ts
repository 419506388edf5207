import { mongo } from 'mongoose'

/** MongoDB's code for a key that must be unique and is there already. */
export const duplicateKey = 11000

/** Whether an error says that a document of this id, or another unique key, is there already: somebody, perhaps an earlier try of ours, wrote it. */
export function isDuplicate(error: unknown): boolean {
  return error instanceof mongo.MongoServerError && error.code === duplicateKey
}
