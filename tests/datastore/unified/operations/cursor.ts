import type { ChangeStream } from 'mongodb'
import type { Entities, Kind } from '../entities.ts'
import type { Operation } from '../format.ts'
import type { Arguments, OperationTable } from './operation.ts'
import { mismatch } from '../mismatch.ts'
import { commandCursor } from './database.ts'

type HeldCursor = Parameters<typeof Entities.prototype.add<'cursor'>>[2]

/** What a case may do with a cursor it holds; the document its creation had to read comes first. */
export const cursorOperations: OperationTable<HeldCursor> = {
  close: ({ cursor }) => cursor.close(),
  iterateOnce: async held => held.first.shift() ?? held.cursor.tryNext(),
  iterateUntilDocumentOrError: async held => held.first.shift() ?? held.cursor.next(),
}

export const streamOperations: OperationTable<ChangeStream> = {
  close: stream => stream.close(),
  iterateOnce: stream => stream.tryNext(),
  iterateUntilDocumentOrError: stream => stream.next(),
}

/** Operations that make a cursor or a change stream and see to it that the server has one. */
export async function openCursor(entities: Entities, { name, object, saveResultAsEntity }: Operation, kind: Kind, given: Arguments): Promise<boolean> {
  const id = saveResultAsEntity ?? `${object} ${name}`
  if (name === 'createChangeStream' && (kind === 'client' || kind === 'database' || kind === 'collection')) {
    const { pipeline, ...options } = given
    const stream = entities.get(kind, object).watch(pipeline ?? [], options)
    entities.add('stream', id, stream)
    await opened(stream)
    return true
  }
  const { filter, ...options } = given
  const cursor = name === 'createFindCursor' && kind === 'collection'
    ? entities.get('collection', object).find(filter ?? mismatch('createFindCursor', 'a filter is needed'), options)
    : name === 'createCommandCursor' && kind === 'database' ? commandCursor(entities.get('database', object), given) : undefined
  if (!cursor)
    return false
  const first: unknown = await cursor.tryNext()
  entities.add('cursor', id, { cursor, first: first === null ? [] : [first] })
  return true
}

/** Has the aggregate of a change stream sent. The driver does so when it is first asked for a change, and has no public way before. */
async function opened(stream: ChangeStream): Promise<void> {
  const { cursor } = stream as unknown as { cursor: { cursorInit: () => Promise<void> } }
  await cursor.cursorInit()
}
