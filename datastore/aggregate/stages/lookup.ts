import type { Options } from 'mingo/types'
import type { Fields } from '../../bson/decode.ts'
import type { Source } from '../source.ts'
import type { Stage } from './match.ts'
import { Lazy } from 'mingo/lazy'
import { setField } from '../../bson/decode.ts'
import { fieldsSource } from '../../bson/stored-document.ts'
import { fail } from '../../errors.ts'
import { checkedPath } from '../../expressions/field-path.ts'
import { isNothing, valueOf } from '../../expressions/operator.ts'
import { isDocument, someValue, splitPath, valuesAt } from '../../query/paths.ts'
import { plainFields } from '../../query/plain.ts'
import { KeyWriter } from '../../storage/keys.ts'
import { sourceOf } from '../source.ts'

interface Lookup { from: string | undefined, local?: string, foreign?: string, as: string, variables: Fields, pipeline?: Fields[] }

/** Finds the foreign documents whose field equals one of some values. */
type Joined = (values: readonly unknown[]) => Fields[]

/** `$lookup`: by equality of fields, by a pipeline, or both. An index on the foreign field is used. */
export const $lookup: Stage = (documents, operand, options) => {
  const lookup = readLookup(operand)
  const source = sourceOf(options)
  let joined: Joined | undefined
  let all: Fields[] | undefined
  const foreignTo = (document: Fields): Fields[] => {
    if (lookup.local !== undefined && lookup.foreign !== undefined && lookup.from !== undefined) {
      joined ??= joinOn(source, lookup.from, lookup.foreign)
      return joined(localValues(document, lookup.local))
    }
    all ??= lookup.from === undefined ? [] : source.read(lookup.from)
    return all
  }
  return documents.map((given: unknown) => {
    const document = given as Fields
    const found = foreignTo(document)
    const result = lookup.pipeline ? source.run(lookup.pipeline, found, { ...options.variables, ...letValues(document, lookup.variables, options) }) : found
    return withPath(document, splitPath(lookup.as), result)
  })
}

function readLookup(operand: unknown): Lookup {
  if (!isDocument(operand))
    return fail('FailedToParse', `the $lookup stage specification must be an object, but found ${typeof operand}`)
  const { from, localField, foreignField, as, let: variables, pipeline, ...unknown } = operand
  if (Object.keys(unknown).length > 0)
    fail('FailedToParse', `unknown argument to $lookup: ${Object.keys(unknown)[0]}`)
  if (isDocument(from))
    fail('CommandNotSupported', '$lookup from another database is not supported by this store')
  if (typeof as !== 'string')
    return fail('FailedToParse', 'must specify \'as\' field for a $lookup')
  if (pipeline === undefined && (localField === undefined || foreignField === undefined))
    fail('FailedToParse', '$lookup requires either \'pipeline\' or both \'localField\' and \'foreignField\' to be specified')
  if ((localField === undefined) !== (foreignField === undefined))
    fail('FailedToParse', '$lookup requires both or neither of \'localField\' and \'foreignField\' to be specified')
  if (from === undefined && !(Array.isArray(pipeline) && isDocument(pipeline[0]) && '$documents' in pipeline[0]))
    fail('FailedToParse', 'must specify \'pipeline\' when \'from\' is empty')
  for (const [name, value] of Object.entries({ from, localField, foreignField })) {
    if (value !== undefined && typeof value !== 'string')
      fail('FailedToParse', `$lookup argument '${name}: ${String(value)}' must be a string, found type ${typeof value}`)
  }
  checkedPath(as)
  return {
    from: from as string | undefined,
    ...(typeof localField === 'string' && typeof foreignField === 'string' ? { local: localField, foreign: foreignField } : {}),
    as,
    variables: isDocument(variables) ? variables : {},
    ...(Array.isArray(pipeline) ? { pipeline: pipeline as Fields[] } : {}),
  }
}

function letValues(document: Fields, variables: Fields, options: Options): Fields {
  const values: Fields = {}
  for (const [name, expression] of Object.entries(variables))
    setField(values, name, valueOf(document, expression, options))
  return values
}

/** What a document has at the local field: its elements if that is an array, null if nothing. */
function localValues(document: Fields, path: string): unknown[] {
  const values = valuesAt(fieldsSource(document), splitPath(path)).flatMap(value => Array.isArray(value) ? value as unknown[] : [value])
  return values.length === 0 ? [null] : values
}

