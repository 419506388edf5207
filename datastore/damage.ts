import { DatastoreError } from './errors.ts'

/** What LMDB says when a page of its file is not what it should be (lmdb.h, "Return Codes"). */
const DAMAGE = /^MDB_(?:CORRUPTED|PAGE_NOTFOUND|PANIC|INVALID|BAD_TXN|CURSOR_FULL|PAGE_FULL)\b/

/** The error that damage of the store's file is answered with; undefined for one that is about something else. */
export function damageOf(error: unknown): DatastoreError | undefined {
  if (error instanceof DatastoreError)
    return error.codeName === 'DataCorruptionDetected' ? error : undefined
  if (error instanceof Error && DAMAGE.test(error.message))
    return new DatastoreError('DataCorruptionDetected', `The store's file is damaged (${error.message}). What else is in it can still be read.`)
  return undefined
}
