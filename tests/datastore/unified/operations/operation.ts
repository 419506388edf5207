import type { Document } from 'mongodb'
import type { Entities } from '../entities.ts'
import { isFields } from '../bson-types.ts'
import { mismatch } from '../mismatch.ts'

/** An operation's arguments. They come from a case that was written for drivers, and go to one as they are. */
export type Arguments = Document

/** Runs one operation on its object. */
export type Run<T> = (target: T, given: Arguments) => Promise<unknown>
export type OperationTable<T> = Record<string, Run<T>>

/** Operations whose result is an iteration of documents, each of them a root document. */
export const ITERATED: ReadonlySet<string> = new Set(['aggregate', 'find', 'listCollections', 'listDatabases', 'listIndexes', 'listSearchIndexes', 'runCursorCommand'])

/** An operation's arguments with names of entities replaced by what they stand for, and enumerations in the driver's letters. */
export function resolveArguments(entities: Entities, given: Record<string, unknown> = {}): Arguments {
  const resolved: Arguments = { ...given }
  if (typeof given.session === 'string')
    resolved.session = entities.get('session', given.session)
  if (given.returnDocument !== undefined) {
    const letters = String(given.returnDocument).toLowerCase()
    resolved.returnDocument = letters === 'before' || letters === 'after' ? letters : mismatch('returnDocument', `${letters} is neither Before nor After`)
  }
  if (isFields(given.readPreference) && typeof given.readPreference.mode === 'string')
    resolved.readPreference = given.readPreference.mode
  return resolved
}
