import type { Fields } from '../bson/decode.ts'
import type { Store } from '../store.ts'
import type { PipelineOptions } from './memory.ts'
import type { OutputTarget } from './target.ts'
import { ObjectId } from 'bson'
import { getField, setField } from '../bson/decode.ts'
import { encodeDocument } from '../bson/encode.ts'
import { DatastoreError, fail } from '../errors.ts'
import { compileExpression } from '../expressions/context.ts'
import { isDocument, splitPath } from '../query/paths.ts'
import { collect } from '../write/collect.ts'
import { insertable, insertDocument } from '../write/insert.ts'
import { updateDocuments } from '../write/update.ts'
import { checkWritable, inBatches } from './target.ts'

const WHEN_MATCHED = ['replace', 'keepExisting', 'merge', 'fail'] as const
const WHEN_NOT_MATCHED = ['insert', 'discard', 'fail'] as const

interface Merge {
  target: OutputTarget
  on: string[]
  matched: typeof WHEN_MATCHED[number] | Fields[]
  notMatched: typeof WHEN_NOT_MATCHED[number]
  variables: Fields
}

/** `$merge`: each document changes the one that has the same values in the `on` fields, or is inserted. https://www.mongodb.com/docs/manual/reference/operator/aggregation/merge/ */
export async function mergeDocuments(store: Store, database: string, given: unknown, documents: readonly Fields[], options: PipelineOptions): Promise<void> {
  const merge = readMerge(database, given)
  checkWritable(store, merge.target.database, merge.target.name)
  checkIndex(store, merge)
  const variablesFor = Object.entries(merge.variables).map(([name, expression]) => ({ name, evaluate: compileExpression(expression, options.variables) }))
  await inBatches(store, documents, (document) => {
    const variables: Fields = { ...options.variables }
    for (const { name, evaluate } of variablesFor)
      setField(variables, name, evaluate(document))
    mergeOne(store, merge, document, variables, options)
  })
  // A pipeline without results leaves a collection too.
  await store.write(() => void store.catalogue.obtain(merge.target.database, merge.target.name))
}

function readMerge(database: string, given: unknown): Merge {
  if (typeof given === 'string')
    return readMerge(database, { into: given })
  if (!isDocument(given))
    return fail('Location51182', `$merge requires a string or object argument, but found ${typeof given}`)
  const { into, on = '_id', let: variables, whenMatched = 'merge', whenNotMatched = 'insert', ...unknown } = given
  if (Object.keys(unknown).length > 0)
    fail('IDLUnknownField', `BSON field '$merge.${Object.keys(unknown)[0]}' is an unknown field.`)
  const matched = Array.isArray(whenMatched) ? whenMatched as Fields[] : WHEN_MATCHED.find(mode => mode === whenMatched)
  const notMatched = WHEN_NOT_MATCHED.find(mode => mode === whenNotMatched)
  if (!matched)
    return fail('BadValue', `Enumeration value '${String(whenMatched)}' for field '$merge.whenMatched' is not a valid value.`)
  if (!notMatched)
    return fail('BadValue', `Enumeration value '${String(whenNotMatched)}' for field '$merge.whenNotMatched' is not a valid value.`)
  if (variables !== undefined && !Array.isArray(matched))
    fail('Location51199', `Cannot use 'let' variables with 'whenMatched: ${String(whenMatched)}' mode`)
  const fields = [on].flat() as unknown[]
  if (fields.length === 0 || !fields.every(field => typeof field === 'string'))
    fail('Location51187', 'If explicitly specifying $merge \'on\', must include at least one field')
  return {
    target: mergeTarget(database, into),
    on: fields as string[],
    matched,
    notMatched,
    variables: Array.isArray(matched) ? { new: '$$ROOT', ...(isDocument(variables) ? variables : {}) } : {},
  }
}

function mergeTarget(database: string, into: unknown): OutputTarget {
  if (typeof into === 'string')
    return { database, name: into }
  if (isDocument(into) && typeof into.coll === 'string')
    return { database: typeof into.db === 'string' ? into.db : database, name: into.coll }
  return into === undefined ? fail('IDLFailedToParse', 'BSON field \'$merge.into\' is missing but a required field') : fail('Location51178', `$merge 'into' field must be either a string or an object, but found ${typeof into}`)
}

/** Documents can be told apart by fields of a unique index only. */
function checkIndex(store: Store, { target, on }: Merge): void {
  if (on.length === 1 && on[0] === '_id')
    return
  const indexes = store.catalogue.lookup(target.database, target.name)?.indexes ?? []
  const unique = indexes.some(index => index.unique && !index.partial && index.fields.length === on.length && index.fields.every(({ path }) => on.includes(path)))
  if (!unique)
    fail('Location51183', 'Cannot find index to verify that join fields will be unique')
}

function mergeOne(store: Store, { target, on, matched, notMatched }: Merge, given: Fields, variables: Fields, options: PipelineOptions): void {
  const document: Fields = given._id === undefined ? { _id: new ObjectId(), ...given } : given
  const filter: Fields = {}
  for (const path of on)
    setField(filter, path, { $eq: joinValue(document, path) })
  const collection = store.catalogue.obtain(target.database, target.name)
  if (collect(store, collection, { filter, limit: 1 }).length === 0) {
    if (notMatched === 'fail')
      fail('MergeStageNoMatchingDocument', '$merge could not find a matching document in the target collection for at least one document in the source collection')
    if (notMatched === 'insert')
      insertDocument(store, collection, insertable(encodeDocument(document)), options)
    return
  }
  switch (matched) {
    case 'keepExisting':
      return
    case 'fail':
      return insertDocument(store, collection, insertable(encodeDocument(document)), options)
    case 'replace':
      return change(store, target, filter, document, variables, options)
    case 'merge':
      return change(store, target, filter, [{ $replaceWith: { $mergeObjects: ['$$ROOT', { $literal: document }] } }], variables, options)
    default:
      return change(store, target, filter, matched, variables, options)
  }
}

function change(store: Store, target: OutputTarget, filter: Fields, update: unknown, variables: Fields, options: PipelineOptions): void {
  try {
    updateDocuments(store, target, { filter, update, multi: false, upsert: false, variables, ...(options.bypassValidation ? { bypassValidation: true } : {}) })
  }
  catch (error) {
    if (error instanceof DatastoreError && error.codeName === 'ImmutableField')
      fail('ImmutableField', `$merge failed to update the matching document, did you attempt to modify the _id or the shard key? :: caused by :: ${error.message}`)
    throw error
  }
}

function joinValue(document: Fields, path: string): unknown {
  const value = splitPath(path).reduce<unknown>((holder, part) => isDocument(holder) ? getField(holder, part) : Array.isArray(holder) ? fail('Location51132', '$merge write error: \'on\' field cannot be missing, null, undefined or an array') : undefined, document)
  return value === undefined || value === null || Array.isArray(value) ? fail(Array.isArray(value) ? 'Location51185' : 'Location51132', '$merge write error: \'on\' field cannot be missing, null, undefined or an array') : value
}
