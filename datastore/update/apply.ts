import type { StringKey } from '../bson/compare.ts'
import type { Fields } from '../bson/decode.ts'
import type { Modification } from './parse.ts'
import type { ElementFilter, Positions } from './places.ts'
import { Buffer } from 'node:buffer'
import { sameValue } from '../bson/compare.ts'
import { setField } from '../bson/decode.ts'
import { encodeDocument } from '../bson/encode.ts'
import { MAX_DOCUMENT_BYTES } from '../bson/layout.ts'
import { fieldsSource, StoredDocument } from '../bson/stored-document.ts'
import { fail } from '../errors.ts'
import { parseFilter } from '../query/filter.ts'
import { compileFilter } from '../query/match.ts'
import { isDocument, splitPath } from '../query/paths.ts'
import { OPERATORS, REMOVED, UNCHANGED } from './operators.ts'
import { parseModifications } from './parse.ts'
import { applyPipeline } from './pipeline.ts'
import { concretePaths, placeExists, readPlace, removePlace, writePlace } from './places.ts'
import { RawSet } from './raw-set.ts'
import { joinElements, replaceElements, splitElements } from './splice.ts'

/** A parsed update, ready to be applied to any number of documents. */
export type Update
  = | { kind: 'operators', modifications: Modification[], raw?: RawSet, filters: ReadonlyMap<string, ElementFilter>, positional: boolean, touched: ReadonlySet<string>, stringKey?: StringKey }
    | { kind: 'replacement', fields: Fields }
    | { kind: 'pipeline', stages: Fields[], variables: Fields }

/** What an update is parsed with. */
export interface UpdateOptions { arrayFilters?: readonly unknown[], variables?: Fields, stringKey?: StringKey }

/**
 * Reads an update: operators, a replacement document, or a pipeline.
 * @throws DatastoreError for an update MongoDB would refuse
 */
export function parseUpdate(update: unknown, options: UpdateOptions = {}): Update {
  if (Array.isArray(update)) {
    if ((options.arrayFilters ?? []).length > 0)
      fail('FailedToParse', 'arrayFilters may not be specified for pipeline-syle updates')
    return { kind: 'pipeline', stages: (update as unknown[]).map(stage => isDocument(stage) ? stage : fail('TypeMismatch', 'Each element of the \'pipeline\' array must be an object')), variables: options.variables ?? {} }
  }
  if (update instanceof RawSet) {
    // No path of it names an element, so that a filter of elements is one too many.
    elementFilters(options.arrayFilters ?? [], [])
    return new RawUpdate(update)
  }
  if (!isDocument(update))
    return fail('FailedToParse', 'Update argument must be either an object or an array')
  const names = Object.keys(update)
  if (!names[0]?.startsWith('$')) {
    const dollar = names.find(name => name.startsWith('$'))
    if (dollar)
      fail('DollarPrefixedFieldName', `The dollar ($) prefixed field '${dollar}' in '${dollar}' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith.`)
    return { kind: 'replacement', fields: update }
  }
  const modifications = parseModifications(update)
  return {
    kind: 'operators',
    modifications,
    filters: elementFilters(options.arrayFilters ?? [], modifications, options.stringKey),
    positional: modifications.some(({ parts }) => parts.includes('$')),
    touched: new Set(modifications.flatMap(({ operator, parts, operand }) => operator === '$rename' && typeof operand === 'string' ? [parts[0]!, splitPath(operand)[0]!] : [parts[0]!])),
    ...(options.stringKey ? { stringKey: options.stringKey } : {}),
  }
}

const NO_FILTERS: ReadonlyMap<string, ElementFilter> = new Map()

/** A set of whole fields is not read as modifications unless somebody asks for them: an upsert, or an unusual document. */
class RawUpdate {
  readonly kind = 'operators'
  readonly filters = NO_FILTERS
  readonly positional = false
  readonly raw: RawSet
  readonly touched: ReadonlySet<string>
  private read: Modification[] | undefined

  constructor(raw: RawSet) {
    this.raw = raw
    this.touched = new Set(raw.elements.keys())
  }

  get modifications(): Modification[] {
    return this.read ??= parseModifications(this.raw.toFields())
  }
}

function elementFilters(arrayFilters: readonly unknown[], modifications: Modification[], stringKey?: StringKey): Map<string, ElementFilter> {
  const filters = new Map<string, ElementFilter>()
  for (const given of arrayFilters) {
    if (!isDocument(given))
      fail('TypeMismatch', 'Array filters must be objects')
    const name = filterName(given)
    if (filters.has(name))
      fail('FailedToParse', `Found multiple array filters with the same top-level field name ${name}`)
    if (!modifications.some(({ parts }) => parts.includes(`$[${name}]`)))
      fail('FailedToParse', `The array filter for identifier '${name}' was not used in the update`)
    const matches = compileFilter(parseFilter(given), stringKey ? { stringKey } : {})
    filters.set(name, element => matches(fieldsSource({ [name]: element })))
  }
  for (const { parts, path } of modifications) {
    for (const part of parts) {
      const name = /^\$\[(.+)\]$/.exec(part)?.[1]
      if (name && !filters.has(name))
        fail('BadValue', `No array filter found for identifier '${name}' in path '${path}'`)
    }
  }
  return filters
}

