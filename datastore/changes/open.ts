import type { Buffer } from 'node:buffer'
import type { Fields } from '../bson/decode.ts'
import type { CommandContext } from '../commands/command.ts'
import type { Store } from '../store.ts'
import type { LogEntry } from './entry.ts'
import type { EventOptions } from './event.ts'
import type { Scope } from './scope.ts'
import type { Phase } from './token.ts'
import type { Start } from './watch.ts'
import { Long, Timestamp } from 'bson'
import { StoredDocument } from '../bson/stored-document.ts'
import { optionalCount, optionalDocument } from '../commands/command.ts'
import { cursorReply } from '../commands/cursor-reply.ts'
import { DEFAULT_FIRST_BATCH, MAX_BATCH_BYTES } from '../cursor.ts'
import { fail } from '../errors.ts'
import { isDocument } from '../query/paths.ts'
import { encodeId } from '../storage/keys.ts'
import { fromTimestamp } from './position.ts'
import { compileReshape } from './reshape.ts'
import { isInternal } from './scope.ts'
import { ChangeStream } from './stream.ts'
import { readResumeToken } from './token.ts'
import { watchScope } from './watch.ts'

/** What `$changeStream` may be given. Options whose answer would be another one are refused. */
const OPTIONS = new Set(['fullDocument', 'fullDocumentBeforeChange', 'resumeAfter', 'startAfter', 'startAtOperationTime', 'allChangesForCluster'])
const UNSUPPORTED = new Set(['showExpandedEvents', 'showSystemEvents', 'showRawUpdateDescription', 'showMigrationEvents', 'allowToRunOnConfigDB', 'allowToRunOnSystemNS', 'matchCollectionUUIDForUpdateLookup'])

const FULL_DOCUMENT: readonly EventOptions['fullDocument'][] = ['default', 'updateLookup', 'whenAvailable', 'required']
const BEFORE_CHANGE: readonly EventOptions['fullDocumentBeforeChange'][] = ['off', 'whenAvailable', 'required']

/** Whether a pipeline is a change stream. @throws DatastoreError Location40602 where the stage is not the first */
export function isChangeStream(stages: readonly Fields[]): boolean {
  if (stages.slice(1).some(stage => '$changeStream' in stage))
    fail('Location40602', '$changeStream is only valid as the first stage in a pipeline')
  return stages[0] !== undefined && '$changeStream' in stages[0]
}

/**
 * Answers an `aggregate` command that begins with `$changeStream`: what there is to tell at once, and a cursor for the rest.
 * https://www.mongodb.com/docs/manual/reference/operator/aggregation/changeStream/
 */
export async function openChangeStream(context: CommandContext, stages: readonly Fields[]): Promise<Buffer> {
  const { store, database, body } = context
  const spec = stages[0]!.$changeStream
  if (!isDocument(spec))
    return fail('Location50808', '$changeStream stage expects a document as argument')
  checkOptions(spec)
  const name = typeof body.aggregate === 'string' ? body.aggregate : undefined
  const scope = readScope(database, name, spec)
  const events = readEventOptions(spec)
  const start = readStart(spec)
  const collation = optionalDocument(body, 'collation')
  const variables = optionalDocument(body, 'let')
  const reshape = compileReshape(stages.slice(1), { ...(collation ? { collation } : {}), ...(variables ? { variables } : {}) })
  const batchSize = optionalCount(optionalDocument(body, 'cursor') ?? {}, 'batchSize') ?? DEFAULT_FIRST_BATCH
  const { position, release } = await watchScope(store, scope, start.from)
  const stream = new ChangeStream({ documentNow: entry => documentNow(store, entry), feed: store.changes, scope, events, reshape, release }, { position, phase: start.phase })
  const namespace = `${database}.${name ?? '$cmd.aggregate'}`
  try {
    const batch = await stream.next(batchSize, MAX_BATCH_BYTES)
    if (batch.done)
      stream.close()
    return cursorReply('firstBatch', batch.documents, batch.done ? Long.ZERO : store.cursors.open(stream, namespace), namespace, batch.tail)
  }
  catch (error) {
    stream.close()
    throw error
  }
}

