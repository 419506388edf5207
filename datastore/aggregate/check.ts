import type { Fields } from '../bson/decode.ts'
import { isNumber, toNumber } from '../bson/numbers.ts'
import { fail } from '../errors.ts'
import { isDocument } from '../query/paths.ts'
import { sampleSize } from './stages/sample.ts'
import { checkWindows } from './stages/window.ts'

/** The stages that work on documents, wherever they stand. */
const STAGES = new Set(['$addFields', '$bucket', '$bucketAuto', '$count', '$densify', '$documents', '$facet', '$fill', '$graphLookup', '$group', '$limit', '$lookup', '$match', '$merge', '$out', '$project', '$redact', '$replaceRoot', '$replaceWith', '$sample', '$set', '$setWindowFields', '$skip', '$sort', '$sortByCount', '$unionWith', '$unset', '$unwind', '$collStats', '$listLocalSessions'])
/** Stages of MongoDB that this store does not have. */
const REFUSED = new Set(['$geoNear', '$rankFusion', '$scoreFusion', '$changeStream', '$changeStreamSplitLargeEvent', '$currentOp', '$indexStats', '$listSampledQueries', '$planCacheStats', '$querySettings', '$queryStats', '$shardedDataDistribution', '$listSessions'])
/** Stages of MongoDB's search, which only Atlas has. */
const OF_SEARCH = new Set(['$listSearchIndexes', '$search', '$searchMeta', '$vectorSearch'])
/** Stages that must stand first, by the kind of namespace they are for. */
const FIRST: Record<string, string> = { $collStats: '40602', $documents: '40602', $listLocalSessions: '40602' }
const OUTPUTS = new Set(['$out', '$merge'])

/** Where a pipeline stands: it decides which stages may be in it. */
type Place = 'top' | '$facet' | '$lookup' | '$unionWith' | 'view'

/**
 * Refuses the name of a stage that this store has not.
 * @throws DatastoreError Location40324 for an unknown one, CommandNotSupported (115) for one of MongoDB's, SearchNotEnabled (31082) for one of Atlas's search
 */
export function checkStageName(name: string): void {
  if (OF_SEARCH.has(name))
    fail('SearchNotEnabled', `${name} needs MongoDB Atlas or its local deployment; this store has no search indexes`)
  if (REFUSED.has(name))
    fail('CommandNotSupported', `${name} is not supported by this store`)
  if (!STAGES.has(name))
    fail('Location40324', `Unrecognized pipeline stage name: '${name}'`)
}

/**
 * Refuses a pipeline that MongoDB would refuse for its stages.
 * @throws DatastoreError Location40323 for one that is none, and as `checkStageName` and the stages' own checks do
 */
export function checkPipeline(stages: readonly unknown[], place: Place = 'top'): asserts stages is Fields[] {
  stages.forEach((stage, i) => {
    if (!isDocument(stage))
      return fail('TypeMismatch', 'Each element of the \'pipeline\' array must be an object')
    const [name = '', ...others] = Object.keys(stage)
    if (others.length > 0 || name === '')
      fail('Location40323', 'A pipeline stage specification object must contain exactly one field.')
    checkStageName(name)
    if (OUTPUTS.has(name))
      checkOutput(name, i === stages.length - 1, place)
    if (name in FIRST && (i > 0 || place === '$facet'))
      fail(place === '$facet' ? 'Location40600' : 'Location40602', place === '$facet' ? `${name} is not allowed to be used within a $facet stage` : `${name} is only valid as the first stage in a pipeline.`)
    checkInner(name, stage[name])
  })
}

function checkOutput(name: string, last: boolean, place: Place): void {
  if (place === '$facet')
    fail('Location40600', `${name} is not allowed to be used within a $facet stage`)
  if (place === '$lookup')
    fail('Location51047', `${name} is not allowed within a $lookup's sub-pipeline`)
  if (place === '$unionWith')
    fail('Location31441', `${name} is not allowed within a $unionWith's sub-pipeline`)
  if (place === 'view')
    fail('OptionNotSupportedOnView', `The aggregation stage ${name} in location 0 of the pipeline cannot be used in a view definition`)
  if (!last)
    fail('Location40601', `${name} can only be the final stage in the pipeline`)
}

function checkInner(name: string, operand: unknown): void {
  switch (name) {
    case '$facet':
      if (!isDocument(operand) || Object.keys(operand).length === 0)
        return fail('Location40169', 'the $facet specification must be a non-empty object')
      for (const stages of Object.values(operand)) {
        if (!Array.isArray(stages))
          return fail('Location40170', 'arguments to $facet must be arrays')
        checkPipeline(stages, '$facet')
        if (stages.some(stage => isDocument(stage) && '$facet' in stage))
          fail('Location40600', '$facet is not allowed to be used within a $facet stage')
      }
      return
    case '$lookup':
    case '$unionWith':
      if (isDocument(operand) && Array.isArray(operand.pipeline))
        checkPipeline(operand.pipeline, name)
      return
    case '$limit':
      if (!isNumber(operand))
        return fail('Location5107201', `invalid argument to $limit stage: Expected a number in: $limit: ${JSON.stringify(operand)}`)
      if (!Number.isInteger(toNumber(operand)))
        fail('Location5107201', `invalid argument to $limit stage: Expected an integer: $limit: ${toNumber(operand)}`)
      if (!(toNumber(operand) > 0))
        fail('Location15958', 'the limit must be positive')
      return
    case '$skip':
      if (!isNumber(operand) || !Number.isInteger(toNumber(operand)) || toNumber(operand) < 0)
        return fail('Location5107200', `invalid argument to $skip stage: Expected a non-negative integer in: $skip: ${JSON.stringify(operand)}`)
      return
    case '$count':
      return checkCount(operand)
    case '$sample':
      sampleSize(operand)
      return
    case '$setWindowFields':
      return checkWindows(operand)
    case '$sort':
      if (!isDocument(operand))
        return fail('Location15973', 'the $sort key specification must be an object')
      if (Object.keys(operand).length === 0)
        fail('Location15976', '$sort stage must have at least one sort key')
      return
    case '$match':
      if (!isDocument(operand))
        fail('Location15959', 'the match filter must be an expression in an object')
  }
}

function checkCount(operand: unknown): void {
  if (typeof operand !== 'string')
    return fail('Location40156', 'the count field must be a non-empty string')
  if (operand === '')
    fail('Location40157', 'the count field must be a non-empty string')
  if (operand.startsWith('$'))
    fail('Location40158', 'the count field cannot be a $-prefixed path')
  if (operand.includes('.'))
    fail('Location40160', 'the count field cannot contain \'.\'')
}
