import type { ConversationRow } from '#contracts'

/** Shorter than anybody notices, long enough that a busy house is drawn a few times a second and not once per message. */
const gatherMs = 50

/**
 * Gathers rows that are pushed one by one and hands them on together, the newest state of each; so that lists of many rows are
 * gone through once for all of them.
 */
export function gatherRows(apply: (rows: ConversationRow[]) => void): { add: (row: ConversationRow) => void, flush: () => void } {
  const rows = new Map<string, ConversationRow>()
  let timer: ReturnType<typeof setTimeout> | null = null

  function flush() {
    if (timer !== null) clearTimeout(timer)
    timer = null
    if (rows.size === 0) return
    const all = [...rows.values()]
    rows.clear()
    apply(all)
  }
  return {
    add(row) {
      const held = rows.get(row.id)
      if (!held || held.revision <= row.revision) rows.set(row.id, row)
      timer ??= setTimeout(flush, gatherMs)
    },
    flush,
  }
}
