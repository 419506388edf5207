import { asDatastoreError, DatastoreError } from '../errors.ts'

/** MongoDB's codes for arguments of a wrong type, of operators that mingo evaluates. */
const WRONG_ARGUMENT: Record<string, number> = {
  $arrayElemAt: 28689,
  $arrayToObject: 40386,
  $concat: 16702,
  $concatArrays: 28664,
  $filter: 28651,
  $first: 28689,
  $indexOfArray: 40090,
  $indexOfBytes: 40091,
  $indexOfCP: 40093,
  $last: 28689,
  $map: 16883,
  $objectToArray: 40390,
  $range: 34443,
  $reduce: 40080,
  $reverseArray: 34435,
  $setDifference: 17048,
  $setEquals: 17044,
  $setIntersection: 17047,
  $setIsSubset: 17046,
  $setUnion: 17043,
  $size: 17124,
  $slice: 28724,
  $sqrt: 28714,
  $strLenBytes: 34473,
  $strLenCP: 34471,
  $substr: 16034,
  $substrBytes: 16034,
  $substrCP: 34450,
  $zip: 34461,
}

/** Whatever evaluating threw, as MongoDB's error for it. */
export function evaluationError(error: unknown): DatastoreError {
  if (error instanceof DatastoreError)
    return error
  const { message } = asDatastoreError(error)
  const variable = message.startsWith('Use of undefined variable: ')
  if (variable)
    return new DatastoreError('Location17276', message)
  const unregistered = /^accumulator '(\$\w+)' is not registered/.exec(message)
  if (unregistered)
    return new DatastoreError('InvalidPipelineOperator', `Unrecognized expression '${unregistered[1]}'`)
  const operator = /^(\$\w+)/.exec(message)?.[1] ?? ''
  return new DatastoreError(Object.hasOwn(WRONG_ARGUMENT, operator) ? `Location${WRONG_ARGUMENT[operator]!}` : 'BadValue', message)
}
