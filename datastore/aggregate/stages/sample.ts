import type { Fields } from '../../bson/decode.ts'
import type { Stage } from './match.ts'
import { randomInt } from 'node:crypto'
import { Lazy } from 'mingo/lazy'
import { isNumber, toNumber } from '../../bson/numbers.ts'
import { fail } from '../../errors.ts'
import { isDocument } from '../../query/paths.ts'

/** How many documents `$sample` is to pick. @throws DatastoreError with MongoDB's codes for a size that is none */
export function sampleSize(operand: unknown): number {
  if (!isDocument(operand))
    return fail('Location28745', 'the $sample stage specification must be an object')
  const other = Object.keys(operand).find(name => name !== 'size')
  if (other !== undefined)
    fail('Location28748', `unrecognized option to $sample: ${other}`)
  if (operand.size === undefined)
    fail('Location28749', '$sample stage must specify a size')
  if (!isNumber(operand.size))
    return fail('Location28746', 'size argument to $sample must be a number')
  const size = Math.trunc(toNumber(operand.size))
  return size > 0 ? size : fail('Location28747', 'size argument to $sample must be a positive integer')
}

/** `$sample`: some of the documents, each once, in a random order. https://www.mongodb.com/docs/manual/reference/operator/aggregation/sample/ */
export const $sample: Stage = (documents, operand) => {
  const size = sampleSize(operand)
  return documents.transform((all: unknown[]) => Lazy(picked(all as Fields[], size)))
}

/** The first places of a Fisher and Yates shuffle, which needs no more of it. */
function picked(all: readonly Fields[], size: number): Fields[] {
  const shuffled = [...all]
  const end = Math.min(size, shuffled.length)
  for (let i = 0; i < end; i++) {
    const from = randomInt(i, shuffled.length);
    [shuffled[i], shuffled[from]] = [shuffled[from]!, shuffled[i]!]
  }
  return shuffled.slice(0, end)
}
