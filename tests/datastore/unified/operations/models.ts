import type { AnyBulkWriteOperation, BulkWriteResult, ClientBulkWriteModel, ClientBulkWriteResult, Document } from 'mongodb'
import { isFields } from '../bson-types.ts'
import { mismatch } from '../mismatch.ts'

/** The requests of a collection's bulkWrite, as the driver takes them. */
export function writeModels(requests: readonly Document[]): AnyBulkWriteOperation[] {
  // Each is `{insertOne: {…}}` and so on already; the driver judges the rest.
  return requests as AnyBulkWriteOperation[]
}

/** The models of a client's bulkWrite: the driver has the kind beside the other fields. */
export function clientWriteModels(models: readonly Document[]): ClientBulkWriteModel[] {
  return models.map((model) => {
    const [name = ''] = Object.keys(model)
    const fields: unknown = model[name]
    // The driver judges what a model holds.
    return isFields(fields) ? { name, ...fields } as unknown as ClientBulkWriteModel : mismatch(`models.${name}`, 'a write model is a document')
  })
}

/** A bulk write's result as a document. */
export function bulkResult(result: BulkWriteResult): Document {
  const { insertedCount, matchedCount, modifiedCount, deletedCount, upsertedCount, upsertedIds, insertedIds } = result
  return { insertedCount, matchedCount, modifiedCount, deletedCount, upsertedCount, upsertedIds, insertedIds }
}

/** A client bulk write's result as a document; `didUpsert` is this driver's own word for `upsertedId` being there. */
export function clientBulkResult(result: ClientBulkWriteResult): Document {
  return {
    ...result,
    insertResults: byIndex(result.insertResults),
    updateResults: byIndex(result.updateResults),
    deleteResults: byIndex(result.deleteResults),
  }
}

function byIndex(results: ReadonlyMap<number, object> | undefined): Document | undefined {
  return results && Object.fromEntries(Array.from(results, ([index, result]) => {
    const { didUpsert: _, ...fields } = result as Document
    return [index, fields]
  }))
}

/** An update's result without an `upsertedId` that says nothing was upserted. */
export function updateResult(result: Document): Document {
  const { upsertedId, ...fields } = result
  return upsertedId === null || upsertedId === undefined ? fields : result
}
