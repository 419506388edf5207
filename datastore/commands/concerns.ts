import type { Fields } from '../bson/decode.ts'
import { isNumber, toNumber } from '../bson/numbers.ts'
import { fail } from '../errors.ts'
import { isDocument } from '../query/paths.ts'
import { optionalDocument } from './command.ts'

const LEVELS = ['local', 'available', 'majority']
/** Levels that need the history of a replica set. */
const REPLICATED_LEVELS = ['snapshot', 'linearizable']
/** Reading commands, which a write concern means nothing to. */
const READING = new Set(['find', 'count', 'distinct', 'getMore', 'listCollections', 'listDatabases', 'listIndexes', 'killCursors', 'explain'])

/** The commands of API version 1. https://www.mongodb.com/docs/manual/reference/stable-api/ */
const STABLE = new Set(['abortTransaction', 'aggregate', 'authenticate', 'bulkWrite', 'collMod', 'commitTransaction', 'count', 'create', 'createIndexes', 'delete', 'drop', 'dropDatabase', 'dropIndexes', 'endSessions', 'explain', 'find', 'findAndModify', 'getMore', 'hello', 'insert', 'isMaster', 'ismaster', 'killCursors', 'listCollections', 'listDatabases', 'listIndexes', 'ping', 'refreshSessions', 'saslStart', 'saslContinue', 'update'])
/** Stages that are not of API version 1. */
const UNSTABLE_STAGES = new Set(['$currentOp', '$indexStats', '$listLocalSessions', '$listSessions', '$planCacheStats', '$search', '$searchMeta', '$vectorSearch', '$listSearchIndexes'])

/**
 * Holds what any command may ask for, read and write concern and API version, against what a standalone server can give.
 * @throws DatastoreError NotAReplicaSet (123), BadValue (2), InvalidOptions (72), APIVersionError (322), APIStrictError (323)
 */
export function checkConcerns(name: string, body: Fields): void {
  if (body.readConcern !== undefined)
    checkReadConcern(optionalDocument(body, 'readConcern') ?? {})
  if (body.writeConcern !== undefined)
    checkWriteConcern(name, optionalDocument(body, 'writeConcern') ?? {})
  if (body.apiVersion !== undefined || body.apiStrict !== undefined || body.apiDeprecationErrors !== undefined)
    checkVersion(name, body)
}

function checkReadConcern({ level }: Fields): void {
  if (level === undefined || LEVELS.includes(String(level)))
    return
  if (REPLICATED_LEVELS.includes(String(level)))
    fail('NotAReplicaSet', `node needs to be a replica set member to use readConcern: ${String(level)}`)
  fail('BadValue', `Enumeration value '${String(level)}' for field 'readConcern.level' is not a valid value.`)
}

function checkWriteConcern(name: string, { w, j }: Fields): void {
  if (READING.has(name))
    fail('InvalidOptions', `Command ${name} does not support writeConcern`)
  if (isNumber(w) && toNumber(w) > 1)
    fail('BadValue', 'cannot use \'w\' > 1 when a host is not replicated')
  if (isNumber(w) && (toNumber(w) < 0 || !Number.isInteger(toNumber(w))))
    fail('FailedToParse', 'w has to be a non-negative number and not greater than 50')
  if (typeof w === 'string' && w !== 'majority')
    fail('BadValue', `cannot use non-majority 'w' mode ${w} when a host is not a member of a replica set`)
  if (isNumber(w) && toNumber(w) === 0 && j === true)
    fail('BadValue', 'cannot use w:0 with j:true')
}

function checkVersion(name: string, { apiVersion, apiStrict, pipeline }: Fields): void {
  if (apiVersion === undefined)
    fail('Location4886600', 'Provided apiStrict and/or apiDeprecationErrors without passing apiVersion')
  if (apiVersion !== '1')
    fail('APIVersionError', `API version must be "1"`)
  if (apiStrict !== true)
    return
  if (!STABLE.has(name))
    fail('APIStrictError', `Provided apiStrict:true, but the command ${name} is not in API Version 1. Information on supported commands and migrations in API Version 1 can be found at https://www.mongodb.com/docs/manual/reference/stable-api/`)
  const unstable = Array.isArray(pipeline) ? (pipeline as unknown[]).flatMap(stage => isDocument(stage) ? Object.keys(stage) : []).find(stage => UNSTABLE_STAGES.has(stage)) : undefined
  if (unstable)
    fail('APIStrictError', `stage ${unstable} is not allowed with 'apiStrict: true' in API Version 1`)
}
