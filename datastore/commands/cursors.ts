import type { Buffer } from 'node:buffer'
import type { StoredDocument } from '../bson/stored-document.ts'
import type { Batch, BatchSource } from '../cursor.ts'
import type { DocumentStream } from '../planner/plan.ts'
import type { TimeLimit } from '../time-limit.ts'
import type { CommandContext, CommandTable } from './command.ts'
import { Long } from 'bson'
import { MAX_RESULT_BYTES } from '../bson/layout.ts'
import { isNumber, toNumber } from '../bson/numbers.ts'
import { DEFAULT_FIRST_BATCH, MAX_BATCH_BYTES } from '../cursor.ts'
import { fail } from '../errors.ts'
import { TurnClock } from '../planner/drain.ts'
import { PAUSE } from '../planner/plan.ts'
import { collectionName, flag, int64, optionalCount } from './command.ts'
import { cursorReply } from './cursor-reply.ts'

/** After so many documents a batch gives way to others, if its time is over. */
const PAUSE_EVERY = 32
/** How long MongoDB waits for changes when `getMore` does not say. */
const DEFAULT_WAIT_MILLIS = 1000

/** Batches of a stream of documents, each turned into what is sent. Long scans pause so that others get their turn. */
export function streamBatches(stream: DocumentStream, project: (document: StoredDocument) => Buffer, { limit, ended }: { limit?: TimeLimit | undefined, ended?: (millis: number) => void } = {}): BatchSource {
  let held: Buffer | undefined
  let millis = 0
  let open = true
  const close = (): void => {
    stream.return(undefined)
    if (open)
      ended?.(millis)
    open = false
  }
  const read = async (count: number, bytes: number): Promise<Batch> => {
    const clock = new TurnClock(limit)
    const documents: Buffer[] = held ? [held] : []
    let size = held?.length ?? 0
    held = undefined
    while (documents.length < count) {
      const step = stream.next()
      if (step.done)
        return { documents, done: true }
      if (step.value === PAUSE) {
        if (clock.isOver())
          await clock.pause()
        continue
      }
      const document = answerable(project(step.value))
      if (documents.length > 0 && size + document.length > bytes) {
        held = document
        return { documents, done: false }
      }
      documents.push(document)
      size += document.length
      if (documents.length % PAUSE_EVERY === 0 && clock.isOver())
        await clock.pause()
    }
    return { documents, done: false }
  }
  return {
    next: async (count, bytes) => {
      const started = performance.now()
      limit?.begin()
      try {
        // Small batches may end before anything looks at the time.
        limit?.check()
        return await read(count, bytes)
      }
      catch (error) {
        close()
        throw error
      }
      finally {
        limit?.end()
        millis += performance.now() - started
      }
    },
    close,
  }
}

/** @throws DatastoreError BSONObjectTooLarge (10334) for a document that no answer may hold */
function answerable(document: Buffer): Buffer {
  return document.length <= MAX_RESULT_BYTES ? document : fail('BSONObjectTooLarge', `BSONObj size: ${document.length} is invalid. Size must be between 0 and ${MAX_RESULT_BYTES}`)
}

/** A list of ready documents as a source of batches. @throws DatastoreError BSONObjectTooLarge (10334) for one that no answer may hold */
export function listBatches(documents: readonly Buffer[]): BatchSource {
  let at = 0
  return {
    held: documents.reduce((sum, document) => sum + answerable(document).length, 0),
    next: async (count, bytes) => {
      const start = at
      let size = 0
      while (at < documents.length && at - start < count && (at === start || size + documents[at]!.length <= bytes))
        size += documents[at++]!.length
      return { documents: documents.slice(start, at), done: at >= documents.length }
    },
    close: () => {},
  }
}

/** Answers with the first batch of a result and, when there is more, the id of a cursor for the rest. */
export async function firstBatch(context: CommandContext, namespace: string, source: BatchSource, options: { batchSize?: number, single?: boolean }): Promise<Buffer> {
  const count = options.batchSize ?? DEFAULT_FIRST_BATCH
  const batch = count === 0 ? { documents: [], done: false } : await source.next(count, MAX_BATCH_BYTES)
  if (batch.done || options.single) {
    source.close()
    return cursorReply('firstBatch', batch.documents, Long.ZERO, namespace)
  }
  return cursorReply('firstBatch', batch.documents, context.store.cursors.open(source, namespace, flag(context.body, 'noCursorTimeout')), namespace)
}

export const cursorCommands: CommandTable = {
  getMore: async (context) => {
    const id = context.body.getMore
    const namespace = `${context.database}.${collectionName(context, 'collection')}`
    const cursorId = id instanceof Long ? id : isNumber(id) ? Long.fromNumber(toNumber(id)) : fail('TypeMismatch', 'Field \'getMore\' must be of type long')
    const count = optionalCount(context.body, 'batchSize')
    const wait = { millis: optionalCount(context.body, 'maxTimeMS') || DEFAULT_WAIT_MILLIS, gone: context.gone }
    const batch = await context.store.cursors.next(cursorId, namespace, count || Infinity, wait)
    return cursorReply('nextBatch', batch.documents, batch.done ? Long.ZERO : cursorId, namespace, batch.tail)
  },
  killCursors: (context) => {
    const ids = Array.isArray(context.body.cursors) ? context.body.cursors as unknown[] : fail('TypeMismatch', 'cursors must be an array')
    const killed: unknown[] = []
    const missing: unknown[] = []
    for (const id of ids)
      (context.store.cursors.kill(String(id)) ? killed : missing).push(isNumber(id) ? int64Of(id) : id)
    return { cursorsKilled: killed, cursorsNotFound: missing, cursorsAlive: [], cursorsUnknown: [] }
  },
}

function int64Of(id: Parameters<typeof toNumber>[0]): Long {
  return id instanceof Long ? id : int64(toNumber(id))
}
