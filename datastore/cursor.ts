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
export interface BatchSource {
  next: (count: number, bytes: number, wait?: Wait) => Promise<Batch>
  close: () => void
  /** How many bytes of results it holds in memory. */
  held?: number
}

/** MongoDB's first batch when none is asked for. */
export const DEFAULT_FIRST_BATCH = 101
/** The most bytes of documents in one batch. */
export const MAX_BATCH_BYTES = 16 * 1024 * 1024
const MAX_CURSORS = 10_000
/** What all open cursors may hold in memory together. */
const MAX_HELD_BYTES = 256 * 1024 * 1024
/** A cursor that is not to time out is closed with its session, which MongoDB gives half an hour. */
const PATIENT_MILLIS = 1_800_000

interface OpenCursor { source: BatchSource, namespace: string, used: number, idleMillis: number, busy: boolean }

/** The results clients have begun to read. Idle ones are closed; so are the longest unused when there are too many, or they hold too much. */
export class CursorRegistry {
  private readonly cursors = new Map<string, OpenCursor>()
  /** How many were closed because nobody read from them. */
  timedOut = 0
  private heldBytes = 0
  private readonly idleMillis: number
  private readonly now: () => number

  constructor(idleMillis: number, now: () => number) {
    this.idleMillis = idleMillis
    this.now = now
  }

  get size(): number {
    return this.cursors.size
  }

  /**
   * Keeps a result for later batches.
   * @param source where its batches come from
   * @param namespace what `getMore` has to name
   * @param patient whether nobody need read from it for long
   * @returns its cursor id
   */
  open(source: BatchSource, namespace: string, patient = false): Long {
    this.heldBytes += source.held ?? 0
    for (const [id, { busy }] of this.cursors) {
      if (this.cursors.size < MAX_CURSORS && this.heldBytes <= MAX_HELD_BYTES)
        break
      if (!busy)
        this.kill(id)
    }
    const id = newId()
    this.cursors.set(id.toString(), { source, namespace, used: this.now(), idleMillis: patient ? Math.max(PATIENT_MILLIS, this.idleMillis) : this.idleMillis, busy: false })
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
      // What was closed meanwhile has given less than there is.
      if (this.cursors.get(key) !== cursor)
        fail('CursorNotFound', `cursor id ${key} not found: it was closed`)
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
    if (!cursor)
      return false
    this.heldBytes -= cursor.source.held ?? 0
    this.cursors.delete(id)
    cursor.source.close()
    return true
  }

  /** Closes all. */
  close(): void {
    for (const id of [...this.cursors.keys()])
      this.kill(id)
  }

  /** Closes the cursors nobody has read from for too long. */
  reap(): void {
    for (const [id, { busy, used, idleMillis }] of this.cursors) {
      if (busy || used >= this.now() - idleMillis)
        continue
      this.timedOut++
      this.kill(id)
    }
  }
}

/** Cursor ids are guessable by nobody and never zero, which means "no cursor". */
function newId(): Long {
  const bytes = randomBytes(8)
  return new Long(bytes.readInt32LE(0) | 1, bytes.readInt32LE(4) & 0x7FFFFFFF)
}