/** The way from values to foreign documents: through an index if there is one, otherwise through a map made once. */
export function joinOn(source: Source, name: string, path: string): Joined {
  if (source.isIndexed(name, path))
    return values => source.read(name, { [path]: { $in: values } })
  const parts = splitPath(path)
  const writer = new KeyWriter()
  const keyOf = (value: unknown): string => writer.value(value, false).take().toString('latin1')
  const byKey = new Map<string, Set<Fields>>()
  const order = new Map<Fields, number>()
  for (const document of source.read(name)) {
    order.set(document, order.size)
    someValue(fieldsSource(document), parts, (value) => {
      const key = keyOf(isNothing(value) ? null : value)
      const holders = byKey.get(key) ?? new Set()
      byKey.set(key, holders.add(document))
      return false
    })
  }
  return (values) => {
    const found = new Set(values.flatMap(value => [...byKey.get(keyOf(isNothing(value) ? null : value)) ?? []]))
    return [...found].sort((a, b) => order.get(a)! - order.get(b)!)
  }
}

/** A copy of a document with a value at a path. */
function withPath(document: Fields, [part = '', ...rest]: readonly string[], value: unknown): Fields {
  const copy = { ...document }
  const inner = copy[part]
  setField(copy, part, rest.length > 0 ? withPath(isDocument(inner) ? inner : {}, rest, value) : value)
  return copy
}

/** `$unionWith`: the documents of another collection, or what a pipeline makes of them, after these. */
export const $unionWith: Stage = (documents, operand, options) => {
  const source = sourceOf(options)
  const { coll, pipeline = [], ...unknown } = isDocument(operand) ? operand : { coll: operand }
  if (Object.keys(unknown).length > 0)
    fail('IDLUnknownField', `BSON field '$unionWith.${Object.keys(unknown)[0]}' is an unknown field.`)
  if (coll !== undefined && typeof coll !== 'string')
    return fail('FailedToParse', `the $unionWith stage specification must be an object or string, but found ${typeof coll}`)
  if (!Array.isArray(pipeline))
    return fail('TypeMismatch', 'BSON field \'$unionWith.pipeline\' is the wrong type, expected type \'array\'')
  return documents.transform((all: unknown[]) => Lazy([...all, ...source.run(pipeline as Fields[], coll === undefined ? [] : source.read(coll), { ...options.variables })]))
}

/** `$graphLookup`: follows a field from document to document, breadth first. */
export const $graphLookup: Stage = (documents, operand, options) => {
  if (!isDocument(operand))
    return fail('FailedToParse', 'the $graphLookup stage specification must be an object')
  const source = sourceOf(options)
  const { from, as, startWith, connectFromField, connectToField, maxDepth, depthField, restrictSearchWithMatch = {} } = operand
  if (typeof from !== 'string' || typeof as !== 'string' || typeof connectFromField !== 'string' || typeof connectToField !== 'string' || startWith === undefined)
    return fail('Location40105', '$graphLookup requires \'from\', \'as\', \'startWith\', \'connectFromField\', and \'connectToField\' to be specified.')
  if (maxDepth !== undefined && (typeof maxDepth !== 'number' || maxDepth < 0 || !Number.isInteger(maxDepth)))
    fail('Location40101', `maxDepth requires a nonnegative argument, found: ${String(maxDepth)}`)
  if (!isDocument(restrictSearchWithMatch))
    return fail('Location40185', 'restrictSearchWithMatch must be an object')
  const deepest = maxDepth === undefined ? Infinity : maxDepth as number
  let joined: Joined | undefined
  const writer = new KeyWriter()
  return documents.map((given: unknown) => {
    joined ??= joinOn(source, from, connectToField)
    const found = new Map<string, Fields>()
    const start = valueOf(given, startWith, options)
    let frontier = Array.isArray(start) ? start as unknown[] : [start ?? null]
    for (let depth = 0; frontier.length > 0 && depth <= deepest; depth++) {
      const next = source.run([{ $match: restrictSearchWithMatch }], joined(frontier), { ...options.variables })
        .filter(document => !found.has(writer.value(document._id, false).take().toString('latin1')))
      for (const document of next)
        found.set(writer.value(document._id, false).take().toString('latin1'), typeof depthField === 'string' ? { ...document, [depthField]: depth } : document)
      frontier = next.flatMap(document => valuesAt(fieldsSource(document), splitPath(connectFromField)).flatMap(value => Array.isArray(value) ? value as unknown[] : [value]))
    }
    return withPath(given as Fields, splitPath(as), [...found.values()])
  })
}

/** `$facet`: several pipelines over the same documents. */
export const $facet: Stage = (documents, operand, options) => {
  if (!isDocument(operand) || Object.keys(operand).length === 0)
    return fail('Location40169', 'the $facet specification must be a non-empty object')
  const source = sourceOf(options)
  return documents.transform((all: unknown[]) => {
    const facets: Fields = {}
    for (const [name, stages] of Object.entries(operand))
      setField(facets, name, source.run(stages as Fields[], plainFields(all) as Fields[], { ...options.variables }))
    return Lazy([facets])
  })
}
