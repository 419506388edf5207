import type { Options } from 'mingo/types'
import type { Fields } from '../../bson/decode.ts'
import type { Stage } from './match.ts'
import { Lazy } from 'mingo/lazy'
import { setField } from '../../bson/decode.ts'
import { fail } from '../../errors.ts'
import { valueIn } from '../../expressions/operator.ts'
import { isDocument } from '../../query/paths.ts'

/** `$redact`: keeps, drops or goes into embedded documents, as an expression decides for each. */
export const $redact: Stage = (documents, operand, options) => documents.transform((all: unknown[]) => Lazy((all as Fields[]).flatMap((document) => {
  const kept = redacted(document, operand, options)
  return kept ? [kept] : []
})))

function redacted(document: Fields, operand: unknown, options: Options): Fields | undefined {
  const decision = valueIn(document, operand, options)
  switch (decision) {
    case '$$KEEP':
      return document
    case '$$PRUNE':
      return undefined
    case '$$DESCEND':
      return descended(document, operand, options)
    default:
      return fail('Location17053', `$redact's expression should not return anything aside from the variables $$KEEP, $$DESCEND, and $$PRUNE, but returned ${String(decision)}`)
  }
}

function descended(document: Fields, operand: unknown, options: Options): Fields {
  const kept: Fields = {}
  for (const [name, value] of Object.entries(document)) {
    const inner = within(value, operand, options)
    if (inner !== undefined)
      setField(kept, name, inner)
  }
  return kept
}

function within(value: unknown, operand: unknown, options: Options): unknown {
  if (Array.isArray(value))
    return value.map((item: unknown) => within(item, operand, options)).filter(item => item !== undefined)
  return isDocument(value) ? redacted(value, operand, options) : value
}
