import type { Fields } from '../bson/decode.ts'
import type { StoredDocument } from '../bson/stored-document.ts'
import type { CommandContext } from '../commands/command.ts'
import type { UpdateResult } from './update.ts'
import { decodeDocument } from '../bson/decode.ts'
import { collectionName, durabilityOf, flag, int32, optionalDocument } from '../commands/command.ts'
import { readQuery } from '../commands/find.ts'
import { longWork } from '../commands/scan.ts'
import { fail } from '../errors.ts'
import { checkQuery } from '../planner/execute.ts'
import { compileProjection } from '../query/projection.ts'
import { changeFound } from './change-found.ts'
import { collect, LITTLE, TooMuch } from './collect.ts'
import { updateDocuments, updateInSteps } from './update.ts'

/** The `findAndModify` command: finds one document and updates, replaces, removes or upserts it in one step. */
export async function findAndModify(context: CommandContext): Promise<Fields> {
  const { store, database, body } = context
  const name = collectionName(context, 'findAndModify' in body ? 'findAndModify' : 'findandmodify')
  const { limit: _limit, ...query } = readQuery(body, 'query')
  const removing = flag(body, 'remove')
  const returnsNew = flag(body, 'new')
  if (removing && body.update !== undefined)
    fail('FailedToParse', 'Cannot specify both an update and remove=true')
  if (!removing && body.update === undefined)
    fail('FailedToParse', 'Either an update or remove=true must be specified')
  if (removing && (returnsNew || flag(body, 'upsert')))
    fail('FailedToParse', `Cannot specify both ${returnsNew ? 'new' : 'upsert'}=true and remove=true; 'remove' always returns the deleted document`)
  const project = compileProjection(optionalDocument(body, 'fields'), query)
  const shown = (document: StoredDocument | undefined): Fields | null => document ? decodeDocument(project(document)) : null
  const statement = { ...query, update: body.update, multi: false, upsert: flag(body, 'upsert'), bypassValidation: flag(body, 'bypassDocumentValidation'), ...(Array.isArray(body.arrayFilters) ? { arrayFilters: body.arrayFilters as unknown[] } : {}) }
  const removed = (document: StoredDocument | undefined): Fields => ({ lastErrorObject: { n: int32(document ? 1 : 0) }, value: shown(document) })
  const updated = (result: UpdateResult): Fields => ({
    lastErrorObject: { n: int32(result.matched + (result.upserted ? 1 : 0)), updatedExisting: result.matched > 0, ...(result.upserted ? { upserted: result.upserted.id } : {}) },
    value: shown(returnsNew ? result.after : result.before),
  })
  const durability = durabilityOf(body)
  try {
    return await store.write(() => {
      if (!removing)
        return updated(updateDocuments(store, { database, name }, statement, LITTLE))
      const collection = store.catalogue.lookup(database, name)
      if (!collection)
        checkQuery(query)
      const [found] = collection ? collect(store, collection, { ...query, limit: 1 }, LITTLE) : []
      const reply = removed(found)
      if (collection && found)
        store.changed(collection, collection.remove(found))
      return reply
    }, durability)
  }
  catch (error) {
    if (!(error instanceof TooMuch))
      throw error
  }
  const work = longWork(context, `${database}.${name}`, durability)
  if (!removing)
    return updated(await updateInSteps(store, { database, name }, statement, work))
  const collection = store.catalogue.lookup(database, name)
  let found: StoredDocument | undefined
  if (collection) {
    await changeFound(store, collection, query, 1, work, (present, document) => {
      store.changed(present, present.remove(document))
      found = document
    })
  }
  return removed(found)
}