function filterName(filter: Fields): string {
  const [first] = Object.keys(filter)
  if (first === undefined)
    return fail('FailedToParse', 'Cannot use an expression without a top-level field name in arrayFilters')
  const operand = filter[first]
  if (first.startsWith('$') && Array.isArray(operand) && isDocument(operand[0]))
    return filterName(operand[0])
  const [name, other] = [...new Set(Object.keys(filter).filter(path => !path.startsWith('$')).map(path => splitPath(path)[0]!))]
  if (other !== undefined)
    fail('FailedToParse', `Error parsing array filter :: caused by :: Expected a single top-level field name, found '${name}' and '${other}'`)
  return splitPath(first)[0]!
}

/** What an update is applied with: the time, and the array position its query matched. */
export interface Application { now: Date, matched: number }

/**
 * The document after an update, or the same document when nothing changed.
 * @throws DatastoreError ImmutableField (66) when `_id` would change, BSONObjectTooLarge (10334), and what operators throw
 */
export function applyUpdate(document: StoredDocument, update: Update, application: Application): StoredDocument {
  const bytes = splicedBytes(document, update, application) ?? wholeBytes(document, update, application)
  if (bytes.length > MAX_DOCUMENT_BYTES)
    fail('BSONObjectTooLarge', `Resulting document after update is larger than ${MAX_DOCUMENT_BYTES}`)
  return Buffer.compare(bytes, document.bytes) === 0 ? document : new StoredDocument(bytes)
}

/** The document written anew from all its fields. */
function wholeBytes(document: StoredDocument, update: Update, application: Application): Buffer {
  const fields = nextFields(document, update, application, false)
  if (!sameValue(fields._id, document.get('_id')))
    fail('ImmutableField', `Performing an update on the path '_id' would modify the immutable field '_id'`)
  return encodeDocument(fields)
}

/**
 * The document with the touched top-level fields written anew and the others copied. Undefined where the place of
 * the touched fields among the others cannot be told from them alone.
 */
function splicedBytes(document: StoredDocument, update: Update, application: Application): Buffer | undefined {
  if (update.kind === 'operators' && update.raw)
    return replaceElements(document.bytes, update.raw.elements)
  if (update.kind !== 'operators' || update.touched.has('_id') || update.modifications.some(({ operator }) => operator === '$rename'))
    return undefined
  const parts = splitElements(document.bytes, update.touched)
  if (!parts)
    return undefined
  const positions = { matched: application.matched, filters: update.filters }
  for (const modification of update.modifications)
    modify(parts.fields, modification, positions, update.stringKey, application, false)
  return joinElements(document.bytes, parts.pieces, encodeDocument(parts.fields))
}

/** The document an upsert inserts: the filter's equalities, then the update. It may still lack an `_id`. */
export function upsertedFields(seed: Fields, update: Update, application: Application): Fields {
  const id = seed._id
  const fields = nextFields(new StoredDocument(encodeDocument(seed)), update, application, true)
  if (id !== undefined && fields._id !== undefined && !sameValue(id, fields._id))
    fail('ImmutableField', `Performing an update on the path '_id' would modify the immutable field '_id'`)
  return fields
}

function nextFields(document: StoredDocument, update: Update, application: Application, inserting: boolean): Fields {
  switch (update.kind) {
    case 'replacement': {
      const id = document.get('_id')
      const { _id: given, ...rest } = update.fields
      if (id !== undefined && given !== undefined && !sameValue(id, given))
        fail('ImmutableField', `After applying the update, the (immutable) field '_id' was found to have been altered to _id: ${String(given)}`)
      const kept = id ?? given
      return withOwn(kept === undefined ? {} : { _id: kept }, rest)
    }
    case 'pipeline':
      return applyPipeline(document, update.stages, update.variables)
    case 'operators': {
      const fields = document.toFields()
      const positions = { matched: application.matched, filters: update.filters }
      for (const modification of update.modifications)
        modify(fields, modification, positions, update.stringKey, application, inserting)
      return fields
    }
  }
}

function withOwn(target: Fields, source: Fields): Fields {
  for (const [name, value] of Object.entries(source))
    setField(target, name, value)
  return target
}

function modify(fields: Fields, modification: Modification, positions: Positions, stringKey: StringKey | undefined, application: Application, inserting: boolean): void {
  if (modification.operator === '$rename')
    return rename(fields, modification)
  const operator = OPERATORS[modification.operator]!
  if (!inserting && modification.parts[0]!.startsWith('$'))
    fail('DollarPrefixedFieldName', `The dollar ($) prefixed field '${modification.parts[0]}' in '${modification.path}' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith.`)
  for (const path of concretePaths(fields, modification.parts, positions)) {
    const current = readPlace(fields, path)
    const value = operator(current, modification.operand, { path: modification.path, now: application.now, inserting, ...(stringKey ? { stringKey } : {}) })
    if (value === REMOVED)
      removePlace(fields, path)
    else if (value !== UNCHANGED)
      writePlace(fields, path, value)
  }
}

function rename(fields: Fields, { parts, path, operand }: Modification): void {
  if (typeof operand !== 'string')
    return fail('BadValue', `The 'to' field for $rename must be a string: ${path}`)
  const target = splitPath(operand)
  if (operand === path)
    fail('BadValue', `The source and target field for $rename must differ: ${path}`)
  if (!placeExists(fields, parts))
    return
  const value = readPlace(fields, parts)
  removePlace(fields, parts)
  removePlace(fields, target)
  writePlace(fields, target, value)
}
