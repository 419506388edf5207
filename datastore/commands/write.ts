import type { Fields } from '../bson/decode.ts'
import type { CommandContext, CommandTable } from './command.ts'
import { decodeDocument } from '../bson/decode.ts'
import { letVariables } from '../query/expressions.ts'
import { deleteDocuments } from '../write/delete.ts'
import { findAndModify } from '../write/find-and-modify.ts'
import { insertable, insertDocument } from '../write/insert.ts'
import { updateDocuments } from '../write/update.ts'
import { collectionName, durabilityOf, flag, int32 } from './command.ts'
import { deleteStatement, runStatements, statements, updateStatement, withErrors } from './statements.ts'

async function insert(context: CommandContext): Promise<Fields> {
  const { store, database } = context
  const name = collectionName(context, 'insert')
  const documents = statements(context, 'insert', 'documents')
  return store.write(() => {
    const collection = store.catalogue.obtain(database, name)
    let n = 0
    const errors = runStatements(flag(context.body, 'ordered', true), documents.length, (index) => {
      insertDocument(store, collection, insertable(documents[index]!))
      n++
    })
    return withErrors({ n: int32(n) }, errors)
  }, durabilityOf(context.body))
}

async function update(context: CommandContext): Promise<Fields> {
  const { store, database, body } = context
  const name = collectionName(context, 'update')
  const updates = statements(context, 'update', 'updates').map(bytes => decodeDocument(bytes))
  const variables = letVariables(body.let)
  return store.write(() => {
    let n = 0
    let modified = 0
    const upserted: Fields[] = []
    const errors = runStatements(flag(context.body, 'ordered', true), updates.length, (index) => {
      const result = updateDocuments(store, { database, name }, updateStatement(updates[index]!, variables))
      n += result.matched + (result.upserted === undefined ? 0 : 1)
      modified += result.modified
      if (result.upserted !== undefined)
        upserted.push({ index: int32(index), _id: result.upserted.id })
    })
    return withErrors({ n: int32(n), nModified: int32(modified), ...(upserted.length > 0 ? { upserted } : {}) }, errors)
  }, durabilityOf(body))
}

async function remove(context: CommandContext): Promise<Fields> {
  const { store, database, body } = context
  const name = collectionName(context, 'delete')
  const deletes = statements(context, 'delete', 'deletes').map(bytes => decodeDocument(bytes))
  const variables = letVariables(body.let)
  return store.write(() => {
    let n = 0
    const errors = runStatements(flag(context.body, 'ordered', true), deletes.length, (index) => {
      n += deleteDocuments(store, store.catalogue.lookup(database, name), deleteStatement(deletes[index]!, variables))
    })
    return withErrors({ n: int32(n) }, errors)
  }, durabilityOf(context.body))
}

export const writeCommands: CommandTable = { insert, update, delete: remove, findAndModify, findandmodify: findAndModify }
