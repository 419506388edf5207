import type { Buffer } from 'node:buffer'
import type { Fields } from '../bson/decode.ts'
import { Aggregator } from 'mingo/aggregator'
import { checkStageName } from '../aggregate/check.ts'
import { aggregationOptions } from '../aggregate/context.ts'
import { decodeDocument } from '../bson/decode.ts'
import { encodeDocument } from '../bson/encode.ts'
import { isNumber } from '../bson/numbers.ts'
import { locateField, StoredDocument } from '../bson/stored-document.ts'
import { asDatastoreError, DatastoreError, fail } from '../errors.ts'
import { collationKey } from '../query/collation.ts'
import { parseFilter } from '../query/filter.ts'
import { compileFilter } from '../query/match.ts'
import { isDocument } from '../query/paths.ts'
import { plainFields } from '../query/plain.ts'
import { compileProjection } from '../query/projection.ts'

/** What a stream's own pipeline makes of an event; undefined for one it leaves out. */
export type Reshape = (event: Buffer) => Buffer | undefined

/** The stages that may follow `$changeStream`, besides `$match`. https://www.mongodb.com/docs/manual/changeStreams/#modify-change-stream-output */
const RESHAPING = new Set(['$addFields', '$project', '$redact', '$replaceRoot', '$replaceWith', '$set', '$unset'])

/**
 * Reads the stages after `$changeStream`.
 * @throws DatastoreError IllegalOperation (20) for a stage that a change stream cannot have, what `checkStageName` throws for one that no pipeline has, and what reading the stages throws
 */
export function compileReshape(stages: readonly Fields[], options: { collation?: Fields, variables?: Fields }): Reshape {
  const steps: Reshape[] = []
  for (const stage of stages) {
    const [name = '', ...others] = Object.keys(stage)
    if (others.length > 0 || name === '')
      fail('Location40323', 'A pipeline stage specification object must contain exactly one field.')
    if (name === '$match')
      steps.push(matchStep(stage.$match, options))
    else if (name === '$project' && isDocument(stage.$project) && picksOnly(stage.$project))
      steps.push(projectStep(stage.$project))
    else if (RESHAPING.has(name))
      steps.push(reshapeStep(stage, options))
    else
      refuseStage(name)
  }
  if (steps.length === 0)
    return event => event
  return (event) => {
    let shape: Buffer | undefined = event
    for (const step of steps)
      shape = shape && step(shape)
    return shape && checkToken(event, shape)
  }
}

/** One that is nowhere a stage is told of as that, and not as one for other pipelines. */
function refuseStage(name: string): never {
  checkStageName(name)
  return fail('IllegalOperation', `${name} is not permitted in a $changeStream pipeline`)
}

function matchStep(filter: unknown, { collation, variables }: { collation?: Fields, variables?: Fields }): Reshape {
  if (!isDocument(filter))
    return fail('Location15959', 'the match filter must be an expression in an object')
  const stringKey = collationKey(collation)
  const context = { ...(stringKey ? { stringKey } : {}), ...(variables ? { variables } : {}) }
  const matches = compileFilter(parseFilter(filter), context)
  return event => matches(new StoredDocument(event)) ? event : undefined
}

/** Leaving fields out, or all others, is done on the bytes. */
function projectStep(projection: Fields): Reshape {
  const project = compileProjection(projection, { filter: {} })
  return event => project(new StoredDocument(event))
}

function picksOnly(projection: Fields): boolean {
  return Object.values(projection).every(value => isNumber(value) || typeof value === 'boolean' || (isDocument(value) && !hasOperator(value) && picksOnly(value)))
}

/** A stage without expressions only moves values about, so it is given them in their own types; one that calculates is given plain numbers. */
function reshapeStep(stage: Fields, { collation, variables }: { collation?: Fields, variables?: Fields }): Reshape {
  const calculates = Object.values(stage).some(hasOperator)
  const aggregator = new Aggregator([plainFields(stage)], aggregationOptions({
    variables: plainFields(variables ?? {}),
    ...(collation ? { collation: collation as unknown as { locale: string } } : {}),
  }))
  const run = (events: Fields[]): Fields[] => {
    try {
      return aggregator.run<Fields>(events)
    }
    catch (error) {
      throw error instanceof DatastoreError ? error : new DatastoreError('BadValue', asDatastoreError(error).message)
    }
  }
  // Without events, so that a malformed stage is refused when the stream is opened.
  run([])
  return (event) => {
    const [shape] = run([decodeDocument(event, 0, calculates ? 'plain' : 'exact')])
    return shape && encodeDocument(shape)
  }
}

function hasOperator(value: unknown): boolean {
  if (Array.isArray(value))
    return value.some(hasOperator)
  return isDocument(value) && Object.entries(value).some(([name, inner]) => name.startsWith('$') || hasOperator(inner))
}

/** @throws DatastoreError ChangeStreamFatalError (280) when the stages have taken away or changed what a stream is resumed by */
function checkToken(event: Buffer, shape: Buffer): Buffer {
  const before = locateField(event, '_id')!
  const after = locateField(shape, '_id')
  if (!after || shape.compare(event, before.valueAt, before.end, after.valueAt, after.end) !== 0)
    fail('ChangeStreamFatalError', 'Encountered an event whose _id field, which contains the resume token, was modified by the pipeline. Modifying the _id field of an event makes it impossible to resume the stream from that point. Only transformations that retain the unmodified _id field are allowed.')
  return shape
}
