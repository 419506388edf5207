import type { QueryClient } from '@tanstack/vue-query'
import type { Outbox } from '../composer/outbox.ts'
import type { Uploads } from '../composer/uploads.ts'
import type { RowPages } from './rows.ts'
import { keys } from '../api/keys.ts'
import { shared } from '../lib/shared.ts'
import { removeRow } from './rows.ts'

/** Tells that a conversation is no longer there for this person; `mergedInto`: where everything of it stands now. */
export type Lost = (id: string, mergedInto?: string) => void

type Storage = Pick<globalThis.Storage, 'getItem' | 'setItem' | 'removeItem'>

/** Words of two beginnings, the second behind the first; once where one holds the other. */
export function bothTexts(there: string, here: string): string {
  if (there.includes(here)) return there
  return there === '' || here.includes(there) ? here : `${there}\n${here}`
}

function textOf(storage: Storage, place: string): string {
  try { return (JSON.parse(storage.getItem(place) ?? 'null') as { text?: string } | null)?.text ?? '' }
  catch { return '' }
}

/** What was begun on this device to one conversation is a beginning to the other. */
export function moveWords(storage: Storage, from: string, to: string, now: number): void {
  const draft = textOf(storage, `loupe.draft.${from}`)
  if (draft) storage.setItem(`loupe.draft.${to}`, JSON.stringify({ text: bothTexts(textOf(storage, `loupe.draft.${to}`), draft), at: now }))
  const note = storage.getItem(`loupe.note.${from}`) ?? ''
  if (note) storage.setItem(`loupe.note.${to}`, bothTexts(storage.getItem(`loupe.note.${to}`) ?? '', note))
  for (const place of ['draft', 'note']) storage.removeItem(`loupe.${place}.${from}`)
}

export type LostOptions = {
  queries: QueryClient
  outbox: Outbox
  uploads: Pick<Uploads, 'clear' | 'move'>
  storage: Storage
  now?: () => number
  /** Turns a page that shows the conversation to another one, or away from it. Gives whether it showed it. */
  leave: (id: string, mergedInto: string | undefined) => void
}

/** Takes a conversation that is no longer there out of every list, and moves what was begun in it to where it stands now. Telling twice is telling once. */
export function makeLost({ queries, outbox, uploads, storage, now = Date.now, leave }: LostOptions): Lost {
  return (id, mergedInto) => {
    for (const [key] of queries.getQueriesData({ queryKey: keys.allRows })) queries.setQueryData<RowPages>(key, data => data && removeRow(data, id))
    if (mergedInto) {
      moveWords(storage, id, mergedInto, now())
      outbox.move(id, mergedInto)
      uploads.move(id, mergedInto)
      void queries.invalidateQueries({ queryKey: keys.thread(mergedInto) })
      void queries.invalidateQueries({ queryKey: keys.conversation(mergedInto) })
    }
    uploads.clear(id)
    leave(id, mergedInto)
    for (const queryKey of [keys.conversation(id), keys.thread(id), keys.gates(id)]) queries.removeQueries({ queryKey, type: 'inactive' })
  }
}

const lost = shared<Lost>('lost')
export const provideLost = lost.provide
export const useLost = lost.use
