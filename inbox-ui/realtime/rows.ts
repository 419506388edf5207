import type { InfiniteData } from '@tanstack/vue-query'
import type { ConversationPage, ConversationRow, QueueName } from '#contracts'
import type { RowFilter } from '../api/client.ts'
import { queuesOf } from '#contracts'

export type RowPages = InfiniteData<ConversationPage, string | null>

/** Whether a row stands in a queue. The server decides what a page holds; this keeps pages right between two answers. */
export function inQueue(row: ConversationRow, queue: QueueName, meId: string, now: number): boolean {
  const queues = queuesOf({
    state: row.state,
    snoozedUntil: row.snoozedUntil === null ? null : Date.parse(row.snoozedUntil),
    waiting: row.waitingSince !== null,
    owned: row.ownerId !== null,
    mark: row.mark,
    nextAction: row.nextAction,
  }, now)
  return queue === 'mine' ? row.ownerId === meId && queues.includes('all') : queues.includes(queue)
}

/** Whether a row belongs in a narrowed list; `null` where only the server can say: words searched, and a store that the row does not name. */
export function matches(row: ConversationRow, filter: RowFilter, meId: string, now: number): boolean | null {
  if (!inQueue(row, filter.queue, meId, now)) return false
  if (filter.ownerId && row.ownerId !== filter.ownerId) return false
  if (filter.tag && !row.tags.includes(filter.tag)) return false
  // A conversation may belong to more stores than the one its row names.
  if (filter.storeId && row.storeId !== filter.storeId) return null
  return filter.q ? null : true
}

/** Newest first; equal times by id, so that every client shows one order. */
export function before(a: ConversationRow, b: ConversationRow): boolean {
  return a.lastAt !== b.lastAt ? a.lastAt > b.lastAt : a.id > b.id
}

/**
 * The pages after one row changed. An older revision than the one held changes nothing; a row that no longer belongs is taken
 * out; one that came into the list is put where its time says, unless that lies beyond what has been loaded.
 */
export function applyRow(data: RowPages | undefined, row: ConversationRow, belongs: boolean | null): RowPages | undefined {
  if (!data) return data
  let held: ConversationRow | undefined
  for (const page of data.pages) held ??= page.items.find(r => r.id === row.id)
  if (held && held.revision > row.revision) return data
  if (belongs === false) return held ? removeRow(data, row.id) : data
  if (belongs === null) return held ? mapRow(data, row) : data
  if (held && held.lastAt === row.lastAt) return mapRow(data, row)
  return insertRow(held ? removeRow(data, row.id) : data, row)
}

export function removeRow(data: RowPages, id: string): RowPages {
  return { ...data, pages: data.pages.map(page => page.items.some(r => r.id === id) ? { ...page, items: page.items.filter(r => r.id !== id) } : page) }
}

function mapRow(data: RowPages, row: ConversationRow): RowPages {
  return { ...data, pages: data.pages.map(page => page.items.some(r => r.id === row.id) ? { ...page, items: page.items.map(r => r.id === row.id ? row : r) } : page) }
}

function insertRow(data: RowPages, row: ConversationRow): RowPages {
  const last = data.pages.length - 1
  let target = data.pages.findIndex((page) => {
    const end = page.items.at(-1)
    return end !== undefined && before(row, end)
  })
  if (target < 0) {
    if (data.pages[last]?.nextCursor) return data
    target = last
  }
  return {
    ...data,
    pages: data.pages.map((page, i) => {
      if (i !== target) return page
      const at = page.items.findIndex(r => before(row, r))
      return { ...page, items: at < 0 ? [...page.items, row] : page.items.toSpliced(at, 0, row) }
    }),
  }
}

/** All rows of the pages, each once: a row that moved while pages were loaded may stand in two of them. */
export function flattenRows(data: Pick<RowPages, 'pages'> | undefined): ConversationRow[] {
  const seen = new Set<string>()
  const rows: ConversationRow[] = []
  for (const page of data?.pages ?? []) {
    for (const row of page.items) {
      if (seen.has(row.id)) continue
      seen.add(row.id)
      rows.push(row)
    }
  }
  return rows
}
