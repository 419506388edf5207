import type { Buffer } from 'node:buffer'
import type { Collection } from '../storage/collection.ts'
import type { Store } from '../store.ts'
import type { WriteOptions } from './validation.ts'
import { BSONRegExp, ObjectId } from 'bson'
import { decodeValue } from '../bson/decode.ts'
import { encodeElement } from '../bson/encode.ts'
import { BSON_TYPE, MAX_DOCUMENT_BYTES } from '../bson/layout.ts'
import { documentOf, locateField, StoredDocument } from '../bson/stored-document.ts'
import { fail } from '../errors.ts'
import { isDocument } from '../query/paths.ts'
import { checkValid } from './validation.ts'

/**
 * A document as it is stored: with an `_id`, as its first field.
 * @throws DatastoreError BSONObjectTooLarge (10334) or InvalidIdField (53)
 */
export function insertable(bytes: Buffer): StoredDocument {
  if (bytes.length > MAX_DOCUMENT_BYTES)
    fail('BSONObjectTooLarge', `object to insert too large. size in bytes: ${bytes.length}, max size: ${MAX_DOCUMENT_BYTES}`)
  const place = locateField(bytes, '_id')
  if (!place)
    return new StoredDocument(documentOf([encodeElement('_id', new ObjectId()), bytes.subarray(4, bytes.length - 1)]))
  if (place.type === BSON_TYPE.array || place.type === BSON_TYPE.regex || place.type === BSON_TYPE.undefined)
    fail('InvalidIdField', `The '_id' value cannot be of type ${place.type === BSON_TYPE.array ? 'array' : place.type === BSON_TYPE.regex ? 'regex' : 'undefined'}`)
  if (place.type === BSON_TYPE.object)
    checkId(decodeValue(bytes, place.type, place.valueAt, 'exact'))
  if (place.start === 4)
    return new StoredDocument(bytes)
  return new StoredDocument(documentOf([bytes.subarray(place.start, place.end), bytes.subarray(4, place.start), bytes.subarray(place.end, bytes.length - 1)]))
}

/** Whether a decoded value can be an `_id`. @throws DatastoreError InvalidIdField (53) */
export function checkId(id: unknown): void {
  const dollar = isDocument(id) ? Object.keys(id).find(name => name.startsWith('$') && !['$ref', '$id', '$db'].includes(name)) : undefined
  if (dollar)
    fail('DollarPrefixedFieldName', `_id fields may not contain '$'-prefixed fields: ${dollar} is not valid for storage.`)
  if (Array.isArray(id) || id instanceof BSONRegExp)
    fail('InvalidIdField', `The '_id' value cannot be of type ${Array.isArray(id) ? 'array' : 'regex'}`)
}

/** Inserts one document inside a write transaction. @throws DatastoreError DuplicateKey (11000) or DocumentValidationFailure (121), with nothing written */
export function insertDocument(store: Store, collection: Collection, document: StoredDocument, options: WriteOptions = {}): void {
  checkValid(collection, document, options)
  store.changed(collection, collection.insert(document))
}
