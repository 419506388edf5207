import type { ConversationRow } from '#contracts'
import type { RowPages } from '../realtime/rows.ts'

/** The rows that are loaded, and how they differ from the last time. */
export type LoadedRows = {
  /** Each row once: one that moved while pages were loaded may stand in two of them. */
  rows: ConversationRow[]
  /** Rows that were not there before. */
  added: ConversationRow[]
  /** Rows that were there with other content, and that content. */
  changed: { row: ConversationRow, was: ConversationRow }[]
  /** Rows that are not there any more. */
  left: ConversationRow[]
}

type Page = RowPages['pages'][number]

/**
 * Makes a reader of pages that remembers what it has read: a page that is the same object as before is not looked into again, so
 * that one live change, or one more page, costs little beside a hundred thousand rows that stay.
 */
export function makeRowReader(): (data: Pick<RowPages, 'pages'> | undefined) => LoadedRows {
  let read: readonly Page[] = []
  /** In how many places every id stands. */
  const places = new Map<string, number>()
  let total = 0

  function count(pages: Iterable<Page>, by: 1 | -1): void {
    for (const { items } of pages) {
      total += by * items.length
      for (const { id } of items) {
        const next = (places.get(id) ?? 0) + by
        if (next === 0) places.delete(id)
        else places.set(id, next)
      }
    }
  }

  return (data) => {
    const pages = data?.pages ?? []
    const before = new Set(read)
    const now = new Set(pages)
    const gonePages = read.filter(page => !now.has(page))
    const newPages = pages.filter(page => !before.has(page))
    const was = rowsOf(gonePages)
    const come = rowsOf(newPages)
    count(gonePages, -1)
    // Ids that now stand only in pages that stayed the same.
    const elsewhere = new Set([...was.keys(), ...come.keys()].filter(id => places.has(id)))
    count(newPages, 1)
    read = pages
    return {
      rows: total === places.size ? joined(pages, total) : [...rowsOf(pages).values()],
      added: [...come.values()].filter(row => !was.has(row.id) && !elsewhere.has(row.id)),
      changed: [...come.values()].flatMap((row) => {
        const old = was.get(row.id)
        return old && old !== row ? [{ row, was: old }] : []
      }),
      left: [...was.values()].filter(row => !come.has(row.id) && !elsewhere.has(row.id)),
    }
  }
}

/** `flatMap` takes many times as long. */
function joined(pages: readonly Page[], total: number): ConversationRow[] {
  const rows: ConversationRow[] = Array.from({ length: total })
  let at = 0
  for (const { items } of pages) {
    for (const row of items) rows[at++] = row
  }
  return rows
}

function rowsOf(pages: readonly Page[]): Map<string, ConversationRow> {
  const rows = new Map<string, ConversationRow>()
  for (const { items } of pages) {
    for (const row of items) {
      if (!rows.has(row.id)) rows.set(row.id, row)
    }
  }
  return rows
}
