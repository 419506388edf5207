import type { Options } from 'mingo/types'
import type { Fields } from '../../bson/decode.ts'
import type { Accumulator } from '../../expressions/accumulators.ts'
import type { Stage } from './match.ts'
import { Lazy } from 'mingo/lazy'
import { setField } from '../../bson/decode.ts'
import { fail } from '../../errors.ts'
import { checkExpression } from '../../expressions/check.ts'
import { ACCUMULATORS } from '../../expressions/context.ts'
import { valueOf } from '../../expressions/operator.ts'
import { isDocument } from '../../query/paths.ts'
import { KeyWriter } from '../../storage/keys.ts'
import { $sort, stringKeyOf } from './match.ts'

export interface Output { name: string, accumulate: Accumulator, operand: unknown }

/** `$group`: documents of equal keys, in MongoDB's sense of equal, become one. */
export const $group: Stage = (documents, operand, options) => {
  if (!isDocument(operand))
    return fail('Location15947', 'a group\'s fields must be specified in an object')
  if (!('_id' in operand))
    fail('Location15955', 'a group specification must include an _id')
  const { _id: idExpression, ...rest } = operand
  checkExpression(idExpression)
  const outputs = readOutputs(rest)
  const stringKey = stringKeyOf(options)
  const writer = new KeyWriter()
  return documents.transform((all: unknown[]) => {
    const groups = new Map<string, { id: unknown, members: unknown[] }>()
    for (const document of all) {
      const id = withoutMissing(valueOf(document, idExpression, options)) ?? null
      const key = writer.value(id, false, stringKey).take().toString('latin1')
      const group = groups.get(key)
      if (group)
        group.members.push(document)
      else
        groups.set(key, { id, members: [document] })
    }
    return Lazy(Array.from(groups.values(), ({ id, members }) => groupDocument(id, members, outputs, options)))
  })
}

/** A document made by an expression, without the fields that came out missing. */
function withoutMissing(value: unknown): unknown {
  if (!isDocument(value))
    return value
  const fields: Fields = {}
  for (const [name, inner] of Object.entries(value)) {
    if (inner !== undefined)
      setField(fields, name, withoutMissing(inner))
  }
  return fields
}

/** The document that a group becomes. */
export function groupDocument(id: unknown, members: unknown[], outputs: readonly Output[], options: Options): Fields {
  const fields: Fields = { _id: id }
  for (const { name, accumulate, operand } of outputs)
    setField(fields, name, accumulate(members, operand, options))
  return fields
}

/** Reads the fields of a group besides its `_id`, each an accumulator. @throws DatastoreError Location15952 for an unknown one */
export function readOutputs(given: Fields): Output[] {
  return Object.entries(given).map(([name, accumulator]) => readOutput(name, accumulator))
}

function readOutput(name: string, given: unknown): Output {
  if (name.includes('.'))
    fail('Location40235', `The field name '${name}' cannot contain '.'`)
  if (name.startsWith('$'))
    fail('Location40236', `The field name '${name}' cannot be an operator name`)
  if (!isDocument(given))
    return fail('Location40234', `The field '${name}' must be an accumulator object`)
  const [operator = '', ...more] = Object.keys(given)
  if (more.length > 0 || operator === '')
    fail('Location40238', `The field '${name}' must specify one accumulator`)
  if (operator === '$accumulator')
    fail('CommandNotSupported', '$accumulator is not supported by this store')
  const accumulate = Object.hasOwn(ACCUMULATORS, operator) ? (ACCUMULATORS as unknown as Record<string, Accumulator>)[operator] : undefined
  if (!accumulate)
    return fail('Location15952', `unknown group operator '${operator}'`)
  const operand = given[operator]
  if (!isDocument(operand) || Object.keys(operand).some(key => key.startsWith('$')))
    checkExpression(operand)
  return { name, accumulate, operand: operator === '$count' ? {} : operand }
}

/** `$sortByCount`: values and how often each comes. */
export const $sortByCount: Stage = (documents, operand, options) => {
  if (typeof operand !== 'string' && !isDocument(operand))
    return fail('Location40149', 'the sortByCount field must be defined as a $-prefixed path or an expression inside an object')
  if (typeof operand === 'string' && !operand.startsWith('$'))
    fail('Location40148', 'the sortByCount field must be defined as a $-prefixed path or an expression inside an object')
  return $sort($group(documents, { _id: operand, count: { $sum: 1 } }, options), { count: -1 }, options)
}
