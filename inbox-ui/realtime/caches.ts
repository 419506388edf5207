import type { QueryClient } from '@tanstack/vue-query'
import type { ConversationRow, ConversationView, ThreadEntry } from '#contracts'
import type { Api, RowFilter } from '../api/client.ts'
import type { ThreadPages } from './entries.ts'
import type { Lost } from './lost.ts'
import type { RowPages } from './rows.ts'
import { nextTick } from 'vue'
import { ApiFailure } from '../api/http.ts'
import { keys } from '../api/keys.ts'
import { heardOn } from '../composer/lanes.ts'
import { applyEntry, threadRevision } from './entries.ts'
import { applyRows, matches } from './rows.ts'

/** Puts rows into every list that is held, and into the open conversation. At most one state per row. */
export function patchRows(queries: QueryClient, rows: readonly ConversationRow[], meId: string, now: number): void {
  for (const [key] of queries.getQueriesData<RowPages>({ queryKey: keys.allRows })) {
    const filter = key[1] as RowFilter
    queries.setQueryData<RowPages>(key, data => applyRows(data, rows.map(row => ({ row, belongs: matches(row, filter, meId, now) }))))
  }
  for (const row of rows) queries.setQueryData<ConversationView>(keys.conversation(row.id), view => view && view.row.revision <= row.revision ? { ...view, row } : view)
}

export function patchRow(queries: QueryClient, row: ConversationRow, meId: string, now: number): void {
  patchRows(queries, [row], meId, now)
}

/** Puts an entry into the thread that is held. What a customer writes also moves the reply to the lane that it came on, before the conversation is asked for anew. */
export function patchEntry(queries: QueryClient, conversationId: string, entry: ThreadEntry): void {
  queries.setQueryData<ThreadPages>(keys.thread(conversationId), data => applyEntry(data, entry))
  if (entry.type === 'message' && entry.direction === 'in')
    queries.setQueryData<ConversationView>(keys.conversation(conversationId), view => view && heardOn(view, entry))
}

/**
 * Asks anew for what is known of the person behind a conversation, where it is shown; elsewhere it is asked for when it is shown
 * again. The gate comes after the lanes, one of which may have left.
 */
export async function renewPerson(queries: QueryClient, conversationId: string): Promise<void> {
  void queries.invalidateQueries({ queryKey: keys.allMerges })
  await queries.invalidateQueries({ queryKey: keys.conversation(conversationId) })
  await nextTick()
  await queries.invalidateQueries({ queryKey: keys.gates(conversationId) })
}

/** Brings a thread that is held up to now; loads it anew when too much has changed, or when entries have left it. */
export async function catchUpThread(api: Pick<Api, 'thread'>, queries: QueryClient, id: string): Promise<void> {
  const held = queries.getQueryData<ThreadPages>(keys.thread(id))
  if (!held) return
  const page = await api.thread(id, { since: threadRevision(held) })
  if (page.reset || page.nextCursor !== null) {
    await queries.invalidateQueries({ queryKey: keys.thread(id) })
    return
  }
  for (const entry of page.items) patchEntry(queries, id, entry)
  queries.setQueryData<ThreadPages>(keys.thread(id), data => data && { ...data, pages: data.pages.map((p, i) => i === 0 ? { ...p, revision: Math.max(p.revision, page.revision) } : p) })
}

type CatchUp = { api: Api, queries: QueryClient, meId: string, since: number, openIds: string[], now: number, onLost: Lost }

/**
 * Fetches what changed while nobody pushed, for lists and for threads that are open; answers the revision reached. When too much
 * changed for one answer, the lists start anew from their first page.
 */
export async function catchUp({ api, queries, meId, since, openIds, now, onLost }: CatchUp): Promise<number> {
  const changes = await api.changes(since)
  if (changes.tooMany) {
    await queries.resetQueries({ queryKey: keys.allRows })
  }
  else {
    patchRows(queries, changes.rows, meId, now)
    const moved = new Map(changes.moved?.map(({ id, to }) => [id, to]))
    for (const id of changes.gone) onLost(id, moved.get(id))
  }
  void queries.invalidateQueries({ queryKey: keys.queues })
  const gone = new Set(changes.gone)
  await Promise.all(openIds.filter(id => !gone.has(id)).map(async (id) => {
    // One that is not there any more is told by its conversation, which is asked for next.
    await catchUpThread(api, queries, id).catch((error: unknown) => {
      if (!(error instanceof ApiFailure && error.status === 404)) throw error
    })
    void renewPerson(queries, id)
  }))
  // What is held but not open has missed changes too; it is fetched when it is opened again.
  queries.removeQueries({ predicate: query => query.queryKey[0] === 'thread' && !openIds.includes(String(query.queryKey[1])) })
  void queries.invalidateQueries({ queryKey: keys.allMerges })
  return changes.revision
}
