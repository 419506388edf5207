import type { Change, Collection } from '../storage/collection.ts'
import type { Update } from '../update/apply.ts'
import type { LogEntry } from './entry.ts'
import { Buffer } from 'node:buffer'
import { isDocument } from '../query/paths.ts'
import { describeUpdate } from './description.ts'
import { keyOf } from './elements.ts'

/** In the place of an image that there is none of. */
const NOTHING = Buffer.from([5, 0, 0, 0, 0])

/** A document's change as it is logged: what its event needs, and nothing that can be found elsewhere. `update` is what it was changed by. */
export function documentEntry(collection: Collection, change: Change, update: Update | undefined, now: Date): LogEntry {
  const images = keepsImages(collection)
  const { kind, documents } = content(change, update)
  if (images)
    documents.push(change.kind === 'insert' ? NOTHING : change.before.bytes, change.kind === 'delete' ? NOTHING : change.document.bytes)
  return { kind, images, wallTime: now.getTime(), number: collection.number, database: collection.database, name: collection.name, documents }
}

function content(change: Change, update: Update | undefined): Pick<LogEntry, 'kind' | 'documents'> {
  switch (change.kind) {
    case 'insert':
      return { kind: 'insert', documents: [change.document.bytes] }
    case 'delete':
      return { kind: 'delete', documents: [keyOf(change.before.bytes)] }
    case 'update': {
      const description = update && describeUpdate(change.before.bytes, change.document.bytes, update)
      return description ? { kind: 'update', documents: [keyOf(change.document.bytes), description] } : { kind: 'replace', documents: [change.document.bytes] }
    }
  }
}

/** Whether the collection was made to keep documents as they were before and after each change (`changeStreamPreAndPostImages`). */
function keepsImages({ options }: Collection): boolean {
  return isDocument(options.changeStreamPreAndPostImages) && options.changeStreamPreAndPostImages.enabled === true
}
