import type { Buffer } from 'node:buffer'
import type { Element } from './elements.ts'
import { encodeDocument } from '../bson/encode.ts'
import { BSON_TYPE } from '../bson/layout.ts'
import { documentOf } from '../bson/stored-document.ts'
import { encodeAs } from './elements.ts'

/** What an update did, gathered by dotted path; in the end an update description. https://www.mongodb.com/docs/manual/reference/change-events/update/ */
export class Findings {
  private readonly updated: Buffer[] = []
  private readonly removed: string[] = []
  private readonly truncated: { field: string, newSize: number }[] = []

  /** A field, or an array's element, has a new value. */
  set(path: string, element: Element): void {
    this.updated.push(encodeAs(path, element))
  }

  /** A field is gone. */
  remove(path: string): void {
    this.removed.push(path)
  }

  /** An array has lost all elements from a position on. */
  truncate(path: string, newSize: number): void {
    this.truncated.push({ field: path, newSize })
  }

  /** `{updatedFields, removedFields, truncatedArrays}` as BSON. */
  encode(): Buffer {
    const rest = encodeDocument({ removedFields: this.removed, truncatedArrays: this.truncated })
    return documentOf([
      encodeAs('updatedFields', { name: '', type: BSON_TYPE.object, value: documentOf(this.updated) }),
      rest.subarray(4, rest.length - 1),
    ])
  }
}
