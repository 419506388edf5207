import type { Ref } from 'vue'
import type { ConversationRow } from '#contracts'
import { computed, ref, shallowRef, watch } from 'vue'

/**
 * The order to show while rows must not move: rows keep their places and take their new content in place; a row that left stays
 * until the hold ends, unless it was `released`; new rows wait, except those that come after the last one shown (the next page).
 */
export function holdOrder(shown: readonly string[], next: readonly string[], released: ReadonlySet<string>): string[] {
  const held = new Set(shown)
  const upcoming = new Set(next)
  const kept = shown.filter(id => upcoming.has(id) || !released.has(id))
  let lastShown = -1
  next.forEach((id, i) => { if (held.has(id)) lastShown = i })
  const following = next.slice(lastShown + 1).filter(id => !held.has(id))
  return [...kept, ...following]
}

/** Rows that are new above the fold of a held list. */
export function countNew(shown: readonly string[], next: readonly string[]): number {
  const held = new Set(shown)
  return next.filter(id => !held.has(id)).length
}

/**
 * Live rows in an order that never moves under the hand. `hold` is true while a pointer or the keyboard is in the list. `reset`
 * changes when another list is shown.
 */
export function useHeldOrder(rows: Ref<ConversationRow[]>, hold: Ref<boolean>, reset: Ref<string>) {
  const order = shallowRef<string[]>([])
  const known = new Map<string, ConversationRow>()
  const released = new Set<string>()
  const version = ref(0)

  function settle() {
    order.value = rows.value.map(row => row.id)
    known.clear()
    released.clear()
    for (const row of rows.value) known.set(row.id, row)
    version.value++
  }
  watch(reset, settle)
  watch(rows, (next) => {
    if (!hold.value || order.value.length === 0) return settle()
    for (const row of next) known.set(row.id, row)
    order.value = holdOrder(order.value, next.map(row => row.id), released)
    version.value++
  }, { immediate: true })
  watch(hold, (held) => { if (!held) settle() })

  const shown = computed(() => {
    void version.value
    return order.value.map(id => known.get(id)).filter(row => row !== undefined)
  })
  return {
    shown,
    /** New rows that wait for the hold to end. */
    waiting: computed(() => hold.value ? countNew(order.value, rows.value.map(row => row.id)) : 0),
    /** Shows everything as it is now. */
    settle,
    /** Lets these rows go at once, because the person sent them away. */
    release(ids: string[]) {
      for (const id of ids) released.add(id)
      const present = new Set(rows.value.map(row => row.id))
      order.value = order.value.filter(id => !ids.includes(id) || present.has(id))
      version.value++
    },
  }
}