function documentNow({ catalogue }: Store, entry: LogEntry): Buffer | undefined {
  const named = catalogue.lookup(entry.database, entry.name)
  // Another collection may have the name by now, and this one another name.
  const collection = named?.number === entry.number ? named : catalogue.numbered(entry.number)
  return collection?.get(encodeId(new StoredDocument(entry.documents[0]!).get('_id')))?.bytes
}

function checkOptions(spec: Fields): void {
  for (const [option, value] of Object.entries(spec)) {
    if (OPTIONS.has(option))
      continue
    if (!UNSUPPORTED.has(option))
      fail('IDLUnknownField', `BSON field '$changeStream.${option}' is an unknown field.`)
    if (value !== false)
      fail('CommandNotSupported', `$changeStream with '${option}' is not supported by this store`)
  }
}

function readScope(database: string, name: string | undefined, spec: Fields): Scope {
  const whole = spec.allChangesForCluster
  if (whole !== undefined && typeof whole !== 'boolean')
    fail('TypeMismatch', 'BSON field \'$changeStream.allChangesForCluster\' is the wrong type, expected type \'bool\'')
  if (whole === true) {
    if (database !== 'admin' || name !== undefined)
      fail('InvalidOptions', `A $changeStream with 'allChangesForCluster:true' may only be opened on the 'admin' database, and with no collection name; found ${database}.${name ?? '$cmd.aggregate'}`)
    return { kind: 'deployment' }
  }
  if (isInternal(database))
    fail('InvalidNamespace', `$changeStream may not be opened on the internal ${database} database`)
  if (name === undefined)
    return { kind: 'database', database }
  if (isInternal(database, name))
    fail('InvalidNamespace', `$changeStream may not be opened on the internal ${database}.${name} collection`)
  return { kind: 'collection', database, name }
}

function readEventOptions(spec: Fields): EventOptions {
  return {
    fullDocument: oneOf(spec, 'fullDocument', FULL_DOCUMENT),
    fullDocumentBeforeChange: oneOf(spec, 'fullDocumentBeforeChange', BEFORE_CHANGE),
  }
}

/** One of the values an option can have; the first, when it is not given. */
function oneOf<T extends string>(spec: Fields, option: string, values: readonly T[]): T {
  const given = spec[option]
  if (given === undefined)
    return values[0]!
  return values.find(value => value === given) ?? fail('BadValue', `Enumeration value '${String(given)}' for field '$changeStream.${option}' is not a valid value.`)
}

function readStart({ resumeAfter, startAfter, startAtOperationTime }: Fields): { from: Start, phase: Phase } {
  if (resumeAfter !== undefined && startAfter !== undefined)
    fail('Location50865', 'Do not specify both \'resumeAfter\' and \'startAfter\' in a $changeStream stage')
  const token = resumeAfter ?? startAfter
  if (token !== undefined && startAtOperationTime !== undefined)
    fail('Location40674', 'Only one type of resume option is allowed, but multiple were found')
  if (token !== undefined) {
    const { position, phase } = readResumeToken(token)
    if (phase === 'invalidate' && resumeAfter !== undefined)
      fail('InvalidResumeToken', 'Attempting to resume a change stream using \'resumeAfter\' is not allowed from an invalidate notification')
    return { from: { after: position, exactly: phase !== 'passed' }, phase }
  }
  if (startAtOperationTime === undefined)
    return { from: 'now', phase: 'passed' }
  if (!(startAtOperationTime instanceof Timestamp))
    return fail('TypeMismatch', 'BSON field \'$changeStream.startAtOperationTime\' is the wrong type, expected type \'timestamp\'')
  return { from: { at: fromTimestamp(startAtOperationTime) }, phase: 'passed' }
}
