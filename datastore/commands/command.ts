import type { Buffer } from 'node:buffer'
import type { Session } from '../auth/session.ts'
import type { Fields } from '../bson/decode.ts'
import type { ServerState } from '../server-state.ts'
import type { Durability } from '../storage/write-queue.ts'
import type { Store } from '../store.ts'
import type { TimeLimit } from '../time-limit.ts'
import type { Request } from '../wire/frames.ts'
import { Int32, Long } from 'bson'
import { isNumber, toNumber } from '../bson/numbers.ts'
import { fail } from '../errors.ts'
import { isDocument } from '../query/paths.ts'

/** A command being answered. */
export interface CommandContext {
  store: Store
  server: ServerState
  session: Session
  /** The database the command is sent to. */
  database: string
  body: Fields
  request: Request
  /** Aborted once the connection the command came over is closed. */
  gone: AbortSignal
  /** How long it may take. */
  limit?: TimeLimit
}

/** Answers a command: the reply's fields (`ok: 1` is added), or the whole reply as BSON. */
export type Command = (context: CommandContext) => Promise<Fields | Buffer> | Fields | Buffer

export type CommandTable = Record<string, Command>

/** The collection a command names in its first field. @throws DatastoreError InvalidNamespace (73) */
export function collectionName(context: CommandContext, field: string): string {
  const name = context.body[field]
  return typeof name === 'string' && name !== '' ? name : fail('InvalidNamespace', `collection name has invalid type or is empty in ${field}`)
}

/** An optional document field of a command. @throws DatastoreError TypeMismatch (14) */
export function optionalDocument(fields: Fields, name: string): Fields | undefined {
  const value = fields[name]
  if (value === undefined || value === null)
    return undefined
  return isDocument(value) ? value : fail('TypeMismatch', `BSON field '${name}' is the wrong type, expected type 'object'`)
}

/** An optional whole number of a command. @throws DatastoreError TypeMismatch (14), or Location51024 for a negative one */
export function optionalCount(fields: Fields, name: string): number | undefined {
  const value = fields[name]
  if (value === undefined || value === null)
    return undefined
  if (!isNumber(value))
    return fail('TypeMismatch', `BSON field '${name}' is the wrong type, expected a number`)
  const count = Math.trunc(toNumber(value))
  return count >= 0 ? count : fail('Location51024', `BSON field '${name}' value must be >= 0, actual value '${count}'`)
}

/** A yes or no of a command, given as a boolean or a number. */
export function flag(fields: Fields, name: string, otherwise = false): boolean {
  const value = fields[name]
  return value === undefined ? otherwise : isNumber(value) ? toNumber(value) !== 0 : value === true
}

/** A number as the int64 that MongoDB answers in such places. */
export function int64(value: number): Long {
  return Long.fromNumber(value)
}

/**
 * When a write is to be answered, from its command's `writeConcern`: `j: true` and `w: 'majority'` ask for the disk
 * (https://www.mongodb.com/docs/manual/reference/write-concern/).
 */
export function durabilityOf(body: Fields): Durability {
  const concern = optionalDocument(body, 'writeConcern')
  return concern && (flag(concern, 'j') || concern.w === 'majority') ? 'on disk' : 'soon'
}

/** A count as MongoDB answers it: an int32. */
export function int32(value: number): Int32 {
  return new Int32(value)
}
