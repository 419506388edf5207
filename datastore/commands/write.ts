import type { Fields } from '../bson/decode.ts'
import type { UpdateResult } from '../write/update.ts'
import type { CommandContext, CommandTable } from './command.ts'
import { decodeDocument } from '../bson/decode.ts'
import { letVariables } from '../query/expressions.ts'
import { checkNamespace } from '../storage/catalogue.ts'
import { decodeStatement } from '../update/raw-set.ts'
import { LITTLE } from '../write/collect.ts'
import { deleteDocuments, deleteInSteps } from '../write/delete.ts'
import { findAndModify } from '../write/find-and-modify.ts'
import { insertable, insertDocument } from '../write/insert.ts'
import { updateDocuments, updateInSteps } from '../write/update.ts'
import { collectionName, durabilityOf, flag, int32 } from './command.ts'
import { longWork } from './scan.ts'
import { deleteStatement, runStatements, statements, updateStatement, withErrors, writeOptions } from './statements.ts'

async function insert(context: CommandContext): Promise<Fields> {
  const { store, database, body } = context
  const name = collectionName(context, 'insert')
  const documents = statements(context, 'insert', 'documents')
  checkNamespace(database, name)
  let n = 0
  const errors = await runStatements(store, documents.length, {
    ordered: flag(body, 'ordered', true),
    durability: durabilityOf(body),
    run: (index) => {
      insertDocument(store, store.catalogue.obtain(database, name), insertable(documents[index]!), writeOptions(context.body))
      n++
    },
    runLong: async () => {},
  })
  return withErrors({ n: int32(n) }, errors)
}

async function update(context: CommandContext): Promise<Fields> {
  const { store, database, body } = context
  const name = collectionName(context, 'update')
  const variables = letVariables(body.let)
  // Read before any is carried out: a statement that cannot be read fails the command, not itself alone.
  const updates = statements(context, 'update', 'updates').map(bytes => updateStatement(decodeStatement(bytes), variables, writeOptions(body)))
  const durability = durabilityOf(body)
  let n = 0
  let nModified = 0
  const upserted: Fields[] = []
  const count = (index: number, result: UpdateResult): void => {
    n += result.matched + (result.upserted === undefined ? 0 : 1)
    nModified += result.modified
    if (result.upserted !== undefined)
      upserted.push({ index: int32(index), _id: result.upserted.id })
  }
  const errors = await runStatements(store, updates.length, {
    ordered: flag(body, 'ordered', true),
    durability,
    run: index => count(index, updateDocuments(store, { database, name }, updates[index]!, LITTLE)),
    runLong: async index => count(index, await updateInSteps(store, { database, name }, updates[index]!, longWork(context, `${database}.${name}`, durability))),
  })
  return withErrors({ n: int32(n), nModified: int32(nModified), ...(upserted.length > 0 ? { upserted } : {}) }, errors)
}

async function remove(context: CommandContext): Promise<Fields> {
  const { store, database, body } = context
  const name = collectionName(context, 'delete')
  const variables = letVariables(body.let)
  const deletes = statements(context, 'delete', 'deletes').map(bytes => deleteStatement(decodeDocument(bytes), variables))
  const durability = durabilityOf(body)
  let n = 0
  const errors = await runStatements(store, deletes.length, {
    ordered: flag(body, 'ordered', true),
    durability,
    run: index => void (n += deleteDocuments(store, store.catalogue.lookup(database, name), deletes[index]!, LITTLE)),
    runLong: async index => void (n += await deleteInSteps(store, store.catalogue.lookup(database, name), deletes[index]!, longWork(context, `${database}.${name}`, durability))),
  })
  return withErrors({ n: int32(n) }, errors)
}

export const writeCommands: CommandTable = { insert, update, delete: remove, findAndModify, findandmodify: findAndModify }
