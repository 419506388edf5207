import type { Buffer } from 'node:buffer'
import type { Fields } from '../bson/decode.ts'
import type { Store } from '../store.ts'
import type { LongWork } from '../write/change-found.ts'
import type { UpdateResult } from '../write/update.ts'
import type { WriteOptions } from '../write/validation.ts'
import type { CommandContext, CommandTable } from './command.ts'
import { Double, Long } from 'bson'
import { checkWritable } from '../aggregate/target.ts'
import { authorizeWrite } from '../auth/access.ts'
import { decodeDocument } from '../bson/decode.ts'
import { encodeDocument } from '../bson/encode.ts'
import { BSON_TYPE } from '../bson/layout.ts'
import { isNumber, toNumber } from '../bson/numbers.ts'
import { listElements, locateField } from '../bson/stored-document.ts'
import { DEFAULT_FIRST_BATCH, MAX_BATCH_BYTES } from '../cursor.ts'
import { fail } from '../errors.ts'
import { printValue } from '../print.ts'
import { letVariables } from '../query/expressions.ts'
import { LITTLE } from '../write/collect.ts'
import { deleteDocuments, deleteInSteps } from '../write/delete.ts'
import { insertable, insertDocument } from '../write/insert.ts'
import { updateDocuments, updateInSteps } from '../write/update.ts'
import { durabilityOf, flag, int32, optionalCount, optionalDocument } from './command.ts'
import { listBatches } from './cursors.ts'
import { knownFields, required, requiredDocument, wrongType } from './fields.ts'
import { longWork } from './scan.ts'
import { errorFields, finding, runStatements, statements, updateOptions, writeOptions } from './statements.ts'

interface Target { database: string, name: string }
interface Totals { nErrors: number, nInserted: number, nMatched: number, nModified: number, nUpserted: number, nDeleted: number }

/** Does one operation, adds it to the totals and says what its line of the reply holds: inside a transaction, or in several when that is too much (`TooMuch`). */
interface Write {
  run: (store: Store, totals: Totals) => Fields
  runLong?: (store: Store, totals: Totals, work: LongWork) => Promise<Fields>
}

const CHECKS = {
  insert: knownFields('BulkWriteInsertOp', 'insert document'),
  update: knownFields('BulkWriteUpdateOp', 'update filter updateMods multi upsert upsertSupplied arrayFilters hint collation constants sort sampleId'),
  delete: knownFields('BulkWriteDeleteOp', 'delete filter multi hint collation sampleId'),
}
const checkNamespace = knownFields('NamespaceInfoEntry', 'ns collectionUUID encryptionInformation isTimeseriesNamespace')

/** The `bulkWrite` command: inserts, updates and deletes in any collections. https://www.mongodb.com/docs/manual/reference/command/bulkWrite/ */
async function bulkWrite(context: CommandContext): Promise<Fields> {
  const { store, server, session, database, body } = context
  if (database !== 'admin')
    fail('Unauthorized', 'bulkWrite may only be run against the admin database.')
  const targets = statements(context, 'bulkWrite', 'nsInfo').map(bytes => targetOf(decodeDocument(bytes)))
  for (const target of targets) {
    authorizeWrite(session, server.users, 'bulkWrite', target.database, target.name)
    checkWritable(store, target.database, target.name)
  }
  const variables = letVariables(body.let)
  const writes = statements(context, 'bulkWrite', 'ops').map(bytes => readOperation(bytes, targets, variables, writeOptions(body)))
  const cursor = optionalDocument(body, 'cursor')
  const batchSize = (cursor && optionalCount(cursor, 'batchSize')) ?? DEFAULT_FIRST_BATCH
  const totals: Totals = { nErrors: 0, nInserted: 0, nMatched: 0, nModified: 0, nUpserted: 0, nDeleted: 0 }
  const durability = durabilityOf(body)
  const done: Fields[] = []
  const succeeded = (index: number, line: Fields): void => {
    done[index] = { ok: new Double(1), idx: int32(index), ...line }
  }
  const errors = await runStatements(store, writes.length, {
    ordered: flag(body, 'ordered', true),
    durability,
    run: index => succeeded(index, writes[index]!.run(store, totals)),
    runLong: async index => succeeded(index, await writes[index]!.runLong!(store, totals, longWork(context, 'admin.$cmd.bulkWrite', durability))),
  })
  totals.nErrors = errors.length
  for (const { index, error } of errors)
    done[index] = { ok: new Double(0), idx: int32(index), ...errorFields(error), n: int32(0) }
  const lines = done.filter(line => line && (!flag(body, 'errorsOnly') || line.code !== undefined))
  return { ...await cursorOver(context, lines.map(encodeDocument), batchSize), ...Object.fromEntries(Object.entries(totals).map(([name, n]) => [name, int32(n as number)])) }
}

