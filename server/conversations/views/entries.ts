import type { NoteEntry, SignalEntry, SignalType } from '#contracts'
import type { Note, StoredSignal } from '../../models/index.ts'
import type { Context } from '../../platform/context.ts'
import type { Filter } from '../filters.ts'
import { trusted } from 'mongoose'
import { shownByMessages, shownByTheirMessage } from '#contracts'
import { loadNames } from './message.ts'

const silent: readonly SignalType[] = shownByMessages
const silentWithMessage: readonly SignalType[] = shownByTheirMessage

/** Whether a signal stands in the thread, between the messages. All of them stand in the timeline. */
export function standsInThread({ type, messageId }: Pick<StoredSignal, 'type' | 'messageId'>): boolean {
  return !silent.includes(type) && !(silentWithMessage.includes(type) && typeof messageId === 'string')
}

/** {@link standsInThread} as a query. */
export function inThread(): Filter {
  return { type: trusted({ $nin: silent }), $nor: [{ type: trusted({ $in: silentWithMessage }), messageId: trusted({ $type: 'string' }) }] }
}

/** A signal as the thread and the timeline show it. */
export function signalEntry(signal: StoredSignal): SignalEntry {
  return { type: 'signal', id: signal._id, at: signal.at.toISOString(), revision: signal.revision, signal: signal.type, meta: signal.meta ?? {} }
}

/** A note as the thread shows it. */
export function noteEntry(note: Note, authorName: string): NoteEntry {
  return { type: 'note', id: note._id, at: note.at.toISOString(), revision: note.revision, authorId: note.authorId, authorName, text: note.text }
}

/** The entries of some notes, in their order; the names of their authors are read once. */
export async function noteEntries(ctx: Context, notes: readonly Note[]): Promise<NoteEntry[]> {
  const names = await loadNames(ctx, notes.map(note => note.authorId))
  return notes.map(note => noteEntry(note, names.get(note.authorId) ?? ''))
}
