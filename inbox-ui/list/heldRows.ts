import type { ConversationRow } from '#contracts'
import type { LoadedRows } from './loadedRows.ts'

/** Rows as they are shown while they must not move. */
export type HeldRows = {
  shown: ConversationRow[]
  /** Ids that are new above the fold. */
  waiting: ReadonlySet<string>
  /** Those that are still shown though they have left, by id. */
  gone: ReadonlyMap<string, ConversationRow>
}

export const holding = (rows: ConversationRow[]): HeldRows => ({ shown: rows, waiting: new Set(), gone: new Map() })

/**
 * What to show after the rows changed under a hand: rows keep their places and take their new content in place; a row that left
 * stays until the hold ends, unless it was `released`; new rows wait, except those that come after the last one shown (the next
 * page). The rows that stay are not looked into, so that it takes as long for a hundred thousand as for a few.
 */
export function holdRows(held: HeldRows, next: LoadedRows, released: ReadonlySet<string>): HeldRows {
  const waiting = new Set(held.waiting)
  const gone = new Map(held.gone)
  const inPlace = next.changed.filter(({ row }) => !waiting.has(row.id))
  for (const row of next.added) {
    const was = gone.get(row.id)
    if (was) inPlace.push({ row, was })
    else waiting.add(row.id)
    gone.delete(row.id)
  }
  const parting: ConversationRow[] = []
  for (const row of next.left) {
    // One that never was shown only stops to wait.
    if (waiting.delete(row.id)) continue
    if (released.has(row.id)) parting.push(row)
    else gone.set(row.id, row)
  }
  const following = endOf(next.rows, waiting)
  for (const row of following) waiting.delete(row.id)
  return { shown: [...without(replaced(held.shown, inPlace), parting), ...following], waiting, gone }
}

/** Lets rows go that have left already. */
export function letGo(held: HeldRows, ids: readonly string[]): HeldRows {
  const parting = ids.flatMap(id => held.gone.get(id) ?? [])
  if (parting.length === 0) return held
  const gone = new Map(held.gone)
  for (const { id } of parting) gone.delete(id)
  return { ...held, shown: without(held.shown, parting), gone }
}

function replaced(rows: ConversationRow[], changes: readonly { row: ConversationRow, was: ConversationRow }[]): ConversationRow[] {
  if (changes.length === 0) return rows
  const next = rows.slice()
  for (const { row, was } of changes) {
    const at = placeOf(next, was)
    if (at >= 0) next[at] = row
  }
  return next
}

function without(rows: ConversationRow[], parting: readonly ConversationRow[]): ConversationRow[] {
  const places = new Set(parting.map(row => placeOf(rows, row)))
  return places.size === 0 ? rows : rows.filter((_, at) => !places.has(at))
}

/** Comparing objects takes a twentieth of comparing ids; one that stood in two pages may be shown as its other copy. */
function placeOf(rows: readonly ConversationRow[], row: ConversationRow): number {
  const at = rows.indexOf(row)
  return at >= 0 ? at : rows.findIndex(other => other.id === row.id)
}

/** The rows at the end all of whom wait. */
function endOf(rows: readonly ConversationRow[], waiting: ReadonlySet<string>): ConversationRow[] {
  let from = rows.length
  while (from > 0 && waiting.has(rows[from - 1]!.id)) from--
  return rows.slice(from)
}
