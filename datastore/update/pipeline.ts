import type { Fields } from '../bson/decode.ts'
import type { StoredDocument } from '../bson/stored-document.ts'
import { Aggregator } from 'mingo/aggregator'
import { aggregationOptions } from '../aggregate/context.ts'
import { sameValue } from '../bson/compare.ts'
import { decodeDocument, getField, setField } from '../bson/decode.ts'
import { fail } from '../errors.ts'
import { plainFields } from '../query/plain.ts'

const STAGES = new Set(['$addFields', '$set', '$project', '$unset', '$replaceRoot', '$replaceWith'])

/** Applies an update pipeline. Top-level fields it leaves equal keep the number types they were stored with. */
export function applyPipeline(document: StoredDocument, stages: Fields[], variables: Fields): Fields {
  for (const stage of stages) {
    const [name = ''] = Object.keys(stage)
    if (!STAGES.has(name))
      fail('InvalidOptions', `${name} is not allowed to be used within an update`)
  }
  const before = decodeDocument(document.bytes, 0, 'plain')
  const exact = document.toFields()
  const [result = {}] = new Aggregator(stages.map(plainFields), aggregationOptions({ variables: plainFields(variables) })).run<Fields>([plainFields(before)])
  const fields: Fields = {}
  if (exact._id !== undefined && result._id === undefined)
    setField(fields, '_id', exact._id)
  for (const [name, value] of Object.entries(result))
    setField(fields, name, getField(before, name) !== undefined && sameValue(value, getField(before, name)) ? getField(exact, name) : value)
  return fields
}
