import type { Buffer } from 'node:buffer'
import type { Fields } from '../bson/decode.ts'
import type { Collection } from '../storage/collection.ts'
import type { Store } from '../store.ts'
import type { CommandContext, CommandTable } from './command.ts'
import { decodeDocument } from '../bson/decode.ts'
import { encodeDocument } from '../bson/encode.ts'
import { isNumber, toNumber } from '../bson/numbers.ts'
import { asDatastoreError, fail } from '../errors.ts'
import { isDocument } from '../query/paths.ts'
import { deleteDocuments } from '../write/delete.ts'
import { findAndModify } from '../write/find-and-modify.ts'
import { insertable, insertDocument } from '../write/insert.ts'
import { updateDocuments } from '../write/update.ts'
import { collectionName, flag, int32 } from './command.ts'

const MAX_BATCH = 100_000

/** The statements of a write command: from its kind 1 section or from its body. */
function statements(context: CommandContext, name: string): Buffer[] {
  const sequence = context.request.sequences.get(name)
  const list = context.body[name]
  const documents = sequence ?? (Array.isArray(list) ? (list as unknown[]).map(item => isDocument(item) ? encodeDocument(item) : fail('TypeMismatch', `BSON field '${name}' must hold objects`)) : fail('FailedToParse', `BSON field '${name}' is missing but a required field`))
  if (documents.length === 0 || documents.length > MAX_BATCH)
    fail('InvalidLength', `Write batch sizes must be between 1 and ${MAX_BATCH}. Got ${documents.length} operations.`)
  return documents
}

/** Runs statements in their order; an error ends an ordered command, and is noted in an unordered one. */
function runStatements(context: CommandContext, total: number, run: (index: number) => void): Fields[] {
  const ordered = flag(context.body, 'ordered', true)
  const errors: Fields[] = []
  for (let index = 0; index < total; index++) {
    try {
      run(index)
    }
    catch (error) {
      errors.push(writeError(index, error))
      if (ordered)
        break
    }
  }
  return errors
}

function writeError(index: number, error: unknown): Fields {
  const { code, message, details } = asDatastoreError(error)
  return { index: int32(index), code: int32(code), errmsg: message, ...details }
}

const withErrors = (reply: Fields, errors: Fields[]): Fields => errors.length === 0 ? reply : { ...reply, writeErrors: errors }

async function insert(context: CommandContext): Promise<Fields> {
  const { store, database } = context
  const name = collectionName(context, 'insert')
  const documents = statements(context, 'documents')
  return store.write(() => {
    const collection = store.catalogue.obtain(database, name)
    let n = 0
    const errors = runStatements(context, documents.length, (index) => {
      insertDocument(store, collection, insertable(documents[index]!))
      n++
    })
    return withErrors({ n: int32(n) }, errors)
  })
}

async function update(context: CommandContext): Promise<Fields> {
  const { store, database, body } = context
  const name = collectionName(context, 'update')
  const updates = statements(context, 'updates').map(bytes => decodeDocument(bytes))
  const variables = isDocument(body.let) ? body.let : undefined
  return store.write(() => {
    let n = 0
    let modified = 0
    const upserted: Fields[] = []
    const errors = runStatements(context, updates.length, (index) => {
      const statement = updates[index]!
      const result = updateDocuments(store, { database, name }, {
        filter: isDocument(statement.q) ? statement.q : fail('FailedToParse', 'BSON field \'update.updates.q\' is missing but a required field'),
        update: statement.u ?? fail('FailedToParse', 'BSON field \'update.updates.u\' is missing but a required field'),
        multi: flag(statement, 'multi'),
        upsert: flag(statement, 'upsert'),
        ...(Array.isArray(statement.arrayFilters) ? { arrayFilters: statement.arrayFilters as unknown[] } : {}),
        ...(isDocument(statement.collation) ? { collation: statement.collation } : {}),
        ...(isDocument(statement.sort) ? { sort: statement.sort } : {}),
        ...(statement.hint === undefined ? {} : { hint: statement.hint }),
        ...(isDocument(statement.c) ? { variables: { ...variables, ...statement.c } } : variables ? { variables } : {}),
      })
      n += result.matched + (result.upserted === undefined ? 0 : 1)
      modified += result.modified
      if (result.upserted !== undefined)
        upserted.push({ index: int32(index), _id: result.upserted.id })
    })
    return withErrors({ n: int32(n), nModified: int32(modified), ...(upserted.length > 0 ? { upserted } : {}) }, errors)
  })
}

async function remove(context: CommandContext): Promise<Fields> {
  const { store, database, body } = context
  const name = collectionName(context, 'delete')
  const deletes = statements(context, 'deletes').map(bytes => decodeDocument(bytes))
  return store.write(() => {
    let n = 0
    const errors = runStatements(context, deletes.length, (index) => {
      const statement = deletes[index]!
      const limit = isNumber(statement.limit) ? toNumber(statement.limit) : fail('FailedToParse', 'BSON field \'delete.deletes.limit\' is missing but a required field')
      if (limit !== 0 && limit !== 1)
        fail('FailedToParse', `The limit field in delete objects must be 0 or 1. Got ${limit}`)
      n += deleteDocuments(store, collectionOf(store, database, name), {
        filter: isDocument(statement.q) ? statement.q : fail('FailedToParse', 'BSON field \'delete.deletes.q\' is missing but a required field'),
        ...(limit === 1 ? { limit } : {}),
        ...(isDocument(statement.collation) ? { collation: statement.collation } : {}),
        ...(statement.hint === undefined ? {} : { hint: statement.hint }),
        ...(isDocument(body.let) ? { variables: body.let } : {}),
      })
    })
    return withErrors({ n: int32(n) }, errors)
  })
}

function collectionOf(store: Store, database: string, name: string): Collection | undefined {
  return store.catalogue.lookup(database, name)
}

export const writeCommands: CommandTable = { insert, update, delete: remove, findAndModify, findandmodify: findAndModify }
