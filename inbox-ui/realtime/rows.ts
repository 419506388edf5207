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

/** A row as it is now, and whether it belongs in the list; `null` where only the server can say. */
export type RowChange = { row: ConversationRow, belongs: boolean | null }

/** What happens to one page: rows that take a new place or leave, rows that change where they stand, rows that come in. */
type PageEdit = { out: Set<string>, inPlace: Map<string, ConversationRow>, into: ConversationRow[] }

/**
 * The pages after rows changed; at most one change per row. An older revision than the one held changes nothing; a row that no
 * longer belongs is taken out; one that came into the list is put where its time says, unless that lies beyond what has been
 * loaded. However many rows changed, the pages are gone through once, and a page without a change stays the same object.
 */
export function applyRows(data: RowPages | undefined, changes: readonly RowChange[]): RowPages | undefined {
  if (!data) return data
  const held = locate(data, new Set(changes.map(change => change.row.id)))
  const edits = new Map<number, PageEdit>()
  const edit = (page: number) => {
    const made: PageEdit = edits.get(page) ?? { out: new Set(), inPlace: new Map(), into: [] }
    edits.set(page, made)
    return made
  }
  for (const { row, belongs } of changes) {
    const places = held.get(row.id) ?? []
    const [prior] = places
    if (prior ? prior.row.revision > row.revision : !belongs) continue
    if (prior && (belongs === null || (belongs && prior.row.lastAt === row.lastAt))) {
      for (const { page } of places) edit(page).inPlace.set(row.id, row)
      continue
    }
    for (const { page } of places) edit(page).out.add(row.id)
    if (!belongs) continue
    const target = pageFor(data, row)
    if (target !== null) edit(target).into.push(row)
  }
  return edits.size === 0 ? data : { ...data, pages: data.pages.map((page, i) => edits.has(i) ? { ...page, items: editItems(page.items, edits.get(i)!) } : page) }
}

export function applyRow(data: RowPages | undefined, row: ConversationRow, belongs: boolean | null): RowPages | undefined {
  return applyRows(data, [{ row, belongs }])
}

/** The pages without a row; the very same object when it is in none. */
export function removeRow(data: RowPages, id: string): RowPages {
  const pages = new Set(locate(data, new Set([id])).get(id)?.map(place => place.page))
  return pages.size === 0 ? data : { ...data, pages: data.pages.map((page, i) => pages.has(i) ? { ...page, items: page.items.filter(row => row.id !== id) } : page) }
}

/** Where rows stand. A row that moved while pages were loaded may stand in two of them. */
function locate(data: RowPages, ids: ReadonlySet<string>): Map<string, { page: number, row: ConversationRow }[]> {
  const found = new Map<string, { page: number, row: ConversationRow }[]>()
  const [first] = ids
  // Most changes come alone, and comparing two strings is quicker than looking one up.
  const sought = ids.size === 1 ? (id: string) => id === first : (id: string) => ids.has(id)
  data.pages.forEach(({ items }, page) => {
    for (const row of items) {
      if (sought(row.id)) found.set(row.id, [...found.get(row.id) ?? [], { page, row }])
    }
  })
  return found
}

/** The page among whose rows a row belongs by its time; null when that page has not been loaded. */
function pageFor(data: RowPages, row: ConversationRow): number | null {
  const page = data.pages.findIndex(({ items }) => items.length > 0 && before(row, items.at(-1)!))
  if (page >= 0) return page
  return data.pages.at(-1)?.nextCursor ? null : data.pages.length - 1
}

function editItems(items: ConversationRow[], { out, inPlace, into }: PageEdit): ConversationRow[] {
  const next = items.filter(row => !out.has(row.id)).map(row => inPlace.get(row.id) ?? row)
  for (const row of into) {
    const at = next.findIndex(other => before(row, other))
    next.splice(at < 0 ? next.length : at, 0, row)
  }
  return next
}
