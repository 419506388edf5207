import type { ExpectedError, Fields } from './format.ts'
import type { MatchContext } from './match.ts'
import { MongoBulkWriteError, MongoClientBulkWriteError, MongoError, MongoOperationTimeoutError, MongoServerError } from 'mongodb'
import { ERROR_CODES } from '../../../datastore/errors.ts'
import { match } from './match.ts'
import { mismatch } from './mismatch.ts'
import { bulkResult, clientBulkResult } from './operations/models.ts'

/** Holds an error that an operation ended with against the expected one. @throws Mismatch */
export function matchError(expected: ExpectedError, error: unknown, context: MatchContext): void {
  if (!(error instanceof Error))
    return mismatch('error', 'something that is no error was thrown')
  const source = error instanceof MongoClientBulkWriteError && error.cause instanceof Error ? error.cause : error
  const seen = `${source.name} ${String((source as { code?: unknown }).code ?? '')}: ${source.message}`
  const check = (holds: boolean, place: string, wanted: unknown): void => {
    if (!holds)
      mismatch(`error.${place}`, `expected ${JSON.stringify(wanted)}, found ${seen}`)
  }
  if (expected.isClientError !== undefined)
    check(!(source instanceof MongoServerError) === expected.isClientError, 'isClientError', expected.isClientError)
  if (expected.isTimeoutError !== undefined)
    check(source instanceof MongoOperationTimeoutError === expected.isTimeoutError, 'isTimeoutError', expected.isTimeoutError)
  const reports = reportsOf(source)
  if (expected.errorContains !== undefined) {
    const text = expected.errorContains.toLowerCase()
    check(reports.some(({ message }) => message.toLowerCase().includes(text)), 'errorContains', expected.errorContains)
  }
  if (expected.errorCode !== undefined)
    check(reports.some(({ code }) => code === expected.errorCode), 'errorCode', expected.errorCode)
  if (expected.errorCodeName !== undefined)
    check(reports.some(({ codeName }) => codeName?.toLowerCase() === expected.errorCodeName!.toLowerCase()), 'errorCodeName', expected.errorCodeName)
  for (const label of expected.errorLabelsContain ?? [])
    check(source instanceof MongoError && source.hasErrorLabel(label), 'errorLabelsContain', label)
  for (const label of expected.errorLabelsOmit ?? [])
    check(!(source instanceof MongoError && source.hasErrorLabel(label)), 'errorLabelsOmit', label)
  if (expected.errorResponse !== undefined)
    match(expected.errorResponse, source instanceof MongoServerError ? source.errorResponse : undefined, context, { root: true, place: 'error.errorResponse' })
  matchBulk(expected, error, context)
}

interface Report { message: string, code?: unknown, codeName?: string }

/** What the server reported: the error itself and, in a bulk write, each statement's. */
function reportsOf(error: Error): Report[] {
  const own = error as Error & { code?: unknown, codeName?: unknown }
  const reports: Report[] = [{ message: own.message, code: own.code, codeName: typeof own.codeName === 'string' ? own.codeName : nameOf(own.code) }]
  if (error instanceof MongoBulkWriteError) {
    for (const { code, errmsg } of [error.writeErrors].flat())
      reports.push({ message: errmsg ?? '', code, codeName: nameOf(code) })
  }
  return reports
}

function nameOf(code: unknown): string {
  return Object.entries(ERROR_CODES).find(([, known]) => known === code)?.[0] ?? ''
}

/** Statements' errors and the partial result of the two kinds of bulk write. */
function matchBulk(expected: ExpectedError, error: Error, context: MatchContext): void {
  if (expected.writeErrors) {
    const found: Fields = error instanceof MongoClientBulkWriteError ? Object.fromEntries(error.writeErrors) : mismatch('error.writeErrors', 'the error has none')
    const [wanted, given] = [Object.keys(expected.writeErrors), Object.keys(found)]
    if (wanted.length !== given.length)
      mismatch('error.writeErrors', `expected those of ${wanted.join(', ')}, found those of ${given.join(', ')}`)
    for (const index of wanted)
      match(expected.writeErrors[index], found[index], context, { root: true, place: `error.writeErrors.${index}` })
  }
  if (expected.writeConcernErrors) {
    const found = error instanceof MongoClientBulkWriteError ? error.writeConcernErrors : mismatch('error.writeConcernErrors', 'the error has none')
    if (found.length !== expected.writeConcernErrors.length)
      mismatch('error.writeConcernErrors', `expected ${expected.writeConcernErrors.length}, found ${found.length}`)
    expected.writeConcernErrors.forEach((wanted, i) => match(wanted, found[i], context, { root: true, place: `error.writeConcernErrors[${i}]` }))
  }
  if (expected.expectResult !== undefined)
    match(expected.expectResult, partialResult(error), context, { root: true, place: 'error.expectResult' })
}

function partialResult(error: Error): unknown {
  if (error instanceof MongoClientBulkWriteError)
    return error.partialResult && clientBulkResult(error.partialResult)
  return error instanceof MongoBulkWriteError ? bulkResult(error.result) : undefined
}
