import type { InfiniteData } from '@tanstack/vue-query'
import type { MessageEntry, MessageStatus, ThreadEntry, ThreadPage } from '#contracts'
import { statusRank } from '#contracts'

export type ThreadPages = InfiniteData<ThreadPage, string | null>

/** The status to show: a rank only goes up, except that sending again after a failure starts anew. */
export function laterStatus(held: MessageStatus | null, next: MessageStatus | null): MessageStatus | null {
  if (held === null || next === null) return next
  if (held === 'failed') return next
  return statusRank[next] < statusRank[held] ? held : next
}

function sameEntry(held: ThreadEntry, next: ThreadEntry): boolean {
  if (held.id === next.id) return true
  return held.type === 'message' && next.type === 'message' && next.clientId !== null && held.clientId === next.clientId
}

/** The entry to keep of two that are one. A local copy (revision 0) always yields; otherwise the older revision does. */
export function mergeEntry(held: ThreadEntry, next: ThreadEntry): ThreadEntry {
  if (next.revision < held.revision) {
    // A late answer to our own request may still bring the id that the local copy lacked.
    return held
  }
  if (held.type !== 'message' || next.type !== 'message') return next
  return { ...next, status: laterStatus(held.status, next.status), failure: laterStatus(held.status, next.status) === 'failed' ? next.failure ?? held.failure : null }
}

function isTakenBack(entry: ThreadEntry): boolean {
  return entry.type === 'message' && entry.status === 'cancelled'
}

/** The pages after one entry was added or changed. Pages stand newest first, entries inside a page oldest first. */
export function applyEntry(data: ThreadPages | undefined, entry: ThreadEntry): ThreadPages | undefined {
  if (!data || data.pages.length === 0) return data
  for (const [i, page] of data.pages.entries()) {
    const at = page.items.findIndex(held => sameEntry(held, entry))
    if (at < 0) continue
    const merged = mergeEntry(page.items[at]!, entry)
    if (merged === page.items[at]) return data
    const items = page.items.toSpliced(at, 1)
    if (isTakenBack(merged)) return withPage(data, i, items)
    // Two copies of one message can meet here when the pushed one came before the answer; only one may stay.
    const alone = items.filter(held => !sameEntry(held, merged))
    return withPage(data, i, insertByTime(alone, merged))
  }
  if (isTakenBack(entry)) return data
  const last = data.pages.length - 1
  const target = data.pages.findIndex(page => (page.items[0]?.at ?? '') <= entry.at)
  if (target < 0 && data.pages[last]!.nextCursor) return data
  const index = target < 0 ? last : target
  return withPage(data, index, insertByTime(data.pages[index]!.items, entry))
}

/** The pages without an entry, found by its id. */
export function removeEntry(data: ThreadPages | undefined, id: string): ThreadPages | undefined {
  if (!data) return data
  const at = data.pages.findIndex(page => page.items.some(entry => entry.id === id))
  return at < 0 ? data : withPage(data, at, data.pages[at]!.items.filter(entry => entry.id !== id))
}

function withPage(data: ThreadPages, index: number, items: ThreadEntry[]): ThreadPages {
  return { ...data, pages: data.pages.map((page, i) => i === index ? { ...page, items } : page) }
}

function insertByTime(items: ThreadEntry[], entry: ThreadEntry): ThreadEntry[] {
  let at = items.length
  while (at > 0 && items[at - 1]!.at > entry.at) at--
  return items.toSpliced(at, 0, entry)
}

/** All entries of the pages, oldest first, each once. */
export function flattenEntries(data: Pick<ThreadPages, 'pages'> | undefined): ThreadEntry[] {
  const seen = new Set<string>()
  const entries: ThreadEntry[] = []
  for (const page of [...data?.pages ?? []].reverse()) {
    for (const entry of page.items) {
      if (seen.has(entry.id)) continue
      seen.add(entry.id)
      entries.push(entry)
    }
  }
  return entries
}

/** The highest revision that the loaded pages reflect. */
export function threadRevision(data: ThreadPages | undefined): number {
  return Math.max(0, ...data?.pages.map(page => page.revision) ?? [])
}

export function isLocal(entry: MessageEntry): boolean {
  return entry.revision === 0
}
