import type { Fields } from '../bson/decode.ts'
import type { StoredDocument } from '../bson/stored-document.ts'
import type { FilterNode } from '../query/filter.ts'
import type { Collection } from '../storage/collection.ts'
import { fail } from '../errors.ts'
import { collationKey } from '../query/collation.ts'
import { parseFilter } from '../query/filter.ts'
import { compileFilter } from '../query/match.ts'
import { isDocument, valuesAt } from '../query/paths.ts'
import { compileSchema } from '../query/schema.ts'
import { typeName } from '../query/types.ts'

/** What a write may do besides. */
export interface WriteOptions { bypassValidation?: boolean }

interface Validator { matches: (document: StoredDocument) => boolean, moderate: boolean, explain: (document: StoredDocument) => Fields }

/** Validators by the options they are written in, which are replaced whole when they change. */
const validators = new WeakMap<Fields, Validator | 'none'>()

/**
 * Holds a document, as it is going to be, against its collection's validator. Under the level `moderate` one that was not valid before may stay so.
 * @throws DatastoreError DocumentValidationFailure (121), with what is wrong in `errInfo`
 */
export function checkValid(collection: Collection, document: StoredDocument, { bypassValidation }: WriteOptions, before?: StoredDocument): void {
  if (collection.options.validator === undefined || bypassValidation)
    return
  const validator = validatorOf(collection.options)
  if (validator === 'none' || validator.matches(document) || (validator.moderate && before && !validator.matches(before)))
    return
  fail('DocumentValidationFailure', 'Document failed validation', { errInfo: { failingDocumentId: document.get('_id'), details: validator.explain(document) } })
}

function validatorOf(options: Fields): Validator | 'none' {
  const known = validators.get(options)
  if (known)
    return known
  const made = compileValidator(options)
  validators.set(options, made)
  return made
}

/**
 * Reads a validator and how it is applied.
 * @throws DatastoreError for a filter that is none, BadValue (2) for an unknown level or action
 */
export function compileValidator({ validator, validationLevel = 'strict', validationAction = 'error', collation }: Fields): Validator | 'none' {
  if (!['off', 'strict', 'moderate'].includes(String(validationLevel)))
    fail('BadValue', `Enumeration value '${String(validationLevel)}' for field 'validationLevel' is not a valid value.`)
  if (!['error', 'warn', 'errorAndLog'].includes(String(validationAction)))
    fail('BadValue', `Enumeration value '${String(validationAction)}' for field 'validationAction' is not a valid value.`)
  if (!isDocument(validator))
    return validator === undefined ? 'none' : fail('TypeMismatch', 'BSON field \'validator\' is the wrong type, expected type \'object\'')
  const node = parseFilter(validator)
  const stringKey = isDocument(collation) ? collationKey(collation) : undefined
  const matches = compileFilter(node, stringKey ? { stringKey } : {})
  if (validationLevel === 'off' || validationAction === 'warn' || Object.keys(validator).length === 0)
    return 'none'
  return { matches: document => matches(document), moderate: validationLevel === 'moderate', explain: document => explain(document, node, validator) }
}

/** What a document breaks, as MongoDB describes it. */
function explain(document: StoredDocument, node: FilterNode, validator: Fields): Fields {
  const failing = node.kind === 'and' ? node.nodes.find(child => !compileFilter(child)(document)) ?? node : node
  if (failing.kind === 'schema')
    return { operatorName: '$jsonSchema', schemaRulesNotSatisfied: compileSchema(failing.schema)(document.toFields()) }
  if (failing.kind !== 'field')
    return { operatorName: `$${failing.kind === 'expression' ? 'expr' : failing.kind}`, specifiedAs: validator, reason: 'expression did not match' }
  const specified = validator[failing.path]
  const values = valuesAt(document, failing.parts)
  return {
    operatorName: isDocument(specified) ? Object.keys(specified)[0] ?? '$eq' : '$eq',
    specifiedAs: { [failing.path]: specified },
    ...(values.length === 0 ? { reason: 'field was missing' } : { reason: failing.test.condition.op === 'type' ? 'type did not match' : 'comparison failed', consideredValue: values[0], ...(failing.test.condition.op === 'type' ? { consideredType: typeName(values[0]) } : {}) }),
  }
}
