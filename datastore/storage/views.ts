import type { Fields } from '../bson/decode.ts'
import type { Environment } from './environment.ts'
import { Buffer } from 'node:buffer'
import { decodeDocument } from '../bson/decode.ts'
import { encodeDocument } from '../bson/encode.ts'

/** A view: a name for what a pipeline makes of a collection or of another view. */
export interface View { database: string, name: string, viewOn: string, pipeline: Fields[], collation?: Fields }

const VIEW = Buffer.from('view\0')
const AFTER_VIEWS = Buffer.from('view\u0001')

/** All views, in memory and on disk. Its writing methods are called inside a write transaction only. */
export class Views {
  private readonly environment: Environment
  private readonly views = new Map<string, View>()

  constructor(environment: Environment) {
    this.environment = environment
  }

  /** Reads everything afresh from the disk. */
  load(): void {
    this.views.clear()
    for (const { value } of this.environment.catalogue.getRange({ start: VIEW, end: AFTER_VIEWS })) {
      // `put` wrote it.
      const view = decodeDocument(Buffer.from(value)) as unknown as View
      this.views.set(`${view.database}.${view.name}`, view)
    }
  }

  lookup(database: string, name: string): View | undefined {
    return this.views.size === 0 ? undefined : this.views.get(`${database}.${name}`)
  }

  /** All views of a database. */
  list(database: string): View[] {
    return [...this.views.values()].filter(view => view.database === database)
  }

  /** Adds a view, or changes the one of that name. */
  put(view: View): void {
    this.views.set(`${view.database}.${view.name}`, view)
    this.environment.catalogue.put(viewKey(view), encodeDocument({ ...view }))
  }

  remove(view: View): void {
    this.views.delete(`${view.database}.${view.name}`)
    this.environment.catalogue.remove(viewKey(view))
  }
}

function viewKey({ database, name }: View): Buffer {
  return Buffer.concat([VIEW, Buffer.from(`${database}.${name}`)])
}
