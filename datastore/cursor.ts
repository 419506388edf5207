import type { Timestamp } from 'bson'
import type { Buffer } from 'node:buffer'
import { randomBytes } from 'node:crypto'
import { Long } from 'bson'
import { fail } from './errors.ts'

/** What the batches of a change stream tell besides events: where to go on, and how far the changes have come. */
export interface Tail { postBatchResumeToken: { _data: string }, operationTime: Timestamp }

/** How long a source that can grow may wait for its next documents, and the sign that nobody is there any more to have them. */
export interface Wait { millis: number, gone: AbortSignal }

/** The next documents of a result: at most so many, at most so many bytes. `done` says that nothing follows. */
export interface Batch { documents: Buffer[], done: boolean, tail?: Tail }
export interface BatchSource { next: (count: number, bytes: number, wait?: Wait) => Promise<Batch>, close: () => void }

/** MongoDB's first batch when none is asked for. */
export const DEFAULT_FIRST_BATCH = 101
/** The most bytes of documents in one batch. */
export const MAX_BATCH_BYTES = 16 * 1024 * 1024
const MAX_CURSORS = 10_000

interface OpenCursor { source: BatchSource, namespace: string, used: number, busy: boolean }

/** The results clients have begun to read. Idle ones are closed; so is the longest unused when there are too many. */
export class CursorRegistry {
  private readonly cursors = new Map<string, OpenCursor>()
  private readonly idleMillis: number
  private readonly now: () => number

  constructor(idleMillis: number, now: () => number) {
    this.idleMillis = idleMillis
    this.now = now
  }

  get size(): number {
    return this.cursors.size
  }

  /** Keeps a result for later batches. @returns its cursor id */
  open(source: BatchSource, namespace: string): Long {
    if (this.cursors.size >= MAX_CURSORS) {
      const [oldest] = this.cursors.keys()
      this.kill(oldest!)
    }
    const id = newId()
    this.cursors.set(id.toString(), { source, namespace, used: this.now(), busy: false })
    return id
  }

  /** The next batch of a cursor. @throws DatastoreError CursorNotFound (43) */
  async next(id: Long, namespace: string, count: number, wait?: Wait): Promise<Batch> {
    const key = id.toString()
    const cursor = this.cursors.get(key)
    if (!cursor)
      fail('CursorNotFound', `cursor id ${key} not found`)
    if (cursor.namespace !== namespace)
      fail('Unauthorized', `Requested getMore on namespace '${namespace}', but cursor belongs to a different namespace ${cursor.namespace}`)
    if (cursor.busy)
      fail('OperationFailed', `cursor id ${key} is already in use`)
    cursor.busy = true
    this.cursors.delete(key)
    this.cursors.set(key, cursor)
    try {
      const batch = await cursor.source.next(count, MAX_BATCH_BYTES, wait)
      if (batch.done)
        this.kill(key)
      return batch
    }
    catch (error) {
      this.kill(key)
      throw error
    }
    finally {
      cursor.busy = false
      cursor.used = this.now()
    }
  }

  /** @returns whether there was such a cursor */
  kill(id: string): boolean {
    const cursor = this.cursors.get(id)
    cursor?.source.close()
    return this.cursors.delete(id)
  }

  /** Closes the cursors nobody has read from for too long. */
  reap(): void {
    const oldest = this.now() - this.idleMillis
    for (const [id, cursor] of this.cursors) {
      if (!cursor.busy && cursor.used < oldest)
        this.kill(id)
    }
  }
}

/** Cursor ids are guessable by nobody and never zero, which means "no cursor". */
function newId(): Long {
  const bytes = randomBytes(8)
  return new Long(bytes.readInt32LE(0) | 1, bytes.readInt32LE(4) & 0x7FFFFFFF)
}
