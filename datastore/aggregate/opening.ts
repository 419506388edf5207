import type { Fields } from '../bson/decode.ts'
import type { Store } from '../store.ts'
import type { PipelineOptions } from './memory.ts'
import type { PipelineTarget } from './pipeline.ts'
import { fail } from '../errors.ts'
import { compileExpression } from '../expressions/context.ts'
import { isDocument } from '../query/paths.ts'
import { plainFields } from '../query/plain.ts'

/** The documents that a first stage gives which reads no collection; undefined for any other stage. */
export function openingDocuments(store: Store, { database, name }: PipelineTarget, stage: Fields | undefined, options: PipelineOptions): Fields[] | undefined {
  if (!stage)
    return undefined
  for (const opening of ['$documents', '$listLocalSessions']) {
    if (opening in stage && name !== undefined)
      fail('InvalidNamespace', `${opening} must be run against the database with {aggregate: 1}, not a collection`)
  }
  if ('$documents' in stage) {
    const documents = compileExpression(stage.$documents, options.variables)({})
    return Array.isArray(documents) && documents.every(isDocument) ? documents : fail('Location5858203', 'an array is expected')
  }
  if ('$listLocalSessions' in stage)
    return [{ _id: plainFields(options.session ?? {}), lastUse: store.now() }]
  if ('$collStats' in stage)
    return [collectionStatistics(store, database, name, stage.$collStats)]
  return undefined
}

function collectionStatistics(store: Store, database: string, name: string | undefined, wanted: unknown): Fields {
  const collection = name === undefined ? undefined : store.catalogue.lookup(database, name)
  if (!isDocument(wanted))
    return fail('Location28803', `$collStats must take a nested object but found: ${String(wanted)}`)
  if (!collection)
    return fail('NamespaceNotFound', `unable to retrieve count in $collStats stage :: caused by :: Collection [${database}.${name ?? ''}] not found.`)
  const size = store.sizeOf([collection])
  return {
    ns: collection.namespace,
    host: 'local',
    localTime: store.now(),
    ...('storageStats' in wanted ? { storageStats: { size, count: collection.count, avgObjSize: collection.count === 0 ? 0 : Math.round(size / collection.count), storageSize: size, capped: false, nindexes: collection.indexes.length + 1 } } : {}),
    ...('count' in wanted ? { count: collection.count } : {}),
  }
}
