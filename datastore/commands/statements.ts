import type { Buffer } from 'node:buffer'
import type { Fields } from '../bson/decode.ts'
import type { Query } from '../planner/plan.ts'
import type { Durability } from '../storage/write-queue.ts'
import type { Store } from '../store.ts'
import type { UpdateStatement } from '../write/update.ts'
import type { WriteOptions } from '../write/validation.ts'
import type { CommandContext } from './command.ts'
import { encodeDocument } from '../bson/encode.ts'
import { isNumber, toNumber } from '../bson/numbers.ts'
import { asDatastoreError, fail } from '../errors.ts'
import { isDocument } from '../query/paths.ts'
import { RawSet } from '../update/raw-set.ts'
import { TooMuch } from '../write/collect.ts'
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

/** What went wrong with which statement. */
export interface StatementError { index: number, error: unknown }

/** How statements are carried out: several within a transaction, and those that are too much for one (`TooMuch`) in several. */
interface Carrying { ordered: boolean, durability: Durability, run: (index: number) => void, runLong: (index: number) => Promise<void> }

/** How long the statements of one transaction keep the thread. */
const TURN_MILLIS = 30

/** Runs statements in their order, giving way to others now and then; an error ends an ordered command, and is noted in an unordered one. */
export async function runStatements(store: Store, total: number, { ordered, durability, run, runLong }: Carrying): Promise<StatementError[]> {
  const errors: StatementError[] = []
  let next = 0
  const failed = (index: number, error: unknown): void => {
    errors.push({ index, error })
    if (ordered)
      next = total
  }
  while (next < total) {
    const long = await store.write(() => {
      const until = performance.now() + TURN_MILLIS
      do {
        const index = next++
        try {
          run(index)
        }
        catch (error) {
          if (error instanceof TooMuch)
            return index
          failed(index, error)
        }
      } while (next < total && performance.now() < until)
      return undefined
    }, durability)
    if (long !== undefined)
      await runLong(long).catch((error: unknown) => failed(long, error))
  }
  return errors
}

/** A reply with the errors of its statements, if there are any. */
export function withErrors(reply: Fields, errors: readonly StatementError[]): Fields {
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
export function updateStatement(fields: Fields, variables: Fields | undefined, options: WriteOptions): UpdateStatement {
  checkUpdate(fields)
  return {
    filter: requiredDocument('update.updates', fields, 'q'),
    update: modification(required('update.updates', fields, 'u')),
    ...options,
    ...updateOptions('update.updates', fields, fields.c, variables),
  }
}

function modification(update: unknown): unknown {
  return Array.isArray(update) || update instanceof RawSet || isDocument(update) ? update : fail('FailedToParse', 'Update argument must be either an object or an array')
}

/** The options of an update, which the update and bulkWrite commands share. `constants` are variables for its pipeline. */
export function updateOptions(place: string, fields: Fields, constants: unknown, variables: Fields | undefined): Omit<UpdateStatement, 'filter' | 'update'> {
  const { arrayFilters } = fields
  if (arrayFilters !== undefined && !Array.isArray(arrayFilters))
    wrongType(place, 'arrayFilters', arrayFilters, 'array')
  const sort = optionalDocument(fields, 'sort')
  const multi = flag(fields, 'multi')
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

/** What a write command says of all its statements. */
export function writeOptions(body: Fields): WriteOptions {
  return flag(body, 'bypassDocumentValidation') ? { bypassValidation: true } : {}
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
