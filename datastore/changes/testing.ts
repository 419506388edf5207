import type { ChangeStream, Document } from 'mongodb'
import { once } from 'node:events'

/** A stream that is read from the start, so that the server has its cursor before anything is written. */
export interface Reading {
  stream: ChangeStream<Document, Document>
  /** The next events, when there are so many. @throws what the stream fails with before */
  take: (count: number) => Promise<Document[]>
  /** What the stream fails with. */
  failure: Promise<unknown>
  /** The events that came and were not taken. */
  left: () => Document[]
}

/** Reads a stream; resolves when the server has opened its cursor, rejects when it does not. */
export async function read(stream: ChangeStream<Document, Document>): Promise<Reading> {
  const { cursor } = stream as unknown as { cursor: NodeJS.EventEmitter }
  const events: Document[] = []
  let wake = (): void => {}
  let failed: { error: unknown } | undefined
  const failure = (async () => {
    try {
      for (;;) {
        events.push(await stream.next())
        wake()
      }
    }
    catch (error) {
      failed = { error }
      wake()
      return error
    }
  })()
  await Promise.race([once(cursor, 'init'), failure])
  const take = async (count: number): Promise<Document[]> => {
    while (events.length < count) {
      if (failed)
        throw failed.error
      await new Promise<void>(resolve => wake = resolve)
    }
    return events.splice(0, count)
  }
  if (failed)
    throw (failed as { error: unknown }).error
  return { stream, take, failure, left: () => events }
}

/** Does to a document what an update description says. */
export function applyDescription(document: Document, { updatedFields, removedFields, truncatedArrays }: Document): Document {
  const copy = structuredClone(document)
  for (const { field, newSize } of truncatedArrays as { field: string, newSize: number }[])
    (placeOf(copy, field).at(-1) as unknown[]).length = newSize
  for (const path of removedFields as string[]) {
    const parts = path.split('.')
    delete (placeOf(copy, parts.slice(0, -1).join('.')).at(-1) as Document)[parts.at(-1)!]
  }
  for (const [path, value] of Object.entries(updatedFields as Document)) {
    const parts = path.split('.')
    const holder = placeOf(copy, parts.slice(0, -1).join('.')).at(-1)
    if (Array.isArray(holder)) {
      while (holder.length < Number(parts.at(-1)))
        holder.push(null)
    }
    (holder as Document)[parts.at(-1)!] = value
  }
  return copy
}

/** The values on the way to a path, the document first. */
function placeOf(document: Document, path: string): unknown[] {
  const values: unknown[] = [document]
  for (const part of path === '' ? [] : path.split('.'))
    values.push((values.at(-1) as Document)[part])
  return values
}