async function cursorOver({ store }: CommandContext, lines: Buffer[], batchSize: number): Promise<Fields> {
  const namespace = 'admin.$cmd.bulkWrite'
  const source = listBatches(lines)
  const { documents, done } = await source.next(batchSize, MAX_BATCH_BYTES)
  return { cursor: { id: done ? Long.ZERO : store.cursors.open(source, namespace), firstBatch: documents.map(bytes => decodeDocument(bytes)), ns: namespace } }
}

function targetOf(fields: Fields): Target {
  checkNamespace(fields)
  const ns = required('NamespaceInfoEntry', fields, 'ns')
  const dot = typeof ns === 'string' ? ns.indexOf('.') : wrongType('NamespaceInfoEntry', 'ns', ns, 'string')
  if (typeof ns !== 'string' || dot < 1 || dot === ns.length - 1)
    return fail('InvalidNamespace', `Invalid namespace specified for bulkWrite: '${String(ns)}'`)
  return { database: ns.slice(0, dot), name: ns.slice(dot + 1) }
}

function readOperation(bytes: Buffer, targets: readonly Target[], variables: Fields | undefined, options: WriteOptions): Write {
  const elements = listElements(bytes)
  const kind = elements[0]?.name
  if (kind !== 'insert' && kind !== 'update' && kind !== 'delete')
    return fail('FailedToParse', `BulkWrite ops entry ${printValue(decodeDocument(bytes))} is not an insert, update or delete`)
  CHECKS[kind](Object.fromEntries(elements.map(({ name }) => [name, true])))
  if (kind === 'insert')
    return readInsert(bytes, targets, options)
  const fields = decodeDocument(bytes)
  const target = targetAt(fields[kind], fields, targets)
  return kind === 'update' ? readUpdate(fields, target, variables, options) : readDelete(fields, target, variables)
}

function targetAt(index: unknown, fields: Fields, targets: readonly Target[]): Target {
  if (!isNumber(index))
    return wrongType('bulkWrite', 'ops', index, 'int')
  return targets[toNumber(index)] ?? fail('BadValue', `BulkWrite ops entry ${printValue(fields)} has an invalid nsInfo index.`)
}

/** The document is taken as the bytes it came in. */
function readInsert(bytes: Buffer, targets: readonly Target[], options: WriteOptions): Write {
  const fields = decodeDocument(bytes)
  const { database, name } = targetAt(fields.insert, fields, targets)
  requiredDocument('BulkWriteInsertOp', fields, 'document')
  const place = locateField(bytes, 'document')!
  if (place.type !== BSON_TYPE.object)
    wrongType('BulkWriteInsertOp', 'document', fields.document, 'object')
  const document = bytes.subarray(place.valueAt, place.end)
  return { run: (store, totals) => {
    insertDocument(store, store.catalogue.obtain(database, name), insertable(document), options)
    totals.nInserted++
    return { n: int32(1) }
  } }
}

function readUpdate(fields: Fields, target: Target, variables: Fields | undefined, options: WriteOptions): Write {
  const statement = {
    filter: requiredDocument('BulkWriteUpdateOp', fields, 'filter'),
    update: required('BulkWriteUpdateOp', fields, 'updateMods'),
    ...updateOptions('BulkWriteUpdateOp', fields, fields.constants, variables),
    ...options,
  }
  const line = (totals: Totals, { matched, modified, upserted }: UpdateResult): Fields => {
    totals.nMatched += matched
    totals.nModified += modified
    totals.nUpserted += upserted ? 1 : 0
    return { n: int32(matched + (upserted ? 1 : 0)), nModified: int32(modified), ...(upserted ? { upserted: { _id: upserted.id } } : {}) }
  }
  return {
    run: (store, totals) => line(totals, updateDocuments(store, target, statement, LITTLE)),
    runLong: async (store, totals, work) => line(totals, await updateInSteps(store, target, statement, work)),
  }
}

function readDelete(fields: Fields, { database, name }: Target, variables: Fields | undefined): Write {
  const query = { filter: requiredDocument('BulkWriteDeleteOp', fields, 'filter'), ...(flag(fields, 'multi') ? {} : { limit: 1 }), ...finding(fields, variables) }
  const line = (totals: Totals, n: number): Fields => {
    totals.nDeleted += n
    return { n: int32(n) }
  }
  return {
    run: (store, totals) => line(totals, deleteDocuments(store, store.catalogue.lookup(database, name), query, LITTLE)),
    runLong: async (store, totals, work) => line(totals, await deleteInSteps(store, store.catalogue.lookup(database, name), query, work)),
  }
}

export const bulkWriteCommands: CommandTable = { bulkWrite }
