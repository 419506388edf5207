import type { Fields } from '../bson/decode.ts'
import { fail } from '../errors.ts'
import { isDocument } from '../query/paths.ts'
import { typeName } from '../query/types.ts'

/** Fields that any command may have. */
const GENERIC = words('$db lsid $clusterTime $readPreference readConcern writeConcern comment maxTimeMS apiVersion apiStrict apiDeprecationErrors txnNumber autocommit startTransaction rawData $audit $client $configTime $topologyTime $queryOptions help maxTimeMSOpOnly databaseVersion shardVersion')

/** The fields of each command besides the generic ones, after the manual's pages of commands. Commands that are not listed take any. */
const KNOWN: Record<string, ReadonlySet<string>> = {
  insert: words('documents ordered bypassDocumentValidation maxTimeMS'),
  update: words('updates ordered bypassDocumentValidation let'),
  delete: words('deletes ordered let'),
  bulkWrite: words('ops nsInfo errorsOnly ordered bypassDocumentValidation let cursor stmtIds stmtId'),
  find: words('filter projection sort hint skip limit batchSize singleBatch max min returnKey showRecordId tailable oplogReplay noCursorTimeout awaitData allowPartialResults collation allowDiskUse let options ntoreturn runtimeConstants'),
  getMore: words('collection batchSize term lastKnownCommittedOpTime'),
  killCursors: words('cursors'),
  findAndModify: words('query sort remove update new fields upsert bypassDocumentValidation collation arrayFilters hint let stmtId runtimeConstants'),
  count: words('query limit skip hint collation fields'),
  distinct: words('key query collation hint'),
  aggregate: words('pipeline explain allowDiskUse cursor bypassDocumentValidation collation hint let needsMerge fromMongos runtimeConstants isMapReduceCommand'),
  create: words('capped timeseries expireAfterSeconds clusteredIndex changeStreamPreAndPostImages size max storageEngine validator validationLevel validationAction indexOptionDefaults viewOn pipeline collation encryptedFields autoIndexId idIndex temp flags'),
  drop: words(''),
  dropDatabase: words(''),
  collMod: words('index validator validationLevel validationAction viewOn pipeline expireAfterSeconds changeStreamPreAndPostImages timeseries clusteredIndex cappedSize cappedMax recordPreImages dryRun prepareUnique'),
  listCollections: words('cursor filter nameOnly authorizedCollections'),
  listDatabases: words('filter nameOnly authorizedDatabases'),
  renameCollection: words('to dropTarget stayTemp collectionUUID'),
  createIndexes: words('indexes commitQuorum ignoreUnknownIndexOptions v'),
  listIndexes: words('cursor'),
  dropIndexes: words('index'),
}
const ALIASES: Record<string, string> = { findandmodify: 'findAndModify', deleteIndexes: 'dropIndexes' }

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(' '))
}

/** Whether a field may stand in any command. */
export function isGeneric(name: string): boolean {
  return GENERIC.has(name)
}

/** @throws DatastoreError IDLUnknownField (40415) for a command with a field MongoDB does not know */
export function checkCommandFields(command: string, body: Fields): void {
  const name = ALIASES[command] ?? command
  const known = Object.hasOwn(KNOWN, name) ? KNOWN[name] : undefined
  if (known)
    checkFields(name, body, field => field === command || known.has(field) || GENERIC.has(field))
}

/** @throws DatastoreError IDLUnknownField (40415) for a field that is not known at a place, such as `update.updates` */
export function checkFields(place: string, fields: Fields, known: (field: string) => boolean): void {
  for (const field in fields) {
    if (!known(field))
      fail('IDLUnknownField', `BSON field '${place}.${field}' is an unknown field.`)
  }
}

/** Fields that one kind of document may have. @returns a check of such documents, as `checkFields` */
export function knownFields(place: string, names: string): (fields: Fields) => void {
  const known = words(names)
  return fields => checkFields(place, fields, field => known.has(field))
}

/** A field that must be there. @throws DatastoreError IDLFailedToParse (40414) when it is not, TypeMismatch (14) when it is no document */
export function requiredDocument(place: string, fields: Fields, name: string): Fields {
  const value = required(place, fields, name)
  return isDocument(value) ? value : wrongType(place, name, value, 'object')
}

/** A field that must be there, of whatever type. @throws DatastoreError IDLFailedToParse (40414) */
export function required(place: string, fields: Fields, name: string): unknown {
  const value = fields[name]
  return value === undefined ? fail('IDLFailedToParse', `BSON field '${place}.${name}' is missing but a required field`) : value
}

/** @throws DatastoreError TypeMismatch (14), in MongoDB's words */
export function wrongType(place: string, name: string, value: unknown, expected: string): never {
  return fail('TypeMismatch', `BSON field '${place}.${name}' is the wrong type '${typeName(value)}', expected type '${expected}'`)
}
