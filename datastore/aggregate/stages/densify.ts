import type { Stage } from './match.ts'
import * as pipeline from 'mingo/operators/pipeline'
import { isNumber, toNumber } from '../../bson/numbers.ts'
import { fail } from '../../errors.ts'
import { isDocument } from '../../query/paths.ts'

/** As MongoDB's `internalQueryMaxAllowedDensifyDocs`. */
const MAX_GENERATED = 500_000

/** `$densify`: mingo's, which for a step that leads nowhere would go on for ever. https://www.mongodb.com/docs/manual/reference/operator/aggregation/densify/ */
export const $densify: Stage = (documents, operand, options) => {
  const range = isDocument(operand) && isDocument(operand.range) ? operand.range : fail('FailedToParse', 'BSON field \'$densify.range\' is missing but a required field')
  if (!isNumber(range.step) || !(toNumber(range.step) > 0))
    fail('Location5733401', 'the step parameter in a range statement must be a strictly positive numeric value')
  let given = 0
  let told = 0
  const counted = documents.map((document: unknown) => {
    given++
    return document
  })
  return pipeline.$densify(counted, operand as never, options).map((document: unknown) => {
    if (++told - given > MAX_GENERATED)
      fail('Location5897900', `Generated ${MAX_GENERATED} documents in $densify, which is over the limit`)
    return document
  })
}
