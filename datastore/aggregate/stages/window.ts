import type { Fields } from '../../bson/decode.ts'
import { isNumber, toNumber } from '../../bson/numbers.ts'
import { fail } from '../../errors.ts'
import { unitOf } from '../../expressions/calendar.ts'
import { isDocument } from '../../query/paths.ts'

/**
 * Refuses a `$setWindowFields` whose windows or moving averages MongoDB would refuse.
 * https://www.mongodb.com/docs/manual/reference/operator/aggregation/setWindowFields/
 * @throws DatastoreError FailedToParse (9), Location5339900 for bounds the wrong way round, Location5339901 or Location5339902 for bounds without their order
 */
export function checkWindows(operand: unknown): void {
  if (!isDocument(operand))
    return fail('FailedToParse', 'the $setWindowFields stage specification must be an object')
  const sortBy = isDocument(operand.sortBy) && Object.keys(operand.sortBy).length > 0 ? operand.sortBy : undefined
  for (const output of Object.values(isDocument(operand.output) ? operand.output : {})) {
    if (!isDocument(output))
      continue
    if (output.window !== undefined)
      checkWindow(output.window, sortBy)
    if (output.$expMovingAvg !== undefined)
      checkMovingAverage(output.$expMovingAvg, sortBy)
  }
}

function checkWindow(window: unknown, sortBy: Fields | undefined): void {
  if (!isDocument(window))
    return fail('FailedToParse', '\'window\' field must be an object')
  const { documents, range, unit } = window
  if (documents !== undefined && range !== undefined)
    fail('FailedToParse', 'Window bounds can specify either \'documents\' or \'range\', not both.')
  if (unit !== undefined && range === undefined)
    fail('FailedToParse', 'Window bounds can only specify \'unit\' with range-based bounds.')
  const strange = Object.keys(window).find(name => !['documents', 'range', 'unit'].includes(name))
  if (strange !== undefined)
    fail('FailedToParse', `'window' field cannot have a field '${strange}'`)
  if (documents !== undefined) {
    const bounds = boundsOf(documents, true)
    if (!sortBy && bounds.some(bound => bound !== 'unbounded'))
      fail('Location5339901', 'Document-based bounds require a sortBy')
  }
  if (range !== undefined) {
    if (unit !== undefined)
      unitOf(unit)
    boundsOf(range, unit !== undefined)
    if (!sortBy || Object.keys(sortBy).length !== 1)
      return fail('Location5339902', 'Range-based bounds require sortBy a single field')
    const [direction] = Object.values(sortBy)
    if (!isNumber(direction) || toNumber(direction) < 0)
      fail('Location8947401', 'Range-based bounds require an ascending sortBy')
  }
}

/** The two bounds of a window; an expression, which MongoDB takes if it is constant, is left to the evaluation. */
function boundsOf(given: unknown, whole: boolean): unknown[] {
  if (!Array.isArray(given) || given.length !== 2)
    return fail('FailedToParse', 'Window bounds must be a 2-element array')
  const bounds = given as unknown[]
  for (const bound of bounds) {
    if (bound === 'unbounded' || bound === 'current' || isDocument(bound))
      continue
    if (!isNumber(bound))
      return fail('FailedToParse', 'Window bounds must be \'unbounded\', \'current\', or a number.')
    if (whole && !Number.isInteger(toNumber(bound)))
      fail('FailedToParse', 'Numeric document-based bounds must be an integer')
  }
  const [lower, upper] = bounds.map(bound => bound === 'current' ? 0 : isNumber(bound) ? toNumber(bound) : undefined)
  if (lower !== undefined && upper !== undefined && lower > upper)
    fail('Location5339900', `Lower bound must not exceed upper bound: [${lower}, ${upper}]`)
  return bounds
}

function checkMovingAverage(operand: unknown, sortBy: Fields | undefined): void {
  if (!isDocument(operand) || operand.input === undefined || Object.keys(operand).length !== 2 || (operand.N === undefined) === (operand.alpha === undefined))
    return fail('FailedToParse', '$expMovingAvg sub object must have exactly two fields: An \'input\' field, and either an \'N\' field or an \'alpha\' field')
  const { N, alpha } = operand
  if (N !== undefined) {
    if (!isNumber(N) || !Number.isInteger(toNumber(N)))
      return fail('FailedToParse', '\'N\' field must be an integer')
    if (toNumber(N) <= 0)
      fail('FailedToParse', `'N' must be greater than zero. Got ${toNumber(N)}`)
  }
  if (alpha !== undefined && (!isNumber(alpha) || !(toNumber(alpha) > 0 && toNumber(alpha) < 1)))
    fail('FailedToParse', '\'alpha\' must be between 0 and 1 (exclusive)')
  if (!sortBy)
    fail('FailedToParse', '$expMovingAvg requires an explicit \'sortBy\'')
}
