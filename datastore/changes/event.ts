import type { Buffer } from 'node:buffer'
import type { Fields } from '../bson/decode.ts'
import type { LogEntry } from './entry.ts'
import type { PlacedEntry } from './log.ts'
import type { Position } from './position.ts'
import { encodeDocument } from '../bson/encode.ts'
import { BSON_TYPE, MAX_DOCUMENT_BYTES } from '../bson/layout.ts'
import { documentOf } from '../bson/stored-document.ts'
import { fail } from '../errors.ts'
import { encodeAs, keyOf } from './elements.ts'
import { toTimestamp } from './position.ts'
import { resumeToken } from './token.ts'

/** How much of the documents an event shows. https://www.mongodb.com/docs/manual/reference/operator/aggregation/changeStream/ */
export interface EventOptions {
  fullDocument: 'default' | 'updateLookup' | 'whenAvailable' | 'required'
  fullDocumentBeforeChange: 'off' | 'whenAvailable' | 'required'
}

/** The document of a change as it is by now; undefined when it or its collection is gone. */
export type DocumentNow = (entry: LogEntry) => Buffer | undefined

/** What MongoDB allows a document of its own making beyond the limit for stored ones. */
const EVENT_MARGIN = 16 * 1024
const NO_DOCUMENT_BYTES = 5

/**
 * The change event of a logged change, as BSON; its fields stand in MongoDB's order.
 * @throws DatastoreError NoMatchingDocument (47) where an image is required and was not kept, BSONObjectTooLarge (10334)
 */
export function changeEvent({ position, entry }: PlacedEntry, options: EventOptions, documentNow: DocumentNow): Buffer {
  const elements = [
    head(entry.kind, position, 'event', entry),
    ...documentAfter(entry, options, documentNow),
    fields({ ns: entry.name === '' ? { db: entry.database } : { db: entry.database, coll: entry.name } }),
    ...particulars(entry),
    ...documentBefore(entry, options),
  ]
  const event = documentOf(elements)
  if (event.length > MAX_DOCUMENT_BYTES + EVENT_MARGIN)
    fail('BSONObjectTooLarge', `BSONObj size: ${event.length} is invalid. Size must be between 0 and ${MAX_DOCUMENT_BYTES + EVENT_MARGIN}. First element: _id`)
  return event
}

/** The event that ends a stream after a change. */
export function invalidateEvent({ position, entry }: PlacedEntry): Buffer {
  return documentOf([head('invalidate', position, 'invalidate', entry)])
}

function head(operationType: string, position: Position, phase: 'event' | 'invalidate', { wallTime }: LogEntry): Buffer {
  return fields({ _id: resumeToken({ position, phase }), operationType, clusterTime: toTimestamp(position), wallTime: new Date(wallTime) })
}

function particulars({ kind, documents }: LogEntry): Buffer[] {
  switch (kind) {
    case 'insert':
    case 'replace':
      return [embedded('documentKey', keyOf(documents[0]!))]
    case 'update':
      return [embedded('documentKey', documents[0]!), embedded('updateDescription', documents[1]!)]
    case 'delete':
      return [embedded('documentKey', documents[0]!)]
    case 'rename':
      return [embedded('to', documents[0]!)]
    default:
      return []
  }
}

function documentBefore(entry: LogEntry, { fullDocumentBeforeChange: mode }: EventOptions): Buffer[] {
  if (mode === 'off' || !['update', 'replace', 'delete'].includes(entry.kind))
    return []
  const image = keptImage(entry, -2)
  if (!image && mode === 'required')
    fail('NoMatchingDocument', 'Change stream was configured to require a pre-image for all update, delete and replace events, but the pre-image was not found for an event')
  return [image ? embedded('fullDocumentBeforeChange', image) : fields({ fullDocumentBeforeChange: null })]
}

function documentAfter(entry: LogEntry, { fullDocument: mode }: EventOptions, documentNow: DocumentNow): Buffer[] {
  if (entry.kind === 'insert' || entry.kind === 'replace')
    return [embedded('fullDocument', entry.documents[0]!)]
  if (mode === 'default' || entry.kind !== 'update')
    return []
  const document = mode === 'updateLookup' ? documentNow(entry) : keptImage(entry, -1)
  if (!document && mode === 'required')
    fail('NoMatchingDocument', 'Change stream was configured to require a post-image for all update events, but the post-image was not found for an event')
  return [document ? embedded('fullDocument', document) : fields({ fullDocument: null })]
}

function keptImage(entry: LogEntry, at: -1 | -2): Buffer | undefined {
  const image = entry.images ? entry.documents.at(at) : undefined
  return image && image.length > NO_DOCUMENT_BYTES ? image : undefined
}

function embedded(name: string, document: Buffer): Buffer {
  return encodeAs(name, { name, type: BSON_TYPE.object, value: document })
}

/** Encoded elements without a document around them. */
function fields(values: Fields): Buffer {
  const bytes = encodeDocument(values)
  return bytes.subarray(4, bytes.length - 1)
}
