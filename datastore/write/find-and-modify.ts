import type { Fields } from '../bson/decode.ts'
import type { StoredDocument } from '../bson/stored-document.ts'
import type { CommandContext } from '../commands/command.ts'
import { decodeDocument } from '../bson/decode.ts'
import { collectionName, durabilityOf, flag, int32, optionalDocument } from '../commands/command.ts'
import { readQuery } from '../commands/find.ts'
import { fail } from '../errors.ts'
import { compileProjection } from '../query/projection.ts'
import { collect } from './delete.ts'
import { updateDocuments } from './update.ts'

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
  return store.write(() => {
    if (removing) {
      const collection = store.catalogue.lookup(database, name)
      const [found] = collection ? collect(store, collection, { ...query, limit: 1 }) : []
      const value = shown(found)
      if (collection && found)
        store.changed(collection, collection.remove(found))
      return { lastErrorObject: { n: int32(found ? 1 : 0) }, value }
    }
    const result = updateDocuments(store, { database, name }, {
      ...query,
      update: body.update,
      multi: false,
      upsert: flag(body, 'upsert'),
      ...(Array.isArray(body.arrayFilters) ? { arrayFilters: body.arrayFilters as unknown[] } : {}),
    })
    const n = result.matched + (result.upserted ? 1 : 0)
    return {
      lastErrorObject: { n: int32(n), updatedExisting: result.matched > 0, ...(result.upserted ? { upserted: result.upserted.id } : {}) },
      value: shown(returnsNew ? result.after : result.before),
    }
  }, durabilityOf(body))
}
