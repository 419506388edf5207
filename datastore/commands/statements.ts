import type { Buffer } from 'node:buffer'
import type { Fields } from '../bson/decode.ts'
import type { Query } from '../planner/plan.ts'
import type { UpdateStatement } from '../write/update.ts'
import type { CommandContext } from './command.ts'
import { encodeDocument } from '../bson/encode.ts'
import { isNumber, toNumber } from '../bson/numbers.ts'
import { asDatastoreError, fail } from '../errors.ts'
import { isDocument } from '../query/paths.ts'
import { flag, int32, optionalDocument } from './command.ts'
import { knownFields, required, requiredDocument, wrongType } from './fields.ts'

const MAX_BATCH = 100_000

/** The statements of a write command: from its kind 1 section or from its body. @throws DatastoreError for none, or too many */
export function statements(context: CommandContext, command: string, name: string): Buffer[] {
  const documents = context.request.sequences.get(name) ?? listed(command, name, required(command, context.body, name))
  if (documents.length === 0 || documents.length > MAX_BATCH)
    fail('InvalidLength', `Write batch sizes must be between 1 and ${MAX_BATCH}. Got ${documents.length} operations.`)
  return documents
}

function listed(command: string, name: string, list: unknown): Buffer[] {
  if (!Array.isArray(list))
    return wrongType(command, name, list, 'array')
  return (list as unknown[]).map((item, i) => isDocument(item) ? encodeDocument(item) : wrongType(command, `${name}.${i}`, item, 'object'))
}

/** Runs statements in their order; an error ends an ordered command, and is noted in an unordered one. */
export function runStatements(ordered: boolean, total: number, run: (index: number) => void): { index: number, error: unknown }[] {
  const errors: { index: number, error: unknown }[] = []
  for (let index = 0; index < total; index++) {
    try {
      run(index)
    }
    catch (error) {
      errors.push({ index, error })
      if (ordered)
        break
    }
  }
  return errors
}

/** A reply with the errors of its statements, if there are any. */
export function withErrors(reply: Fields, errors: readonly { index: number, error: unknown }[]): Fields {
  return errors.length === 0 ? reply : { ...reply, writeErrors: errors.map(({ index, error }) => ({ index: int32(index), ...errorFields(error) })) }
}

/** What a statement's error looks like in a reply. */
export function errorFields(error: unknown): Fields {
  const { code, message, details } = asDatastoreError(error)
  return { code: int32(code), ...details, errmsg: message }
}

const checkUpdate = knownFields('update.updates', 'q u c multi upsert upsertSupplied arrayFilters hint collation sort sampleId')
const checkDelete = knownFields('delete.deletes', 'q limit collation hint sampleId')

/** Reads one element of an update command's `updates`. */
export function updateStatement(fields: Fields, variables: Fields | undefined): UpdateStatement {
  checkUpdate(fields)
  return {
    filter: requiredDocument('update.updates', fields, 'q'),
    update: required('update.updates', fields, 'u'),
    ...updateOptions('update.updates', fields, fields.c, variables),
  }
}

/** The options of an update, which the update and bulkWrite commands share. `constants` are variables for its pipeline. */
export function updateOptions(place: string, fields: Fields, constants: unknown, variables: Fields | undefined): Omit<UpdateStatement, 'filter' | 'update'> {
  const { arrayFilters } = fields
  if (arrayFilters !== undefined && !Array.isArray(arrayFilters))
    wrongType(place, 'arrayFilters', arrayFilters, 'array')
  const sort = optionalDocument(fields, 'sort')
  const multi = flag(fields, 'multi')
  if (sort && multi)
    fail('FailedToParse', 'Cannot specify sort with multi=true')
  return {
    multi,
    upsert: flag(fields, 'upsert'),
    ...(arrayFilters ? { arrayFilters: arrayFilters as unknown[] } : {}),
    ...(sort ? { sort } : {}),
    ...finding(fields, isDocument(constants) ? { ...variables, ...constants } : variables),
  }
}

/** Reads one element of a delete command's `deletes`. */
export function deleteStatement(fields: Fields, variables: Fields | undefined): Query {
  checkDelete(fields)
  const filter = requiredDocument('delete.deletes', fields, 'q')
  const limit = required('delete.deletes', fields, 'limit')
  const most = isNumber(limit) ? toNumber(limit) : wrongType('delete.deletes', 'limit', limit, 'number')
  if (most !== 0 && most !== 1)
    fail('FailedToParse', `The limit field in delete objects must be 0 or 1. Got ${most}`)
  return { filter, ...(most === 1 ? { limit: 1 } : {}), ...finding(fields, variables) }
}

/** What says how a statement's documents are found: collation, hint, variables. */
export function finding(fields: Fields, variables: Fields | undefined): Pick<Query, 'collation' | 'hint' | 'variables'> {
  const collation = optionalDocument(fields, 'collation')
  return {
    ...(collation ? { collation } : {}),
    ...(fields.hint === undefined ? {} : { hint: fields.hint }),
    ...(variables ? { variables } : {}),
  }
}
